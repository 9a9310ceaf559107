"""Archives: folders and selections as a zip file that is sent while it is made."""

import io
import stat
import time
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from guildhall.core.errors import AppError
from guildhall.workspaces import files
from guildhall.workspaces.errors import file_not_found
from guildhall.workspaces.paths import clean, outermost
from guildhall.workspaces.safe_files import Entry, SafeFiles

_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what zip can say


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
