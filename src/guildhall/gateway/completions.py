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
            reason = ""
            while data := await answer.read():
                if call.capture is not None:
                    call.capture.add(data)
                for event in _events(data):
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


def _events(data: bytes) -> Iterator[CompletionEvent]:
    for event in sse.split(data):
        payload = sse.payload(event)
        if payload and payload != b"[DONE]":
            yield from _read(_object(payload))


def _read(chunk: dict[str, Any]) -> Iterator[CompletionEvent]:
    """What one chunk says; the forms that providers give to thinking are all taken."""
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
        for tool_call in delta.get("tool_calls") or ():
            yield _tool_call(tool_call)
    if isinstance(choice.get("finish_reason"), str):
        yield Finished(choice["finish_reason"], None)


def _tool_call(tool_call: dict[str, Any]) -> ToolCallDelta:
    function = tool_call.get("function") or {}
    return ToolCallDelta(
        tool_call.get("index") or 0, tool_call.get("id"), function.get("name"), function.get("arguments") or ""
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
