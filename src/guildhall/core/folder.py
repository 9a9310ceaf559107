"""The data folder: there, writable, private, and in embedded mode this process's alone."""

import fcntl
import os
from typing import IO

from guildhall.core.settings import Settings


class FolderError(RuntimeError):
    """The data folder can't be used; the message is one plain sentence."""


class DataFolder:
    """The folder of the settings, taken for the life of a process."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data_dir
        self._is_exclusive = settings.is_embedded
        self._lock: IO[bytes] | None = None

    def check(self) -> None:
        """Make the folder if need be, and try it. Raises `FolderError`."""
        where = self._path.resolve()
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise FolderError(f"The data folder {where} cannot be made: {error.strerror}.") from None
        if not os.access(self._path, os.W_OK | os.X_OK):
            raise FolderError(f"The data folder {where} cannot be written to.")

    def take(self) -> None:
        """`check`, and in embedded mode lock the folder. Raises `FolderError`."""
        self.check()
        if self._is_exclusive and self._lock is None:
            self._lock = (self._path / "guildhall.lock").open("ab")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._lock.close()
                self._lock = None
                raise FolderError(
                    f"Another Guildhall is using the data folder {self._path.resolve()}; stop it, or choose another"
                    " GUILDHALL_DATA_DIR."
                ) from None

    def release(self) -> None:
        """Give the lock back."""
        if self._lock:
            self._lock.close()
            self._lock = None
