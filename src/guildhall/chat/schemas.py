"""What the chat's API takes and gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from guildhall.chat.tables import Message, Part
from guildhall.core.web import Input, PlainText

Title = Annotated[PlainText, Field(min_length=1, max_length=200)]
ModelName = Annotated[PlainText, Field(min_length=1, max_length=200)]


class SessionIn(Input):
    """A new session; without a model it takes the first one there is."""

    model: ModelName | None = None
    engine: Literal["builtin"] = "builtin"


class SessionChange(Input):
    """What to change; what is left out stays."""

    title: Title | None = None
    model: ModelName | None = None


class MessageIn(Input):
    """Something to say."""

    text: Annotated[PlainText, Field(min_length=1, max_length=200_000)]
    model: ModelName | None = None


class SessionOut(BaseModel):
    """A session as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str | None
    model: str | None
    engine: str
    state: Literal["idle", "running"]
    activity_at: datetime
    created_at: datetime
    updated_at: datetime


class PartOut(BaseModel):
    """A stretch of a message; `ended_at` is null while it is being made."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    type: Literal["text", "reasoning"]
    text: str
    started_at: datetime
    ended_at: datetime | None


class MessageError(BaseModel):
    """Why an answer failed."""

    code: str
    message: str


class MessageUsage(BaseModel):
    """Tokens as the provider counted them."""

    input_tokens: int
    output_tokens: int


class MessageOut(BaseModel):
    """A message with its parts in order."""

    id: str
    session_id: str
    role: Literal["user", "assistant"]
    status: Literal["complete", "streaming", "stopped", "interrupted", "failed"]
    parts: list[PartOut]
    model: str | None
    error: MessageError | None
    usage: MessageUsage | None
    created_at: datetime


class Exchange(BaseModel):
    """A question and the answer that is being made to it."""

    message: MessageOut
    answer: MessageOut


def message_out(message: Message, parts: Sequence[Part], written: Mapping[str, str] | None = None) -> MessageOut:
    """A message and its parts; `written` is the text so far of parts still being made, by part id."""
    usage = None
    if message.input_tokens is not None or message.output_tokens is not None:
        usage = MessageUsage(input_tokens=message.input_tokens or 0, output_tokens=message.output_tokens or 0)
    shown = [PartOut.model_validate(part) for part in parts]
    for part in shown:
        if part.ended_at is None and written:
            part.text = written.get(part.id, part.text)
    return MessageOut.model_validate(
        {
            "id": message.id,
            "session_id": message.session_id,
            "role": message.role,
            "status": message.status,
            "parts": shown,
            "model": message.model,
            "error": message.error,
            "usage": usage,
            "created_at": message.created_at,
        }
    )
