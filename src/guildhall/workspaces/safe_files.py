"""Safe files: every touch of the disk below one folder. No path leaves it, whatever it or what lies there is made of.

All of it blocks: call it with `asyncio.to_thread`. Paths are relative, with `/`. Links are followed for reading where
they stay within; nothing is ever written through one. Files are replaced whole, by a rename, or not at all.
"""

import hashlib
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Literal

from guildhall.core.errors import AppError
from guildhall.workspaces import beneath
from guildhall.workspaces.errors import (
    bad_path,
    file_too_large,
    has_links,
    in_words,
    into_itself,
    not_a_file,
    path_taken,
)
from guildhall.workspaces.paths import PART_ENDING, alike, is_within, parts_of, require_new_name, writable
from guildhall.workspaces.staging import READ, Staged

Kind = Literal["file", "folder", "link", "other"]
_FOLDER = os.O_RDONLY | os.O_DIRECTORY


@dataclass(frozen=True)
class Entry:
    """Something in a folder: sizes in bytes, `modified_ns` in nanoseconds since 1970."""

    path: str
    kind: Kind
    size: int
    modified_ns: int
    mode: int

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Content:
    """A file that was read whole."""

    entry: Entry
    content: bytes
    etag: str


def etag_of(content: bytes) -> str:
    """What tells one content of a file from every other: its SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class SafeFiles:
    """The files below `root`, which must exist. Without `strict`, new things may have any name that the disk takes: for
    copies of what is there."""

    def __init__(self, root: Path, opener: beneath.Opener | None = None, *, strict: bool = True) -> None:
        self.root = root
        self._is_strict = strict
        self._opener = opener or beneath.best()

    def read(self, path: str, limit_bytes: int) -> Content:
        """A whole file. Raises `TooLargeError` past the limit."""
        with self.open(path) as file:
            entry = self._entry(path, os.fstat(file.fileno()))
            if entry.size > limit_bytes:
                raise file_too_large(limit_bytes)
            with in_words(path):
                content = file.read(limit_bytes + 1)
        if len(content) > limit_bytes:  # it grew meanwhile
            raise file_too_large(limit_bytes)
        return Content(entry, content, etag_of(content))

    def open(self, path: str) -> BufferedReader:
        """A plain file for reading; the caller closes it. Raises `AppError`."""
        parts = parts_of(path)
        with in_words(path), self._root() as root:
            descriptor = self._opener(root, parts, READ, 0, True)
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_nlink <= 1:
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        raise has_links(path) if stat.S_ISREG(found.st_mode) else not_a_file(path)

    def entry_of(self, path: str, file: BinaryIO) -> Entry:
        """What an open file is."""
        return self._entry(path, os.fstat(file.fileno()))

    def etag(self, path: str) -> str | None:
        """The etag of a file; None when nothing is there. Raises `AppError`."""
        if self.stat(path) is None:
            return None
        with self.open(path) as file, in_words(path):
            return hashlib.file_digest(file, "sha256").hexdigest()

    def stat(self, path: str) -> Entry | None:
        """What is at `path`, a link not followed; None for nothing. Raises `AppError`."""
        parts = parts_of(path)
        try:
            with in_words(path), self._parent(parts) as folder:
                found = os.stat(parts[-1] if parts else ".", dir_fd=folder, follow_symlinks=False)
                return self._entry("/".join(parts), found)
        except AppError as error:
            if error.code in {"file_not_found", "not_a_folder"}:
                return None
            raise

    def entries(self, path: str) -> list[Entry]:
        """What is in a folder: folders first, then by name. Raises `AppError`."""
        parts = parts_of(path)
        with in_words(path), self._root() as root:
            entries = self._entries(root, parts, follow=True)
        return sorted(entries, key=lambda one: (one.kind != "folder", alike(one.name), one.name))

    def walk(self, path: str = "", *, leave_out: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Everything below a folder, each folder before what is in it; links are named, never followed.

        Folders named in `leave_out` are not entered; what vanishes meanwhile is passed over.
        """
        waiting = [parts_of(path)]
        while waiting:
            parts = waiting.pop()
            try:
                with in_words("/".join(parts)), self._root() as root:
                    entries = self._entries(root, parts, follow=False)
            except AppError as error:
                if len(parts) > len(parts_of(path)) and error.status < 500:
                    continue
                raise
            for entry in sorted(entries, key=lambda one: one.path):
                yield entry
                if entry.kind == "folder" and entry.name not in leave_out:
                    waiting.append(tuple(entry.path.split("/")))

    def measure(self, path: str) -> tuple[int, int]:
        """(bytes, files) at and below a path; what is not there is nothing. Raises `AppError`."""
        found = self.stat(path)
        if found is None or found.kind != "folder":
            return (0, 0) if found is None else (found.size, 1)
        sizes = [entry.size for entry in self.walk(path) if entry.kind != "folder"]
        return sum(sizes), len(sizes)

    def stage(self, path: str) -> Staged:
        """Begin to write a file; folders on the way are made. Raises `AppError`."""
        parts = parts_of(writable(path))
        folder = self._made(parts[:-1])
        try:
            with in_words(path):
                self._require_free(folder, path, parts[-1], may_replace=True)
                return Staged(path, parts[-1], folder)
        except BaseException:
            os.close(folder)
            raise

    def write(self, path: str, content: bytes, expected: str | None = None) -> str:
        """Replace or make a file, if `expected` is what is there (`ABSENT`: nothing); gives its etag."""
        with self.stage(path) as staged:
            staged.write(content)
            return staged.commit(expected)

    def mkdir(self, path: str) -> None:
        """Make a folder, and those on the way. Raises `ConflictError` when something is there."""
        parts = parts_of(writable(path))
        with in_words(path), _closing(self._made(parts[:-1])) as folder:
            self._require_free(folder, path, parts[-1], may_replace=False)
            os.mkdir(parts[-1], 0o700, dir_fd=folder)

    def move(self, source: str, target: str) -> None:
        """Move or rename a file or folder, never over something; folders on the way are made. Raises `AppError`."""
        source, target = writable(source), writable(target)
        if target != source and is_within(target, source):
            raise into_itself(source)
        self.hand_over(source, self, target)

    def hand_over(self, source: str, other: "SafeFiles", target: str) -> None:
        """Move something to another root on the same disk, never over something. Raises `AppError`."""
        parts, wanted = parts_of(source), parts_of(target)
        if not parts or not wanted:
            raise bad_path(source, "names nothing")
        with in_words(source), self._parent(parts) as folder:
            os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            with _closing(other._made(wanted[:-1])) as there, in_words(target):
                may_differ = parts[-1] if other is self and parts[:-1] == wanted[:-1] else None
                other._require_free(there, target, wanted[-1], may_replace=False, but=may_differ)
                beneath.rename_new(parts[-1], wanted[-1], source_fd=folder, target_fd=there)
                os.fsync(there)

    def remove(self, path: str) -> None:
        """Remove a file, a link, or a folder with all that is in it. Raises `AppError`."""
        parts = parts_of(path)
        if not parts:
            raise bad_path(path, "names nothing")
        with in_words(path), self._parent(parts) as folder:
            if stat.S_ISDIR(os.stat(parts[-1], dir_fd=folder, follow_symlinks=False).st_mode):
                shutil.rmtree(parts[-1], dir_fd=folder)
            else:
                os.unlink(parts[-1], dir_fd=folder)

    def drop_parts(self, path: str, older_seconds: float) -> None:
        """Remove what writers that died left half-written in a folder. Raises `AppError`."""
        parts = parts_of(path)
        with in_words(path), self._root() as root, _closing(self._opener(root, parts, _FOLDER, 0, False)) as folder:
            for name in os.listdir(folder):
                if name.endswith(PART_ENDING):
                    with suppress(FileNotFoundError):
                        if time.time() - os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime > older_seconds:
                            os.unlink(name, dir_fd=folder)

    @contextmanager
    def _root(self) -> Iterator[int]:
        with _closing(os.open(self.root, _FOLDER | os.O_CLOEXEC)) as root:
            yield root

    @contextmanager
    def _parent(self, parts: tuple[str, ...]) -> Iterator[int]:
        with self._root() as root, _closing(self._opener(root, parts[:-1], _FOLDER, 0, False)) as folder:
            yield folder

    def _made(self, parts: tuple[str, ...]) -> int:
        """The folder at `parts`, with those on the way to it, made where they are missing."""
        path = "/".join(parts)
        with in_words(path), self._root() as root:
            try:
                return self._opener(root, parts, _FOLDER, 0, False)
            except FileNotFoundError:
                pass
            for depth in range(1, len(parts) + 1):
                with _closing(self._opener(root, parts[: depth - 1], _FOLDER, 0, False)) as folder:
                    name = parts[depth - 1]
                    try:
                        os.stat(name, dir_fd=folder, follow_symlinks=False)
                    except FileNotFoundError:
                        self._require_free(folder, path, name, may_replace=False)
                        with suppress(FileExistsError):
                            os.mkdir(name, 0o700, dir_fd=folder)
            return self._opener(root, parts, _FOLDER, 0, False)

    def _require_free(self, folder: int, path: str, name: str, *, may_replace: bool, but: str | None = None) -> None:
        """Refuse a new name that is taken, could be mistaken for one that is, or is none; `but` may be mistaken."""
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            if not self._is_strict:
                return
            require_new_name(path, name)
            wanted = alike(name)
            for other in os.listdir(folder):
                if other != but and alike(other) == wanted:
                    raise path_taken(path, "/".join([*path.split("/")[:-1], other])) from None
            return
        if not may_replace:
            raise path_taken(path, path)
        if not stat.S_ISREG(found.st_mode):
            raise not_a_file(path)

    def _entries(self, root: int, parts: tuple[str, ...], *, follow: bool) -> list[Entry]:
        found = []
        with _closing(self._opener(root, parts, _FOLDER, 0, follow)) as folder, os.scandir(folder) as listed:
            for one in listed:
                if not one.name.endswith(PART_ENDING):
                    with suppress(FileNotFoundError):
                        found.append(self._entry("/".join([*parts, one.name]), one.stat(follow_symlinks=False)))
        return found

    def _entry(self, path: str, found: os.stat_result) -> Entry:
        kinds: dict[int, Kind] = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
        kind = kinds.get(stat.S_IFMT(found.st_mode), "other")
        size = found.st_size if kind == "file" else 0
        return Entry(path, kind, size, found.st_mtime_ns, stat.S_IMODE(found.st_mode))


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
