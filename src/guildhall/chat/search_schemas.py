"""What the API of the search gives."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from guildhall.chat.schemas import MessageKind


class Highlight(BaseModel):
    """A stretch of an excerpt, in characters from its beginning; `end` is the one behind."""

    start: int
    end: int


class FoundOut(BaseModel):
    """A message that was found: the part of it where the words are, and where in that they are."""

    session_id: str
    title: str | None
    is_archived: bool
    message_id: str
    role: Literal["user", "assistant"]
    kind: MessageKind
    created_at: datetime
    excerpt: str
    begins: bool
    """Whether the excerpt begins where the text does."""
    highlights: list[Highlight]


class FoundTitleOut(BaseModel):
    """A session whose title holds what was looked for, and where."""

    session_id: str
    title: str
    is_archived: bool
    highlights: list[Highlight]
