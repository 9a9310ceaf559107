"""What the API takes and gives when many files are meant at once."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from guildhall.workspaces import batches
from guildhall.workspaces.schemas import PathInput, PathText, TransferIn, TrashOut

EntryId = Annotated[str, Field(pattern=r"^[0-9a-z_]{1,32}$")]


class ManyPathsIn(PathInput):
    """Files and folders."""

    paths: Annotated[list[PathText], Field(min_length=1, max_length=batches.MOST)]


class ManyMovesIn(PathInput):
    """From where to where; nothing is ever overwritten."""

    moves: Annotated[list[TransferIn], Field(min_length=1, max_length=batches.MOST)]


class ManyEntriesIn(PathInput):
    """Entries of the trash, by their ids."""

    entry_ids: Annotated[list[EntryId], Field(min_length=1, max_length=batches.MOST)]


class FailureOut(BaseModel):
    """What was not done, and why. `path` is the id of an entry that is not in the trash."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    code: str
    message: str


class MoveOut(BaseModel):
    """What went from where to where."""

    model_config = ConfigDict(from_attributes=True)

    source: str
    target: str


class ManyTrashedOut(BaseModel):
    """What went into the trash or came out of it, and what did not."""

    model_config = ConfigDict(from_attributes=True)

    done: list[TrashOut]
    failed: list[FailureOut]


class ManyMovedOut(BaseModel):
    """What was moved, and what was not."""

    model_config = ConfigDict(from_attributes=True)

    done: list[MoveOut]
    failed: list[FailureOut]
