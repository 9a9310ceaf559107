"""What the API of workspaces takes and gives. Sizes are in bytes, paths relative to the workspace, with `/`."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from guildhall.core.web import Input, PlainText
from guildhall.workspaces.safe_files import Entry, Kind
from guildhall.workspaces.skill_sheets import Reason
from guildhall.workspaces.streams import By
from guildhall.workspaces.tables import TrashEntry, Upload, Workspace
from guildhall.workspaces.texts import Encoding

Name = Annotated[PlainText, Field(min_length=1, max_length=200)]
# As it is on disk: a path must not be stripped, and may be of any letters.
PathText = Annotated[str, Field(min_length=1, max_length=1024)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PathInput(Input):
    """Mother of bodies with paths: nothing is stripped from them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class WorkspaceIn(Input):
    """A new workspace, or its new name."""

    name: Name


class WorkspaceOut(BaseModel):
    """A workspace as its owner sees it; the figures are of its files."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    used_bytes: int
    file_count: int
    created_at: datetime
    updated_at: datetime


class UseOut(BaseModel):
    """What a workspace holds, and what it may hold: files, trash and uploads together stay within the quota."""

    files_bytes: int
    file_count: int
    trash_bytes: int
    uploads_bytes: int
    versions_bytes: int
    quota_bytes: int
    edit_limit_bytes: int
    upload_limit_bytes: int
    chunk_limit_bytes: int
    versions_per_file: int
    trash_days: int


class EntryOut(BaseModel):
    """Something in a folder. A link is shown, and followed only within the workspace."""

    path: str
    name: str
    kind: Kind
    size: int
    modified_at: datetime


class FileOut(BaseModel):
    """A file. `text` is null when it is not text, or longer than may be edited; `reason` says which."""

    path: str
    size: int
    modified_at: datetime
    etag: str
    media_type: str
    encoding: Encoding | None
    text: str | None
    reason: Literal["not_text", "too_large"] | None


class WrittenOut(BaseModel):
    """A file that was written."""

    path: str
    etag: str
    size: int
    is_new: bool


class FolderIn(PathInput):
    """A folder to be made, with those on the way to it."""

    path: PathText


class TransferIn(PathInput):
    """From where to where; nothing is ever overwritten."""

    source: PathText
    target: PathText


class PathsIn(PathInput):
    """Several files or folders."""

    paths: Annotated[list[PathText], Field(min_length=1, max_length=200)]


class PathsOut(BaseModel):
    """Paths that something was done with."""

    paths: list[str]


class TrashOut(BaseModel):
    """Something that was deleted, and where it was."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    path: str
    kind: Kind
    size: int
    file_count: int
    deleted_at: datetime


class RestoreIn(PathInput):
    """Where to bring something back to; null is where it was."""

    path: PathText | None = None


class UploadIn(PathInput):
    """A file that is to come: where to and how long. With `replaces` it may take the place of one that is there."""

    path: PathText
    size: Annotated[int, Field(ge=0, le=2**53 - 1)]
    replaces: bool = False


class UploadOut(BaseModel):
    """An upload: its next piece begins at `offset`."""

    id: str
    path: str
    size: int
    offset: int
    replaces: bool
    created_at: datetime
    updated_at: datetime


class VersionOut(BaseModel):
    """What a file was at some time; no etag means that it was gone."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    path: str
    etag: str | None
    size: int
    is_kept: bool
    is_current: bool
    by: By
    turn_id: str | None
    at: datetime


class DiffOut(BaseModel):
    """The unified difference of two versions; empty where they are the same."""

    path: str
    before_etag: str | None
    after_etag: str | None
    diff: str


class MatchOut(BaseModel):
    """A line that was found: its number from 1, and where in it, in letters; long lines are cut around the match."""

    path: str
    line: int
    column: int
    length: int
    text: str


class SearchOut(BaseModel):
    """What was found; `more` says that there was more than was asked for, or that the time was up."""

    matches: list[MatchOut]
    files: int
    more: bool


class NamesOut(BaseModel):
    """Files and folders whose paths were found, the best first."""

    items: list[EntryOut]
    more: bool


class SkillOut(BaseModel):
    """A skill that agents in this workspace are offered; `path` is its folder."""

    name: str
    description: str
    path: str


class LeftOutSkillOut(BaseModel):
    """A folder among those of skills that agents are not offered, and why."""

    path: str
    reason: Reason


class SkillsOut(BaseModel):
    """The skills of a workspace, by name, and what was left out."""

    items: list[SkillOut]
    left_out: list[LeftOutSkillOut]


class ChangesOut(BaseModel):
    """Files that were changed from outside since somebody looked."""

    paths: list[str]


def workspace_out(row: Workspace) -> WorkspaceOut:
    """A workspace."""
    return WorkspaceOut.model_validate(row)


def entry_out(entry: Entry) -> EntryOut:
    """Something in a folder."""
    path, name = shown(entry.path), shown(entry.name)
    return EntryOut(path=path, name=name, kind=entry.kind, size=entry.size, modified_at=moment_of(entry.modified_ns))


def trash_out(row: TrashEntry) -> TrashOut:
    """Something that was deleted."""
    return TrashOut.model_validate(row)


def upload_out(row: Upload, offset: int) -> UploadOut:
    """An upload, of which `offset` bytes have come."""
    return UploadOut(
        id=row.id,
        path=row.path,
        size=row.size,
        offset=offset,
        replaces=row.replaces,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def moment_of(nanoseconds: int) -> datetime:
    """A file's time; those that no calendar has become its first moment."""
    try:
        return datetime.fromtimestamp(nanoseconds / 10**9, UTC)
    except (OverflowError, ValueError, OSError):
        return _EPOCH


def shown(text: str) -> str:
    """A name of any bytes as JSON can hold it."""
    return text.encode("utf-8", "replace").decode()
