"""What the API of folders and tags takes and gives."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from guildhall.accounts.schemas import Name
from guildhall.core.web import Input
from guildhall.workspaces.paths import alike

FolderName = Annotated[Name, Field(max_length=80)]
Tag = Annotated[Name, Field(max_length=30)]


def _distinct(tags: list[str]) -> list[str]:
    """The first spelling of each."""
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(alike(tag), tag)
    return list(kept.values())


Tags = Annotated[list[Tag], Field(max_length=10), AfterValidator(_distinct)]


class SessionFolderIn(Input):
    """A new folder; it becomes the last one."""

    name: FolderName


class SessionFolderChange(Input):
    """What to change; what is left out stays. `position` 0 is the first place in the list."""

    name: FolderName | None = None
    position: Annotated[int, Field(ge=0, le=1000)] | None = None


class SessionFolderOut(BaseModel):
    """A folder as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    created_at: datetime
    updated_at: datetime


class TagOut(BaseModel):
    """A tag that somebody uses, and on how many sessions."""

    name: str
    sessions: int
