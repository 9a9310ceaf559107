"""The spool: rows of calls on disk, for as long as the database cannot take them. Survives the process.

A file holds a batch, written whole and synced before it has its name. Who stores it holds a lock on it, so that of
several processes on one folder only one does; the lock goes with the process.
"""

import fcntl
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

import msgspec

from guildhall.edge.call import AttemptRow, CallRow

_MOST_BYTES = 1024 * 1024 * 1024
_Batch = tuple[list[tuple[str | int | bool | None, ...]], dict[str, tuple[AttemptRow, ...]]]


class SpoolFullError(OSError):
    """The spool holds all that it may."""


@dataclass(frozen=True)
class Spooled:
    """A batch from the spool, that nobody else has."""

    rows: Sequence[CallRow]
    failures: Mapping[str, tuple[AttemptRow, ...]]
    path: Path
    held: IO[bytes]

    def done(self) -> None:
        """It is stored, or never will be: remove it."""
        self.path.unlink(missing_ok=True)
        self.held.close()

    def leave(self) -> None:
        """Not now: let it stay for another time."""
        self.held.close()


class Spool:
    """A folder of batches. Every method blocks."""

    def __init__(self, folder: Path, *, most_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._numbers = count()

    def put(self, rows: Sequence[CallRow], failures: Mapping[str, tuple[AttemptRow, ...]]) -> None:
        """Keep a batch. Raises `OSError` when the disk, or the spool, has no room for it."""
        data = msgspec.msgpack.encode((rows, failures))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sum(path.stat().st_size for path in self._files()) + len(data) > self._most_bytes:
            raise SpoolFullError(f"the spool holds {self._most_bytes} bytes already")
        name = f"calls-{time.time_ns():020}-{os.getpid()}-{next(self._numbers)}-{len(rows)}.msgpack"
        draft = self._folder / f".{name}"
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def take(self) -> Spooled | None:
        """The oldest batch that nobody holds; None when there is none. Raises `OSError`, `ValueError` for one that
        cannot be read, which is put aside."""
        for path in self._files():
            try:
                held = path.open("rb")
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                held.close()
                continue
            if not path.exists():  # stored by another between our opening and our lock
                held.close()
                continue
            try:
                rows, failures = msgspec.msgpack.decode(held.read(), type=_Batch)
            except msgspec.MsgspecError as error:
                path.rename(path.with_suffix(".unreadable"))
                held.close()
                raise ValueError(f"{path.name} cannot be read: {error}") from None
            return Spooled(rows, failures, path, held)
        return None

    def waiting(self) -> int:
        """Rows that are kept."""
        return sum(int(path.stem.rpartition("-")[2]) for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("calls-*.msgpack"))
