"""Unpacking: what is in an archive takes its place in a workspace, whole or not at all, and never over something.

What may not be in a workspace is left out, and told with the reason. An archive that would become too much is refused.
"""

import asyncio
import os
import re
import unicodedata
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, cast

from guildhall.core.errors import AppError, TooLargeError
from guildhall.workspaces import arrivals, beneath, files, members, queries
from guildhall.workspaces.errors import bad_path, file_too_large, git_is_gits, in_words, path_taken, quota_exceeded
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.members import Member
from guildhall.workspaces.paths import alike, is_gits, parent_of, parts_of, require_new_name, writable
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.texts import Encoding
from guildhall.workspaces.versions import Author

# Why something was left out; the first three are errors of its path.
Reason = Literal["bad_path", "git_folder", "path_taken", "link", "device", "encrypted", "method"]
_ALL = "all"
_SHOWN = 200
_MOST_NAMES = 100
# Beyond so much, nothing becomes more than so many times what it was packed.
_PLAIN_BYTES, _RATIO = 64 * 1024 * 1024, 200
_HEADERS_BYTES = 32 * 1024 * 1024  # what a tar file may hold beside what comes out of it
_ENDING = re.compile(r"(\.zip|\.tar|\.tgz|\.tar\.gz)$", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class LeftOut:
    """Something in an archive that may not be here, under the name that it has there."""

    path: str
    reason: Reason


@dataclass
class Unpacked:
    """What came out of an archive: the folder that it came to (None when nothing came), its files and their bytes, and
    what was left out (the first 200, and how many)."""

    folder: str | None = None
    files: int = 0
    bytes: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_count: int = 0


@dataclass(frozen=True)
class _Bounds:
    """How many bytes may come out, altogether and for one file, and how many went in."""

    most: int
    file: int
    packed: int

    def require_stream(self, size: int) -> None:
        """The same for what a packed stream has become, of which not all comes out. Raises `TooLargeError`."""
        self.require(max(0, size - _HEADERS_BYTES))

    def require(self, size: int) -> None:
        """Raises `TooLargeError` when so much is too much."""
        if size > self.most:
            raise quota_exceeded(self.most)
        if size > _PLAIN_BYTES and size > _RATIO * self.packed:
            message = "The archive would become far larger than an archive of its size should."
            raise TooLargeError("archive_bomb", message, ratio=_RATIO)


async def beside(
    ground: Ground, workspace_id: str, path: str, encoding: Encoding | None = None, author: Author = files.USER
) -> Unpacked:
    """Unpack an archive of the workspace into a new folder next to it, named after it. Raises `AppError`."""
    path = writable(path)
    place = await asyncio.to_thread(ground.files, workspace_id)
    archive = await asyncio.to_thread(place.open, path)
    incoming = await asyncio.to_thread(ground.incoming, workspace_id)
    async with arrivals.lot(incoming) as name:
        unpacked = await _come(ground, workspace_id, archive, f"{name}/{_ALL}", encoding)
        tops = await asyncio.to_thread(incoming.entries, f"{name}/{_ALL}")
        if tops:
            # What is in one folder already needs no second one around it.
            is_one = len(tops) == 1 and tops[0].kind == "folder"
            lot, inner = (f"{name}/{_ALL}", tops[0].name) if is_one else (name, _ALL)
            wanted = tops[0].name if is_one else _named_after(path)
            folder = f"{parent_of(path)}/{wanted}".lstrip("/")
            unpacked.folder = await _settle(ground, workspace_id, lot, inner, folder, author)
    return unpacked


async def into(
    ground: Ground,
    workspace_id: str,
    archive: BinaryIO,
    folder: str,
    encoding: Encoding | None = None,
    author: Author = files.USER,
) -> Unpacked:
    """Unpack an archive into this folder, where none of what it holds may be; closes it. Raises `AppError`."""
    try:
        folder = folder and writable(folder)
    except AppError:
        archive.close()
        raise
    incoming = await asyncio.to_thread(ground.incoming, workspace_id)
    async with arrivals.lot(incoming) as name:
        lot = f"{name}/{_ALL}"
        unpacked = await _come(ground, workspace_id, archive, lot, encoding)
        tops = [entry.name for entry in await asyncio.to_thread(incoming.entries, lot)]
        targets = {top: f"{folder}/{top}" if folder else top for top in tops}
        await arrivals.settle(ground, workspace_id, lot, targets, author)
        unpacked.folder = folder if tops else None
    return unpacked


async def _settle(ground: Ground, workspace_id: str, lot: str, inner: str, wanted: str, author: Author) -> str:
    """Have what came take its place under a name that is free, numbered if it must; gives the name."""
    for number in range(1, _MOST_NAMES):
        folder = wanted if number == 1 else f"{wanted} {number}"
        try:
            await arrivals.settle(ground, workspace_id, lot, {inner: folder}, author)
        except AppError as error:
            if error.code != "path_taken":
                raise
        else:
            return folder
    raise path_taken(wanted, wanted)


async def _come(ground: Ground, workspace_id: str, archive: BinaryIO, lot: str, encoding: Encoding | None) -> Unpacked:
    """Write what is in an archive into a new folder `lot`; closes the archive."""
    incoming = await asyncio.to_thread(ground.incoming, workspace_id)
    try:
        async with ground.db.read() as session:
            row = await queries.workspace_by_id(session, workspace_id)
            most = 0 if row is None else max(0, await files.space_left(session, ground.policy(), row))
        packed = os.fstat(archive.fileno()).st_size
        bounds = _Bounds(most, ground.policy().upload_bytes, packed)
        async with ground.long_work:
            return await asyncio.to_thread(_unpack, archive, incoming, lot, encoding, bounds)
    finally:
        await asyncio.to_thread(archive.close)


def _unpack(archive: BinaryIO, incoming: SafeFiles, lot: str, encoding: Encoding | None, bounds: _Bounds) -> Unpacked:
    incoming.mkdir(lot)
    arrival = _Arrival(incoming, lot, bounds)
    with members.reading():
        for member in members.of(archive, encoding, bounds.require_stream):
            arrival.take(member)
    with in_words(""):
        beneath.sync_disk(incoming.root)
    return arrival.unpacked


class _Arrival:
    """What has come out of an archive so far."""

    def __init__(self, incoming: SafeFiles, lot: str, bounds: _Bounds) -> None:
        self.unpacked = Unpacked()
        self._incoming, self._lot, self._bounds = incoming, lot, bounds
        self._taken: dict[str, tuple[str, bool]] = {}
        """Paths by what a disk that ignores case would take for them, and whether each is a folder."""

    def take(self, member: Member) -> None:
        """Write a member, or leave it out. Raises `AppError` when nothing more may come."""
        if member.kind not in {"file", "folder"}:
            self._leave_out(member, cast("Reason", member.kind))
            return
        try:
            path = self._path_of(member)
        except AppError as error:
            self._leave_out(member, cast("Reason", error.code))
            return
        if not path:
            return
        if member.kind == "file":
            self._write(member, path)
        elif self._incoming.stat(f"{self._lot}/{path}") is None:
            self._incoming.mkdir(f"{self._lot}/{path}")
        self._note(path, member.kind == "folder")

    def _path_of(self, member: Member) -> str:
        """Where a member goes; nowhere if it is the folder that all others are in. Raises `AppError`."""
        name = unicodedata.normalize("NFC", member.name).replace("\\", "/")
        if _DRIVE.match(name):
            raise bad_path(name, "is not relative")
        parts = parts_of(_undotted(name))
        if is_gits(parts):
            raise git_is_gits(name)
        for depth, part in enumerate(parts, start=1):
            path = "/".join(parts[:depth])
            require_new_name(path, part)
            known, is_folder = self._taken.get(alike(path), (path, True))
            is_last_file = depth == len(parts) and member.kind != "folder"
            if known != path or not is_folder or (is_last_file and alike(path) in self._taken):
                raise path_taken(path, known)
        return "/".join(parts)

    def _note(self, path: str, is_folder: bool) -> None:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            self._taken.setdefault(alike(folder), (folder, True))
        self._taken[alike(path)] = (path, is_folder)

    def _write(self, member: Member, path: str) -> None:
        """What counts is what comes out, not what the archive says of itself."""
        with member.open() as source, self._incoming.stage(f"{self._lot}/{path}") as staged:
            while piece := source.read(files.PART_BYTES):
                self.unpacked.bytes += len(piece)
                self._bounds.require(self.unpacked.bytes)
                if staged.size + len(piece) > self._bounds.file:
                    raise file_too_large(self._bounds.file)
                staged.write(piece)
            staged.put()
        self.unpacked.files += 1

    def _leave_out(self, member: Member, reason: Reason) -> None:
        self.unpacked.left_out_count += 1
        if len(self.unpacked.left_out) < _SHOWN:
            self.unpacked.left_out.append(LeftOut(member.name[:200], reason))


def _undotted(name: str) -> str:
    """Without the `.` that some programs begin every name with."""
    return "/".join(part for part in name.split("/") if part != ".") if "." in name else name


def _named_after(path: str) -> str:
    name = _ENDING.sub("", path.rpartition("/")[2])
    try:
        require_new_name(name, name)
    except AppError:
        return "unpacked"
    return name or "unpacked"
