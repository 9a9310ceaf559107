"""Completions: the one way to call a model from inside the house, through the same pipeline as every other call."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from guildhall.core.errors import AppError, BadRequestError, UpstreamError
from guildhall.edge import sse
from guildhall.edge.answer import Answer, WholeAnswer
from guildhall.edge.call import Call, Caller
from guildhall.edge.capture import Capturer
from guildhall.edge.endpoints import CHAT
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.usage import Usage
from guildhall.edge.wishes import Wishes
from guildhall.gateway.adapters import refusals
from guildhall.gateway.phrasing import Phrase


@dataclass(frozen=True)
class CompletionRequest:
    """What to ask, of which model, and on whose account. `params` go to the provider, in the words that it takes."""

    model: str
    messages: Sequence[Mapping[str, Any]]
    user_id: str
    session_id: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    """What the log calls it: the same name for calls that belong together."""
    is_private: bool = False
    """Whether prompt and answer must not be kept, whatever is configured."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of the thinking before it."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """More of one tool call: the first delta of an `index` brings id and name, later ones add arguments."""

    index: int
    id: str | None
    name: str | None
    arguments: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event: why the answer ended, and what it used if the provider says so."""

    reason: str
    usage: Usage | None


CompletionEvent = TextDelta | ReasoningDelta | ToolCallDelta | Finished


class Completions:
    """Calls models for the rest of the house."""

    def __init__(self, pipeline: Pipeline, caller_of: Callable[[str], Awaitable[Caller]], phrase: Phrase) -> None:
        """`caller_of` finds a person by id."""
        self._pipeline = pipeline
        self._caller_of = caller_of
        self._phrase = phrase
        self.capturer: Capturer | None = None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[CompletionEvent, None]:
        """The answer as it is made, then one `Finished`. Closing the iterator cancels the call at the provider.

        Raises `AppError` with the codes of the gateway, before the first event or between two.
        """
        call = self._pipeline.enter(Call(CHAT, session_id=request.session_id))
        if request.request_id is not None:
            call.wishes = Wishes(request.request_id)
        if self.capturer is not None:
            call.capture = self.capturer.begin(is_private=request.is_private)
        answer: Answer | None = None
        try:
            call.caller = await self._caller_of(request.user_id)
            call.body = _body(request, self._phrase(request.model, request.params))
            answer = await self._pipeline.open(call)
            if isinstance(answer, WholeAnswer):
                if call.capture is not None:
                    call.capture.add(answer.body)
                raise _rejection(answer.body)
            reason, reader = "", _Reader()
            while data := await answer.read():
                if call.capture is not None:
                    call.capture.add(data)
                for event in reader.read(data):
                    if isinstance(event, Finished):
                        reason = event.reason
                    else:
                        yield event
            call.ended(200)
            yield Finished(reason or "stop", call.usage)
        except AppError as error:
            call.ended(error.status, error.code)
            raise
        finally:
            call.ended(499, "client_closed")
            self._pipeline.close(call, answer)


def _body(request: CompletionRequest, params: Mapping[str, Any]) -> bytes:
    return orjson.dumps(
        {
            **params,
            "model": request.model,
            "messages": list(request.messages),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    )


def _rejection(body: bytes) -> AppError:
    """The provider's refusal of the request itself, in its own words."""
    found = _object(body).get("error")
    message = found.get("message") if isinstance(found, dict) else None
    text = message if isinstance(message, str) and message else "The provider refused the request."
    is_too_long = refusals.read(body).code == "context_length_exceeded"
    return BadRequestError("context_too_long" if is_too_long else "rejected_by_provider", text[:500])


class _Reader:
    """Reads one answer, patiently: some providers leave out what the others say, or say it in another type."""

    def __init__(self) -> None:
        self._called: dict[str, int] = {}  # ids of tool calls, and their indexes
        self._named: dict[int, bool] = {}  # every index so far, and whether its tool is known
        self._last = 0

    def read(self, data: bytes) -> Iterator[CompletionEvent]:
        """What the next events say. Raises `UpstreamError`."""
        for event in sse.split(data):
            payload = sse.payload(event)
            if payload and payload != b"[DONE]":
                yield from self._chunk(_object(payload))

    def _chunk(self, chunk: dict[str, Any]) -> Iterator[CompletionEvent]:
        """The forms that providers give to thinking are all taken."""
        if chunk.get("error"):
            raise UpstreamError("upstream_error", "The provider reported an error in the middle of its answer.")
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        delta = choice.get("delta")
        if isinstance(delta, dict):
            thought = delta.get("reasoning_content") or delta.get("reasoning")
            if isinstance(thought, str) and thought:
                yield ReasoningDelta(thought)
            if isinstance(delta.get("content"), str) and delta["content"]:
                yield TextDelta(delta["content"])
            pieces = delta.get("tool_calls")
            for piece in pieces if isinstance(pieces, list) else (pieces,):
                if isinstance(piece, dict):
                    yield self._tool_call(piece)
        if isinstance(choice.get("finish_reason"), str):
            if choice["finish_reason"] == "tool_calls" and self._named and not any(self._named.values()):
                raise UpstreamError("upstream_invalid_response", "The provider called tools without naming one.")
            yield Finished(choice["finish_reason"], None)

    def _tool_call(self, piece: dict[str, Any]) -> ToolCallDelta:
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        call_id, name = _text(piece.get("id")) or None, function.get("name")
        name = name if isinstance(name, str) and name else None
        self._last = index = self._index(piece.get("index"), call_id, name)
        self._named[index] = self._named.get(index, False) or name is not None
        if call_id is not None:
            self._called.setdefault(call_id, index)
        return ToolCallDelta(index, call_id, name, _text(function.get("arguments")))

    def _index(self, said: object, call_id: str | None, name: str | None) -> int:
        """Where none is said, a piece belongs to the call of its id or to the last one; a new id or name begins one."""
        if isinstance(said, str) and said.isdecimal() and len(said) < 10:
            said = int(said)
        if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
            return said
        if call_id in self._called:
            return self._called[call_id]
        is_new = call_id is not None or (name is not None and self._named.get(self._last, False))
        return max(self._named, default=-1) + 1 if is_new else self._last


def _text(value: object) -> str:
    """Text as it is, nothing as none, and everything else as JSON has it."""
    if value is None or isinstance(value, str):
        return value or ""
    return orjson.dumps(value).decode()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
