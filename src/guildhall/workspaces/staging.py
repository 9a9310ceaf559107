"""Staging: a file is written beside its place, and takes it when it is whole."""

import hashlib
import os
import secrets
import stat
from contextlib import suppress

from guildhall.workspaces import beneath
from guildhall.workspaces.errors import changed_meanwhile, in_words
from guildhall.workspaces.paths import PART_ENDING

ABSENT = ""  # what is expected of a file that must not be there yet
PRESENT = "*"  # what is expected of a file that must be there, whatever it is
# Without waiting for a pipe's other end, and without becoming a terminal's.
READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Staged:
    """A file that is being written beside its place; `commit` puts it there, leaving the block without drops it."""

    def __init__(self, path: str, name: str, folder: int) -> None:
        """Takes over `folder`, an open descriptor. Raises `OSError`."""
        self.path = path
        self.size = 0
        self.modified_ns = 0
        self._name, self._folder = name, folder
        self._part = f".{secrets.token_hex(8)}{PART_ENDING}"
        self._digest = hashlib.sha256()
        self._file = os.fdopen(os.open(self._part, _NEW, 0o600, dir_fd=folder), "wb")
        self._is_open = True

    @property
    def etag(self) -> str:
        """The etag of what was written so far."""
        return self._digest.hexdigest()

    def write(self, content: bytes) -> None:
        """Go on writing. Raises `AppError`."""
        with in_words(self.path):
            self._file.write(content)
        self._digest.update(content)
        self.size += len(content)

    def seal(self) -> None:
        """Have everything on the disk, so that `commit` is quick. Raises `AppError`."""
        if not self._file.closed:
            with in_words(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()

    def content(self) -> bytes:
        """What was written, once it is sealed. Raises `OSError`."""
        descriptor = os.open(self._part, READ | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def commit(self, expected: str | None = None) -> str:
        """Put the file in its place, if `expected` is what is there; gives its etag. Raises `AppError`."""
        self.seal()
        with in_words(self.path):
            self.modified_ns = os.stat(self._part, dir_fd=self._folder).st_mtime_ns
            if expected is not None and not _fits(present := self._present(), expected):
                raise changed_meanwhile(self.path, present)
            if expected == ABSENT:
                try:
                    beneath.rename_new(self._part, self._name, source_fd=self._folder, target_fd=self._folder)
                except FileExistsError:
                    raise changed_meanwhile(self.path, self._present()) from None
            else:
                self._keep_mode()
                os.rename(self._part, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            os.fsync(self._folder)
        self._is_open = False
        return self.etag

    def put(self) -> None:
        """Put one of many files where nothing is; a `sync_disk` that follows has all on the disk. Raises `AppError`."""
        with in_words(self.path):
            self._file.close()
            beneath.rename_new(self._part, self._name, source_fd=self._folder, target_fd=self._folder)
        self._is_open = False

    def _present(self) -> str | None:
        try:
            descriptor = os.open(self._name, READ | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _keep_mode(self) -> None:
        """A script that is replaced can still be run."""
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(os.stat(self._name, dir_fd=self._folder, follow_symlinks=False).st_mode)
            os.chmod(self._part, 0o600 | (mode & 0o100), dir_fd=self._folder)

    def drop(self) -> None:
        """Give everything back; what was not committed is gone."""
        with suppress(OSError):
            self._file.close()
        if self._is_open:
            self._is_open = False
            with suppress(OSError):
                os.unlink(self._part, dir_fd=self._folder)
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def __enter__(self) -> "Staged":
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()


def _fits(present: str | None, expected: str) -> bool:
    return present is not None if expected == PRESENT else present == (expected or None)
