"""What the API of questions takes and gives."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from guildhall.core.web import Input, PlainText

AnswerText = Annotated[PlainText, Field(min_length=1, max_length=4000)]


class OptionOut(BaseModel):
    """A suggested answer."""

    label: str
    description: str


class QuestionItemOut(BaseModel):
    """One thing asked; it may always be answered in other words than those suggested."""

    text: str
    header: str
    options: list[OptionOut]
    is_multiple: bool


class QuestionOut(BaseModel):
    """What an agent waits, or has waited, to be told by its session's owner."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    session_id: str
    turn_id: str
    tool_call_id: str
    items: list[QuestionItemOut]
    status: Literal["pending", "answered", "skipped", "expired", "cancelled"]
    answers: list[list[str]] | None
    created_at: datetime
    decided_at: datetime | None


class AnswersIn(Input):
    """For each thing asked, in its order: labels, words of one's own, or nothing."""

    answers: Annotated[
        tuple[Annotated[tuple[AnswerText, ...], Field(max_length=50)], ...], Field(min_length=1, max_length=50)
    ]
