"""What the API of archives takes and gives."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from guildhall.workspaces.schemas import PathInput, PathText, shown
from guildhall.workspaces.texts import Encoding
from guildhall.workspaces.unpacking import Reason, Unpacked

FolderText = Annotated[str, Field(max_length=1024)]


class UnpackIn(PathInput):
    """Where to unpack an upload to: null or nothing is the workspace itself. Names that don't say what they are written
    in are read as `encoding`; null: as what they look like."""

    folder: FolderText | None = None
    encoding: Encoding | None = None


class ArchiveIn(PathInput):
    """An archive of the workspace, and the folder to unpack it into: null is a new one next to it, nothing (`""`) the
    workspace itself."""

    path: PathText
    folder: FolderText | None = None
    encoding: Encoding | None = None


class LeftOutMemberOut(BaseModel):
    """Something in an archive that may not be here, and why."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    reason: Reason


class UnpackedOut(BaseModel):
    """What came out of an archive: the folder that it came to (null when nothing came), files and bytes, and what was
    left out: the first 200, and how many altogether."""

    folder: str | None
    files: int
    bytes: int
    left_out: list[LeftOutMemberOut]
    left_out_count: int


def unpacked_out(unpacked: Unpacked) -> UnpackedOut:
    """What came out of an archive."""
    left_out = [LeftOutMemberOut(path=shown(one.path), reason=one.reason) for one in unpacked.left_out]
    folder = None if unpacked.folder is None else shown(unpacked.folder)
    return UnpackedOut(
        folder=folder,
        files=unpacked.files,
        bytes=unpacked.bytes,
        left_out=left_out,
        left_out_count=unpacked.left_out_count,
    )
