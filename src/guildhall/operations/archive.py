"""The archive of a back-up: one zip file whose manifest names every member with its size and digest.

It is written beside its place and moved there when whole. It is read twice: once to verify every byte, and only then to
use it. Members have plain relative names; anything else is refused before it could reach a disk.
"""

import hashlib
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from guildhall.operations.member_names import path_of

MANIFEST = "manifest.json"
FORMAT = 1
_CHUNK = 1024 * 1024
_MANIFEST_LIMIT = 256 * 1024 * 1024
_NAME_LIMIT = 16_000  # a path as long as Linux takes, with every letter escaped


class ArchiveError(RuntimeError):
    """The archive can't be used; the message is one plain sentence."""


class Member(BaseModel):
    """One file of the archive."""

    name: str
    bytes: int
    sha256: str


class Table(BaseModel):
    """One table of a PostgreSQL back-up; `part` says whose it is, the product's or the job engine's."""

    part: Literal["product", "jobs"]
    name: str
    columns: list[str]
    rows: int

    @property
    def member(self) -> str:
        """The archive's member that holds its rows."""
        return f"postgresql/{self.part}/{self.name}"


class Manifest(BaseModel):
    """What the archive is, and what it holds."""

    model_config = ConfigDict(extra="forbid")

    format: int
    version: str
    created_at: datetime
    database: Literal["sqlite", "postgresql"]
    schema_revision: str
    jobs_revision: int
    keys: Literal["included", "left out", "in the settings"]
    key_ids: list[str]
    tables: list[Table] = []
    sequences: dict[str, int] = {}
    members: list[Member] = []


class Writer:
    """Adds members to an archive that is being made."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Store `chunks` as the member `name`."""
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        self.members.append(Member(name=name, bytes=size, sha256=digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Store the manifest, the last member."""
        whole = manifest.model_copy(update={"members": self.members})
        self._archive.writestr(MANIFEST, whole.model_dump_json(indent=1))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """An archive that appears at `path`, readable by its owner alone, once the block ends well; else nothing does."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    try:
        with os.fdopen(descriptor, "wb") as file:
            archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
            try:
                yield Writer(archive)
            except BaseException:
                with suppress(OSError, ValueError):
                    archive.close()
                raise
            archive.close()
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        _sync_folder(path.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(partial)
        raise


class Reader:
    """An archive that is there."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self.manifest = self._manifest()
        self._members = {member.name: member for member in self.manifest.members}

    def verify(self) -> None:
        """Read every byte and compare. Raises `ArchiveError` at the first thing that is not as the manifest says."""
        found = [entry.filename for entry in self._archive.infolist()]
        if len(set(found)) != len(found) or set(found) != {*self._members, MANIFEST}:
            raise ArchiveError(f"{self.path} does not hold exactly what its manifest names.")
        for entry in self._archive.infolist():
            _check_name(entry)
        for member in self.manifest.members:
            for _ in self.chunks(member.name):
                pass

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, verified: raises `ArchiveError` rather than end on a wrong size or digest."""
        member = self._members[name]
        digest, size = hashlib.sha256(), 0
        try:
            with self._archive.open(name) as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    if size > member.bytes:
                        break
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error) as error:
            raise ArchiveError(f"{self.path} is damaged: {name} can't be read ({error}).") from None
        if size != member.bytes or digest.hexdigest() != member.sha256:
            raise ArchiveError(f"{self.path} is damaged: {name} is not what was backed up.")

    def _manifest(self) -> Manifest:
        try:
            entry = self._archive.getinfo(MANIFEST)
            if entry.file_size > _MANIFEST_LIMIT:
                raise ArchiveError(f"{self.path} has a manifest of {entry.file_size:,} bytes, which can't be.")
            text = self._archive.read(MANIFEST)
            if (found := _format_of(text)) != FORMAT:
                raise ArchiveError(f"{self.path} has format {found}; this version reads format {FORMAT}.")
            return Manifest.model_validate_json(text)
        except (KeyError, zipfile.BadZipFile, ValidationError, OSError, zlib.error, NotImplementedError):
            raise ArchiveError(f"{self.path} is not a back-up of Guildhall, or its manifest is damaged.") from None


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """The archive at `path`. Raises `ArchiveError` when it is none, or not whole."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError):
        raise ArchiveError(f"{path} is not a back-up of Guildhall, or was cut off.") from None
    with archive:
        yield Reader(path, archive)


def file_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """An open file's bytes, a piece at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


class _Format(BaseModel):
    format: int


def _format_of(text: bytes) -> int:
    return _Format.model_validate_json(text).format


def _check_name(entry: zipfile.ZipInfo) -> None:
    """Refuse names that could reach out of the folder they are written to, and links."""
    name = entry.filename
    is_plain = (
        0 < len(name) <= _NAME_LIMIT
        and str(PurePosixPath(name)) == name
        and _is_relative(name)
        and not any(letter in name for letter in ("\\", "\0", ":"))
    )
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if not is_plain or is_link or entry.is_dir():
        raise ArchiveError(f"The archive holds {name[:80]!r}, a name that no back-up has; nothing was restored.")


def _is_relative(name: str) -> bool:
    try:
        return not path_of(name).is_absolute()
    except ValueError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
