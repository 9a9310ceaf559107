"""What the API gives about the files that an answer changed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

UndoState = Literal["made", "undone", "partly"]


class ChangedFileOut(BaseModel):
    """A file before and after the answer. Lines are null where they were not counted: no text, or too long."""

    path: str
    kind: Literal["created", "changed", "deleted"]
    added_lines: int | None
    removed_lines: int | None
    is_undone: bool


class AnswerChangesOut(BaseModel):
    """What an answer changed, by path; at most 500 `files` of `file_count` are listed."""

    workspace_id: str | None
    state: UndoState
    file_count: int
    files: list[ChangedFileOut]


class ChangedDiffOut(BaseModel):
    """The unified difference of one file before and after the answer."""

    path: str
    diff: str


class ConflictOut(BaseModel):
    """A file that was left as it is, and why: `file_changed` is by somebody else, since."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    code: str


class UndoneOut(BaseModel):
    """What was brought back, what was not, and how things are now."""

    restored: list[str]
    conflicts: list[ConflictOut]
    state: UndoState
