"""Translation: what opencode tells of one turn, as the events of the house. Pure.

A sub-agent works in a session of its own: its tool calls are told under the agent's call that it works for, its words
are what that call prints. A call is told once its arguments are known; leave that opencode asks for earlier waits for
that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from guildhall.core.errors import AppError
from guildhall.engines.api import (
    Answers,
    Decision,
    Delta,
    TodosChanged,
    ToolCalled,
    ToolEnded,
    ToolOutput,
    ToolUse,
    refusal_details,
)
from guildhall.engines.opencode import tools
from guildhall.engines.opencode.call import Call
from guildhall.engines.opencode.failures import failure_of
from guildhall.engines.opencode.questions import question_of
from guildhall.engines.opencode.told import (
    Idle,
    PermissionAsked,
    QuestionAsked,
    Retrying,
    Stepped,
    Told,
)
from guildhall.engines.opencode.tools import Place

_NOT_DONE = "Not done: the turn ended before."


@dataclass
class _Speech:
    kind: Literal["text", "reasoning"]
    session: str
    said: int = 0


class Translation:
    """One turn. Feed it every event in order."""

    def __init__(
        self, session: str, message: str, place: Place, *, first_step: int = 0, waiting: tuple[ToolUse, ...] = ()
    ) -> None:
        """`session` and `message` are opencode's ids of the conversation and of what it was just asked. A call that is
        the same as one of `waiting` takes that one's id."""
        self._session, self._message, self._place = session, message, place
        self._next_step = first_step
        self._waiting = list(waiting)
        self._callers: dict[str, str] = {}  # of a sub-agent's session, the id of the call that began it
        self._children: set[str] = set()
        self._speakers: set[str] = set()  # ids of the agent's messages
        self._steps: dict[str, int] = {}  # by message
        self._speech: dict[str, _Speech] = {}  # by part
        self._calls: dict[str, Call] = {}  # by part
        self._by_name: dict[tuple[str, str], Call] = {}  # by message and opencode's id of the call
        self._is_asked = self._is_begun = False
        self._error: AppError | None = None
        self._reason = "stop"
        self._is_refused = False
        self.tokens: tuple[int, int] | None = None
        """Of all model calls so far: heard, said."""
        self.context_tokens: int | None = None
        """Of the agent's own newest model call: heard and said together."""
        self.model_calls = 0

    def take(self, event: Mapping[str, Any]) -> list[Told]:
        """What one event tells; usually nothing."""
        told = event.get("properties")
        reader = _READERS.get(str(event.get("type")))
        if reader is None or not isinstance(told, dict):
            return []
        session = told.get("sessionID") or _session_of(told)
        if event["type"] != "session.created" and session != self._session and session not in self._children:
            return []
        return list(reader(self, told))

    def denied(self, call_id: str, decision: Decision) -> None:
        """A person, or a rule, has refused a call; without words the turn ends."""
        for call in self._calls.values():
            if call.id == call_id:
                call.denied = decision.message
                call.details |= refusal_details(decision)
        self._is_refused = self._is_refused or not decision.message

    def answered(self, call_id: str, answers: Answers | None) -> None:
        """The person has answered what a call asked, or nobody has."""
        for call in self._calls.values():
            if call.id == call_id:
                call.details["answers"] = None if answers is None else [list(chosen) for chosen in answers.chosen]

    def left_over(self) -> Iterator[ToolEnded]:
        """The ends of calls that opencode said no more about."""
        for call in self._calls.values():
            if call.is_told and not call.is_over:
                call.is_over = True
                yield ToolEnded(call.id, "failed" if call.denied is None else "denied", _NOT_DONE)
        for use in self._waiting:
            yield ToolEnded(use.id, "failed", _NOT_DONE)
        self._waiting.clear()

    # --- by kind of event -----------------------------------------------------------------------------------------

    def _created(self, told: Mapping[str, Any]) -> Iterator[Told]:
        info = told.get("info") or {}
        if info.get("parentID") in {self._session, *self._children}:
            self._children.add(info["id"])
        return iter(())

    def _message_updated(self, told: Mapping[str, Any]) -> Iterator[Told]:
        info = told.get("info") or {}
        if info.get("role") == "assistant":
            self._speakers.add(info["id"])
        elif info.get("id") == self._message:
            self._is_asked = True
        return iter(())

    def _part_updated(self, told: Mapping[str, Any]) -> Iterator[Told]:
        part = told["part"]
        if part.get("messageID") not in self._speakers or not self._is_asked:
            return
        kind = part.get("type")
        if kind == "tool":
            yield from self._tool(part)
        elif kind in {"text", "reasoning"}:
            speech = self._speech.setdefault(part["id"], _Speech(kind, part["sessionID"]))
            yield from self._said(speech, str(part.get("text", ""))[speech.said :])
        elif kind == "step-start" and part["sessionID"] == self._session:
            self._error = None  # it goes on, whatever has happened
        elif kind == "step-finish":
            self._count(part)
            yield Stepped(self.model_calls)

    def _part_delta(self, told: Mapping[str, Any]) -> Iterator[Told]:
        speech = self._speech.get(str(told.get("partID")))
        if speech is not None and told.get("field") == "text":
            yield from self._said(speech, str(told.get("delta", "")))

    def _permission_asked(self, told: Mapping[str, Any]) -> Iterator[Told]:
        call = self._call_of(told)
        if call is None:
            yield PermissionAsked(told["id"], str(told.get("permission")), None)
            return
        call.asked.append(told)
        if call.is_told:
            yield from self._asks(call)

    def _question_asked(self, told: Mapping[str, Any]) -> Iterator[Told]:
        call = self._call_of(told)
        if call is None:
            yield QuestionAsked(told["id"], len(told.get("questions") or ()), None)
            return
        call.questions.append(told)
        if call.is_told:
            yield from self._asks(call)

    def _call_of(self, asked: Mapping[str, Any]) -> Call | None:
        """The call that asks."""
        tool = asked.get("tool") or {}
        return self._by_name.get((str(tool.get("messageID")), str(tool.get("callID"))))

    def _todo_updated(self, told: Mapping[str, Any]) -> Iterator[Told]:
        if told["sessionID"] == self._session:
            yield TodosChanged(tools.todos_of(told.get("todos")))

    def _status(self, told: Mapping[str, Any]) -> Iterator[Told]:
        status = told.get("status") or {}
        if status.get("type") == "retry":
            yield Retrying(int(status.get("attempt") or 1), str(status.get("message", "")))
        elif status.get("type") == "busy" and told["sessionID"] == self._session and self._is_asked:
            self._is_begun = True

    def _failed(self, told: Mapping[str, Any]) -> Iterator[Told]:
        if told["sessionID"] == self._session and self._is_asked:
            self._error = failure_of(told.get("error") or {})
        return iter(())

    def _idle(self, told: Mapping[str, Any]) -> Iterator[Told]:
        if told["sessionID"] == self._session and self._is_begun:
            self._is_begun = self._is_asked = False  # it is told twice
            yield Idle("denied" if self._is_refused else self._reason, None if self._is_refused else self._error)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _said(self, speech: _Speech, text: str) -> Iterator[Told]:
        if not text:
            return
        speech.said += len(text)
        if speech.session == self._session:
            yield Delta(speech.kind, text)
        elif speech.kind == "text" and speech.session in self._callers:
            yield ToolOutput(self._callers[speech.session], text)

    def _tool(self, part: Mapping[str, Any]) -> Iterator[Told]:
        state = part.get("state") or {}
        call = self._calls.get(part["id"])
        if call is None:
            call = self._calls[part["id"]] = Call(part["id"], str(part.get("tool")))
            self._by_name[part["messageID"], str(part.get("callID"))] = call
        if state.get("status") == "pending" or call.is_over:
            return
        metadata = state.get("metadata") or {}
        call.parent, call.is_invalid = self._callers.get(part["sessionID"]), part.get("tool") == "invalid"
        if not call.is_told:
            given = {} if call.is_invalid else state.get("input") or {}
            yield from self._call(call, part["messageID"], given)
        if isinstance(metadata.get("sessionId"), str):
            self._children.add(metadata["sessionId"])
            self._callers[metadata["sessionId"]] = call.parent or call.id  # one level, however deep they go
        if state.get("status") == "running":
            yield from call.print(metadata.get("output"))
        else:
            yield call.end(state, self._place)

    def _call(self, call: Call, message: str, given: Mapping[str, Any]) -> Iterator[Told]:
        call.is_told = True
        call.arguments = tools.arguments_of(call.tool, given, self._place)
        name = tools.name_of(call.tool)
        known = next((use for use in self._waiting if use.name == name and dict(use.arguments) == call.arguments), None)
        if known is not None:
            self._waiting.remove(known)
            call.id = known.id
        else:
            if message not in self._steps:
                self._steps[message] = self._next_step
                self._next_step += 1
            yield ToolCalled(call.id, name, call.arguments, self._steps[message], call.parent)
        yield from self._asks(call)

    def _asks(self, call: Call) -> Iterator[Told]:
        for asked in call.asked:
            request = tools.request_of(call.id, call.tool, call.arguments, asked, self._place, self._task_of(call))
            call.diff = request.details.get("diff", call.diff)
            yield PermissionAsked(asked["id"], str(asked.get("permission")), request)
        call.asked.clear()
        for asked in call.questions:
            found = asked.get("questions") or ()
            yield QuestionAsked(asked["id"], len(found), question_of(call.id, found))
        call.questions.clear()

    def _task_of(self, call: Call) -> str:
        """What the sub-agent that makes a call was given to do, in a few words."""
        named = (each.arguments.get("description") for each in self._calls.values() if each.id == call.parent)
        return str(next(named, None) or "")

    def _count(self, part: Mapping[str, Any]) -> None:
        """The tokens of one model call; thinking counts as said, what was cached as heard."""
        self.model_calls += 1
        used = part.get("tokens") or {}
        cache = used.get("cache") or {}
        heard = sum(int(each or 0) for each in (used.get("input"), cache.get("read"), cache.get("write")))
        said = int(used.get("output") or 0) + int(used.get("reasoning") or 0)
        if heard or said:
            before = self.tokens or (0, 0)
            self.tokens = before[0] + heard, before[1] + said
        if part["sessionID"] == self._session:
            self.context_tokens = heard + said or None
            reason = str(part.get("reason") or "stop")
            self._reason = reason if reason in {"length", "content-filter"} else "stop"


def _session_of(told: Mapping[str, Any]) -> object:
    for name in ("part", "info"):
        held = told.get(name)
        if isinstance(held, dict):
            return held.get("sessionID") or held.get("id")
    return None


_READERS = {
    "session.created": Translation._created,
    "message.updated": Translation._message_updated,
    "message.part.updated": Translation._part_updated,
    "message.part.delta": Translation._part_delta,
    "permission.asked": Translation._permission_asked,
    "question.asked": Translation._question_asked,
    "todo.updated": Translation._todo_updated,
    "session.status": Translation._status,
    "session.error": Translation._failed,
    "session.idle": Translation._idle,
}
