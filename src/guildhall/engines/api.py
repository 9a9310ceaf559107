"""The contract of an agent engine: a turn goes in, typed events come out, and what needs leave goes to a host.

An engine keeps nothing between turns that matters: all that was said and done is in the turn's history, and a turn that
was cut off while it waited begins again with what it had made so far.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from guildhall.engines.parameters import NONE_SET, Parameters

PartKind = Literal["text", "reasoning"]
# What an agent may do without asking: look only (plan), look (ask), change files too (edit), everything (full).
Mode = Literal["plan", "ask", "edit", "full"]
ToolStatus = Literal["waiting", "running", "done", "failed", "denied", "interrupted"]
# What a tool call does to the world: it reads files, changes them, runs a command, fetches from elsewhere, or is a tool
# of somebody else's.
ToolKind = Literal["read", "edit", "run", "fetch", "other"]
# Who says no; nobody, where no word came in time.
Refuser = Literal["person", "rule", "mode", "nobody"]
# Names of files that hold secrets: read only when a person allows it, and no line of theirs comes up in a search.
SECRETS = (".env", "*.pem", "*id_rsa*")
# What a command's pattern begins with that is to have the network: who allows the command alone has not allowed that.
NETWORKED = "network: "


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One tool call of a conversation, and what came of it. Calls of one `step` were asked for together."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    status: ToolStatus
    output: str
    """As the model is told it."""
    step: int
    parent: str | None = None
    """Of a sub-agent's call: the call that the sub-agent works for."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the person shows: PNG, JPEG, GIF or WebP."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One earlier message of the conversation; of an agent's, the text and the tool calls in their order."""

    role: Literal["user", "assistant"]
    parts: tuple[str | ToolUse, ...]
    pictures: tuple[Picture, ...] = ()
    """What was shown with it."""

    @property
    def text(self) -> str:
        """What was said, without what was done."""
        return "\n\n".join(part for part in self.parts if isinstance(part, str) and part)


@dataclass(frozen=True, slots=True)
class Turn:
    """What an engine is asked: go on with this conversation, for this person, with this model, in this workspace."""

    id: str
    session_id: str
    user_id: str
    model: str
    history: tuple[Spoken, ...]
    mode: Mode = "ask"
    workspace_id: str | None = None
    """Whose files it works on; without one there are no tools for files and commands."""
    instructions: str = ""
    """What the person wants to hold for the whole session."""
    after: str | None = None
    """The turn whose answer the question follows: of several answers to one question, the one that counts here."""
    parameters: Parameters = NONE_SET
    """What its model calls are sent with."""
    servers_off: tuple[str, ...] = ()
    """Ids of MCP servers that the session does without."""
    begun: tuple[str | ToolUse, ...] = ()
    """What this turn had made when it was cut off: tool calls that wait are done now, those that ran never again.

    Here alone are calls of sub-agents too. A call whose sub-agent waited waits as well: its sub-agent goes on from
    them, or both end.
    """


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer; a change of `kind` begins a new part."""

    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model asks for a tool. Not told again for the calls in `Turn.begun`."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    step: int
    parent: str | None = None
    """Of a sub-agent's call: the call that the sub-agent works for."""


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """More of what a running tool prints, or of what the sub-agent says that works for it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A call is over. `output` is what the model is told; `details` are for people, in JSON's types.

    Known details: `diff` (unified), `paths` (in the workspace), `exit_code`, `truncated`; of a question `answers`, None
    when nobody gave any; `refused_by` where no person refused, as in `Decision`.
    """

    id: str
    status: Literal["done", "failed", "denied"]
    output: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing an agent means to do."""

    text: str
    status: Literal["pending", "active", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class TodosChanged:
    """The agent's whole list, as it is now."""

    todos: tuple[Todo, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of a turn that was not cut off. Tokens, of all model calls together, are None when no provider
    said."""

    reason: str
    input_tokens: int | None
    output_tokens: int | None
    context_tokens: int | None = None
    """What the model had before it with the last call, and what it added."""


EngineEvent = Delta | ToolCalled | ToolOutput | ToolEnded | TodosChanged | Ended


@dataclass(frozen=True, slots=True)
class PermissionRequest:
    """What a tool call would do, before it does it."""

    tool_call_id: str
    tool: str
    kind: ToolKind
    patterns: tuple[str, ...]
    """What it touches: paths in the workspace, single commands, an address. All must be allowed."""
    suggestions: tuple[str, ...] = ()
    """Patterns that a person may want to allow for ever, such as `git status *`."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """For people, in JSON's types: `diff`, `command`, `reason`; of a sub-agent's call, what it is made for (`task`).
    The chat adds `unconfined` to a command where there is no sandbox."""
    is_opaque: bool = False
    """Whether nobody can tell what the patterns stand for, as of a command that does not parse: only a rule that spells
    them out allows it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word, or a rule's."""

    is_allowed: bool
    message: str = ""
    """What the model is told about a refusal; empty ends the turn there."""
    by: Refuser = "person"
    """Whose word a refusal is."""


def refusal_details(decision: Decision) -> dict[str, str]:
    """What `ToolEnded` tells people of a refusal that is no person's own."""
    return {} if decision.by == "person" else {"refused_by": decision.by}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that an agent suggests."""

    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """One thing that an agent asks; the person may always answer in words of their own instead."""

    text: str
    header: str = ""
    """What it is about, in a word or two."""
    options: tuple[Option, ...] = ()
    is_multiple: bool = False
    """Whether more than one answer makes sense."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a tool call asks the person."""

    tool_call_id: str
    items: tuple[QuestionItem, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person answered: for each item labels and words of their own, or nothing."""

    chosen: tuple[tuple[str, ...], ...]


class Host(Protocol):
    """Who an engine asks."""

    async def permit(self, request: PermissionRequest) -> Decision:
        """Wait for a decision, for as long as it takes; asking again about the same call gives the same decision.

        Once this has given leave, the call counts as begun: should the process end now, it is not done again by itself.
        """

    async def ask(self, question: Question) -> Answers | None:
        """Wait for the person's answers, for as long as it takes; asking again about the same call gives the same ones.

        None when they leave it to the agent, or do not answer in time.
        """

    async def may_call(self) -> bool:
        """Whether the turn may ask its model once more; that call is counted. Otherwise the turn ends here (`limit`).

        Calls bear the turn's id as their `request_id` at the gateway, so that what they cost is found by it.
        """


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an engine can run in this process now."""

    hindrance: str = ""
    """Why not, in one word for programs; empty when it can."""
    words: str = ""
    """Why not, in one sentence for everybody; else what would run."""

    @property
    def is_ready(self) -> bool:
        """Whether a turn that begins now would get an engine."""
        return not self.hindrance


class Engine(Protocol):
    """An agent runtime. Closing the generator stops the turn and whatever it started."""

    name: str
    needs_workspace: bool
    """Whether it works on files only, and so can't answer in a session without a workspace."""

    async def readiness(self) -> Readiness:
        """Whether it can run here now."""

    def run(self, turn: Turn, host: Host) -> AsyncGenerator[EngineEvent, None]:
        """What happens as it happens, then one `Ended`. Raises `AppError` with what went wrong in plain words."""
