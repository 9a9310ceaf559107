"""Archives: folders and selections as a zip file that is sent while it is made, and zip files unpacked with care."""

import asyncio
import io
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from guildhall.core.errors import AppError, BadRequestError
from guildhall.workspaces import arrivals, files, queries
from guildhall.workspaces.errors import file_not_found, path_taken, quota_exceeded
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import clean, is_gits, outermost, parts_of, writable
from guildhall.workspaces.safe_files import Entry, SafeFiles
from guildhall.workspaces.staging import ABSENT
from guildhall.workspaces.versions import Author

_MOST_FILES = 20_000
_SHOWN = 100
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what zip can say


@dataclass(frozen=True)
class Unpacked:
    """What came out of a zip file: files, their bytes, and what was left out (the first hundred)."""

    files: int
    bytes: int
    left_out: list[str]


class _Outlet(io.RawIOBase):
    """Takes what the zip writer writes, to be sent on; it can't be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """What was written since."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def packed(place: SafeFiles, paths: Sequence[str]) -> Iterator[bytes]:
    """A zip file of these files and folders, piece by piece, without links and what vanishes meanwhile. Blocks."""
    outlet = _Outlet()
    base = _common_folder(paths)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for entry in _entries(place, paths):
            name = entry.path[len(base) + 1 if base else 0 :].encode("utf-8", "replace").decode()
            if entry.kind == "folder":
                archive.writestr(zipfile.ZipInfo(name + "/", _moment(entry.modified_ns)), b"")
            elif entry.kind == "file":
                yield from _file(place, archive, outlet, entry, name)
            yield outlet.taken()
    yield outlet.taken()


def _file(place: SafeFiles, archive: zipfile.ZipFile, outlet: _Outlet, entry: Entry, name: str) -> Iterator[bytes]:
    try:
        file = place.open(entry.path)
    except AppError:  # gone, or not ours to read
        return
    member = zipfile.ZipInfo(name, _moment(entry.modified_ns))
    member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | entry.mode) << 16
    with file, archive.open(member, "w", force_zip64=True) as target:
        while piece := file.read(files.PART_BYTES):
            target.write(piece)
            yield outlet.taken()


def _entries(place: SafeFiles, paths: Sequence[str]) -> Iterator[Entry]:
    for path in paths:
        entry = place.stat(path)
        if entry is not None and path:
            yield entry
        if entry is not None and entry.kind == "folder":
            yield from place.walk(path)


def chosen(paths: Sequence[str]) -> list[str]:
    """Clean paths without those that lie in others; none is the workspace itself. Raises `BadRequestError`."""
    return outermost(clean(path) for path in paths) or [""]


def require(place: SafeFiles, paths: Sequence[str]) -> None:
    """Raises `NotFoundError` unless something is at each path; blocks."""
    for path in paths:
        if path and place.stat(path) is None:
            raise file_not_found(path)


def _common_folder(paths: Sequence[str]) -> str:
    """The folder from which the names in the archive count: the one that holds all of them."""
    folders = [path.split("/")[:-1] for path in paths]
    common: list[str] = []
    for names in zip(*folders, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return "/".join(common)


def _moment(modified_ns: int) -> tuple[int, int, int, int, int, int]:
    try:
        found = time.gmtime(modified_ns // 10**9)[:6]
    except (OverflowError, ValueError, OSError):
        return _EARLIEST
    return min(max(found, _EARLIEST), _LATEST)


async def unpack(
    ground: Ground, workspace_id: str, archive: BinaryIO, folder: str, author: Author = files.USER
) -> Unpacked:
    """Unpack a zip file into a folder, all of it or nothing, never over something; closes it. Raises `AppError`."""
    try:
        folder = clean(folder) and writable(folder)
        # Names that an archive brings are new ones, unlike those of a copy.
        incoming = SafeFiles((await asyncio.to_thread(ground.incoming, workspace_id)).root)
        async with ground.db.read() as session:
            row = await queries.workspace_by_id(session, workspace_id)
            limit = 0 if row is None else await files.space_left(session, ground.policy(), row)
        async with arrivals.lot(incoming) as name:
            async with ground.long_work:
                unpacked = await asyncio.to_thread(
                    _unpack, archive, incoming, name, limit, ground.policy().upload_bytes
                )
            tops = await asyncio.to_thread(lambda: [entry.name for entry in incoming.entries(name)])
            targets = {top: f"{folder}/{top}" if folder else top for top in tops}
            await arrivals.settle(ground, workspace_id, name, targets, author)
    finally:
        await asyncio.to_thread(archive.close)
    return unpacked


def _unpack(archive: BinaryIO, incoming: SafeFiles, lot: str, limit_bytes: int, file_bytes: int) -> Unpacked:
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            if len(members) > _MOST_FILES:
                raise BadRequestError("zip_too_many_files", "The zip file has too many files.", limit=_MOST_FILES)
            return _members(opened, members, incoming, lot, limit_bytes, file_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BadRequestError("bad_zip", f"The zip file cannot be read: {str(error)[:200]}.") from None


def _members(
    opened: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    incoming: SafeFiles,
    lot: str,
    limit_bytes: int,
    file_bytes: int,
) -> Unpacked:
    """What counts is what comes out, not what the archive says of itself."""
    size = count = 0
    left_out: list[str] = []
    for member in members:
        parts = parts_of(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not parts or is_gits(parts) or kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            left_out.append(member.filename[:200])
            continue
        target, present = "/".join([lot, *parts]), incoming.stat("/".join([lot, *parts]))
        if present is not None and not (member.is_dir() and present.kind == "folder"):
            raise path_taken(member.filename, member.filename)
        if member.is_dir():
            if present is None:
                incoming.mkdir(target)
            continue
        with opened.open(member) as source, incoming.stage(target) as staged:
            while piece := source.read(files.PART_BYTES):
                size += len(piece)
                if size > limit_bytes or staged.size + len(piece) > file_bytes:
                    raise quota_exceeded(min(limit_bytes, file_bytes))
                staged.write(piece)
            staged.commit(ABSENT)
        count += 1
    return Unpacked(count, size, left_out[:_SHOWN])
