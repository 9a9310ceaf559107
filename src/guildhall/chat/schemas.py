"""What the chat's API takes and gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from guildhall.chat.attachment_schemas import AttachedOut
from guildhall.chat.folder_schemas import Tags
from guildhall.chat.tables import Message, Part
from guildhall.core.web import Input, PlainText
from guildhall.engines.api import Mode, ToolStatus
from guildhall.engines.parameters import Effort

EngineName = Annotated[PlainText, Field(min_length=1, max_length=20)]
Title = Annotated[PlainText, Field(min_length=1, max_length=200)]
ModelName = Annotated[PlainText, Field(min_length=1, max_length=200)]


Instructions = Annotated[PlainText, Field(max_length=50_000)]
StopSequence = Annotated[PlainText, Field(min_length=1, max_length=200)]
Said = Annotated[PlainText, Field(min_length=1, max_length=200_000)]
MessageId = Annotated[PlainText, Field(max_length=40)]
# A summary, once complete, is what models are told in place of all that came before it.
MessageKind = Literal["said", "summary"]
MostCalls = Annotated[int, Field(ge=1, le=1000)]
# In billionths of the unit of the hall's currency.
MostCost = Annotated[int, Field(ge=0, le=9_000_000_000_000_000)]

# Tool servers (MCP) that a session does without, by id.
ServersOff = Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-z_]{1,32}$")]], Field(max_length=200)]


class SessionParameters(BaseModel):
    """What the model calls of a session are sent with; what is null or left out is the provider's affair."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    reasoning_effort: Effort | None = None
    stop: Annotated[list[StopSequence], Field(max_length=4)] | None = None

    def stored(self) -> dict[str, Any] | None:
        """Only what is set; None when nothing is."""
        return {name: value for name, value in self.model_dump().items() if value not in (None, [])} or None


class SessionIn(Input):
    """A new session; without a model it takes the first one there is. Agents have tools where there is a workspace."""

    model: ModelName | None = None
    engine: EngineName = "builtin"
    mode: Mode = "ask"
    workspace_id: Annotated[PlainText, Field(max_length=40)] | None = None
    instructions: Instructions | None = None
    parameters: SessionParameters | None = None
    most_calls: MostCalls | None = None
    most_cost_nano: MostCost | None = None
    servers_off: ServersOff | None = None


class SessionChange(Input):
    """What to change; what is left out stays. `tags` are all there are to be, `folder_id` null is none."""

    title: Title | None = None
    model: ModelName | None = None
    engine: EngineName | None = None
    mode: Mode | None = None
    workspace_id: Annotated[PlainText, Field(max_length=40)] | None = None
    instructions: Instructions | None = None
    parameters: SessionParameters | None = None
    is_pinned: bool | None = None
    is_archived: bool | None = None
    folder_id: Annotated[PlainText, Field(max_length=40)] | None = None
    tags: Tags | None = None
    most_calls: MostCalls | None = None
    most_cost_nano: MostCost | None = None
    servers_off: ServersOff | None = None


