"""Members: what an archive holds, one after the other, read from zip and tar files with bounds to everything.

Archives are believed in nothing: neither how long they say that something is, nor where it belongs. All of it blocks.
"""

import gzip
import io
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Literal, cast

from guildhall.core.errors import BadRequestError
from guildhall.workspaces import texts

MOST = 20_000
Kind = Literal["file", "folder", "link", "device", "encrypted", "method"]
# Told apart by their first bytes; what comes before a zip file may be a program that unpacks it.
_GZIP, _ZIP, _TAR_AT, _TAR = b"\x1f\x8b", b"PK", 257, b"ustar"
_DIRECTORY_BYTES = 6 * 1024 * 1024  # a zip file's list of what is in it
_HEADER_BYTES = 256 * 1024  # what a tar file says of one member, long names and all
_SKIPPED_BYTES = 256 * 1024
_PAIRS = re.compile(rb"[\x81-\xfe][\x80-\xfe]")
_UNICODE_PATH = 0x7075
# The others are unpacked by a library that gives all that comes of a piece at once, however much that is.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True)
class Member:
    """Something in an archive: its name as it is written there, decoded, and what it is."""

    name: str
    kind: Kind
    open: Callable[[], IO[bytes]]


def of(archive: BinaryIO, encoding: texts.Encoding | None, come: Callable[[int], None]) -> Iterator[Member]:
    """Every member of an archive; of each, what is in it is read before the next one is asked for.

    Names that don't say what they are written in are read as `encoding`, or else as what they look like. `come` is told
    how many bytes came out of a packed stream altogether, also of what nobody wanted. Ask within `reading`.
    """
    begin = archive.read(512)
    archive.seek(0)
    if begin.startswith(_GZIP):
        return _of_tar(cast("BinaryIO", gzip.GzipFile(fileobj=archive)), encoding, come)
    if begin[_TAR_AT:].startswith(_TAR) and not begin.startswith(_ZIP):
        return _of_tar(archive, encoding, come)
    return _of_zip(archive, encoding)


@contextmanager
def reading() -> Iterator[None]:
    """Turn what goes wrong while members are asked for, opened and read into words. Raises `BadRequestError`."""
    try:
        yield
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error) as error:
        raise _bad(error) from None
    except (EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError) as error:
        raise _bad(error) from None


def _bad(error: Exception) -> BadRequestError:
    return BadRequestError("bad_archive", f"The archive cannot be read: {str(error)[:200]}.")


def _too_many() -> BadRequestError:
    return BadRequestError("archive_too_many_files", "The archive has too many files.", limit=MOST)


class _Directory:
    """A zip file of whose list not more is read at once than there may be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _DIRECTORY_BYTES:
            raise _too_many()
        return self._file.read(_DIRECTORY_BYTES if size < 0 else size)


def _of_zip(archive: BinaryIO, encoding: texts.Encoding | None) -> Iterator[Member]:
    with zipfile.ZipFile(cast("BinaryIO", _Directory(archive))) as opened:
        listed = opened.infolist()
        if len(listed) > MOST:
            raise _too_many()
        raw = [b"" if one.flag_bits & 0x800 else one.orig_filename.encode("cp437") for one in listed]
        guess = encoding or _encoding_of(b"\n".join(raw))
        for one, name in zip(listed, raw, strict=True):
            named = _unicode_path(one.extra, name) or (name.decode(guess, "replace") if name else one.orig_filename)
            yield Member(named, _kind_of(one, named), lambda one=one: opened.open(one))  # type: ignore[misc]


def _kind_of(member: zipfile.ZipInfo, name: str) -> Kind:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "link"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "device"
    if kind == stat.S_IFDIR or name.endswith(("/", "\\")):
        return "folder"
    if member.flag_bits & 0x1:
        return "encrypted"
    return "file" if member.compress_type in _METHODS else "method"


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name that some programs add in UTF-8 to one in the letters of their country, if it is of this one."""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and raw and len(field) > 5 and field[1:5] == struct.pack("<I", zlib.crc32(raw)):
            return field[5:].decode()
    return None


def _encoding_of(names: bytes) -> str:
    """What names seem to be written in; what is not told apart is what the first of these programs wrote."""
    found = texts.read(names)
    encoding = "cp437" if found is None or found[1] == "latin-1" else found[1]
    # A letter of Europe between plain ones can be read as a rare Chinese one: common ones have no plain half.
    halves = sum(len(pair) for pair in _PAIRS.findall(names))
    is_chinese = halves * 2 > sum(byte > 127 for byte in names)
    return encoding if encoding != "gb18030" or is_chinese else "cp437"


class _Forward:
    """A stream that is read once, from its beginning: what `tarfile` needs of a file, and not more than it may take."""

    def __init__(self, stream: BinaryIO, come: Callable[[int], None]) -> None:
        self._stream, self._come, self._at = stream, come, 0
        self.allowance = _HEADER_BYTES

    def tell(self) -> int:
        return self._at

    def seek(self, position: int, _whence: int = io.SEEK_SET) -> int:
        if position < self._at:
            raise tarfile.ReadError("it goes back")
        while self._at < position and self._taken(min(_SKIPPED_BYTES, position - self._at)):
            pass
        return self._at

    def read(self, size: int) -> bytes:
        self.allowance -= size
        if size < 0 or self.allowance < 0:
            raise tarfile.ReadError("a header is too long")
        return self._taken(size)

    def _taken(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._at += len(piece)
        self._come(self._at)
        return piece


def _of_tar(stream: BinaryIO, encoding: texts.Encoding | None, come: Callable[[int], None]) -> Iterator[Member]:
    forward, count = _Forward(stream, come), 0
    with tarfile.open(fileobj=cast("Any", forward), mode="r:", encoding="utf-8", errors="surrogateescape") as opened:
        while (one := opened.next()) is not None:
            count += 1
            if count > MOST:
                raise _too_many()
            raw = one.name.encode("utf-8", "surrogateescape")
            forward.allowance = one.size + _HEADER_BYTES
            yield Member(raw.decode(encoding or _encoding_of(raw), "replace"), _kind(one), _opener(opened, one))
            forward.allowance = _HEADER_BYTES


def _opener(opened: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    return lambda: cast("IO[bytes]", opened.extractfile(member))


def _kind(member: tarfile.TarInfo) -> Kind:
    if member.isdir():
        return "folder"
    if member.issym() or member.islnk():
        return "link"
    return "file" if member.isreg() else "device"