class MessageIn(Input):
    """Something to say, at the end of the branch that is shown; while an answer is made it waits in the queue.

    With `parent_id` it is said after that message, with `edited_id` in place of that question: on a branch of its own,
    and with that question's attachments unless `attachments` names those of them that stay, and others; an empty list
    leaves them all out. With attachments the text may be empty.
    """

    text: Annotated[PlainText, Field(max_length=200_000)]
    model: ModelName | None = None
    parent_id: MessageId | None = None
    edited_id: MessageId | None = None
    attachments: Annotated[tuple[Annotated[PlainText, Field(max_length=40)], ...], Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.attachments:
            raise ValueError("there must be a text or an attachment")
        return self

    @property
    def begins_branch(self) -> bool:
        """Whether it is not simply the next thing said."""
        return self.parent_id is not None or self.edited_id is not None


class RegenerateIn(Input):
    """Another answer, by the session's model unless one is named."""

    model: ModelName | None = None


class SessionOut(BaseModel):
    """A session as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str | None
    model: str | None
    engine: str
    mode: Mode
    workspace_id: str | None
    instructions: str | None
    parameters: SessionParameters | None
    most_calls: int | None
    most_cost_nano: int | None
    servers_off: list[str] | None
    """Tool servers (MCP) that it does without."""
    state: Literal["idle", "running", "waiting"]
    head_id: str | None
    """The last message of the branch that is shown."""
    is_queue_held: bool
    """Whether the queue waits for its owner: the last answer was stopped or failed."""
    is_pinned: bool
    is_archived: bool
    folder_id: str | None
    tags: list[str]
    forked_from_id: str | None
    """The session that it began as a copy of, which may be gone."""
    activity_at: datetime
    created_at: datetime
    updated_at: datetime


class ToolOut(BaseModel):
    """A tool call and what came of it; `details` may hold `diff`, `paths`, `exit_code` and `truncated`.

    It begins when leave is given: what it waited before is not its own time. Of a sub-agent's call, `parent` is the
    `call_id` of the call that the sub-agent works for.
    """

    call_id: str
    name: str
    arguments: dict[str, Any]
    step: int
    parent: str | None = None
    status: ToolStatus
    began_at: datetime | None
    details: dict[str, Any]


class PartOut(BaseModel):
    """A stretch of a message; `ended_at` is null while it is being made. The text of a tool is its output."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    type: Literal["text", "reasoning", "tool"]
    text: str
    tool: ToolOut | None = None
    started_at: datetime
    ended_at: datetime | None


class MessageError(BaseModel):
    """Why an answer failed."""

    code: str
    message: str


class MessageUsage(BaseModel):
    """Tokens as the provider counted them, of all model calls together; `calls` and what follows is known when the
    gateway has billed them, a moment after the answer. `cost_nano` is in billionths of the currency's unit, of the
    calls whose price is known (null: of none); `unpriced_calls` are the others. `seconds` is what the calls took.
    """

    input_tokens: int
    output_tokens: int
    calls: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None
    cost_nano: int | None
    unpriced_calls: int | None
    is_estimated: bool | None
    seconds: float | None
    tokens_per_second: float | None
    context_tokens: int | None


class MessageChanges(BaseModel):
    """That an answer changed files; `…/messages/{id}/changes` tells which, and `at` is when this was so."""

    files: int
    state: Literal["made", "undone", "partly"]
    at: datetime


class MessageOut(BaseModel):
    """A message with its parts in order. Messages that share its parent, itself among them, each begin a branch."""

    id: str
    session_id: str
    parent_id: str | None
    siblings: list[str]
    role: Literal["user", "assistant"]
    kind: MessageKind
    status: Literal["complete", "streaming", "stopped", "interrupted", "failed"]
    parts: list[PartOut]
    model: str | None
    error: MessageError | None
    usage: MessageUsage | None
    changes: MessageChanges | None
    attachments: list[AttachedOut]
    created_at: datetime


class Exchange(BaseModel):
    """A question and the answer that is being made to it."""

    message: MessageOut
    answer: MessageOut


class QueuedOut(BaseModel):
    """Something that is said once the running answer has ended."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    text: str
    model: str
    attachments: list[AttachedOut]
    created_at: datetime


def message_out(
    message: Message, parts: Sequence[Part], siblings: list[str], written: Mapping[str, str] | None = None
) -> MessageOut:
    """A message and its parts; `written` is the text so far of parts still being made, by part id."""
    shown = [PartOut.model_validate(part) for part in parts]
    for part in shown:
        if part.ended_at is None and written:
            part.text = written.get(part.id, part.text)
    return MessageOut.model_validate(
        {
            "id": message.id,
            "session_id": message.session_id,
            "parent_id": message.parent_id,
            "siblings": siblings,
            "role": message.role,
            "kind": message.kind,
            "status": message.status,
            "parts": shown,
            "model": message.model,
            "error": message.error,
            "usage": _usage(message),
            "changes": message.changes,
            "attachments": message.attachments or [],
            "created_at": message.created_at,
        }
    )


def _usage(message: Message) -> MessageUsage | None:
    tokens = (message.input_tokens, message.output_tokens)
    if tokens == (None, None) and message.calls is None:
        return None
    seconds = None if message.model_us is None else message.model_us / 1e6
    written = message.output_tokens
    return MessageUsage(
        input_tokens=tokens[0] or 0,
        output_tokens=tokens[1] or 0,
        calls=message.calls,
        cached_tokens=message.cached_tokens,
        reasoning_tokens=message.reasoning_tokens,
        cost_nano=message.cost_nano,
        unpriced_calls=message.unpriced_calls,
        is_estimated=message.is_estimated,
        seconds=seconds,
        tokens_per_second=round(written / seconds, 1) if written and seconds else None,
        context_tokens=message.context_tokens,
    )
