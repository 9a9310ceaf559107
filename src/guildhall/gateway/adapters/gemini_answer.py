"""Gemini's answer, whole or in pieces, as a provider gives it, and as a chat completion."""

from typing import Any

import msgspec

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_writer, reading, refusals
from guildhall.gateway.adapters.reading import ABSENT, is_given
from guildhall.gateway.adapters.tokens import Tally, Tokens, counted

_FINISHES = {"STOP": "stop", "OTHER": "stop", "FINISH_REASON_UNSPECIFIED": "stop", "MAX_TOKENS": "length"}
_BROKEN = frozenset({
    "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
    "MALFORMED_RESPONSE",
})  # fmt: skip


class FunctionCall(msgspec.Struct):
    """A tool that is called, always in one piece."""

    name: str
    id: str | None = None
    args: dict[str, msgspec.Raw] | None = None


class Part(msgspec.Struct, rename="camel"):
    """One part of the content."""

    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    function_call: FunctionCall | None = None


class Content(msgspec.Struct):
    """What the model said, or the next piece of it."""

    parts: list[Part] | None = None


class Candidate(msgspec.Struct, rename="camel"):
    """One of the answers to choose from."""

    index: int | None = None
    content: Content | None = None
    finish_reason: str | None = None


class PromptFeedback(msgspec.Struct, rename="camel"):
    """What Google thinks of the prompt."""

    block_reason: str | None = None


class UsageMetadata(msgspec.Struct, rename="camel"):
    """Tokens; thoughts are not among the candidates', what was cached is among the prompt's."""

    prompt_token_count: Tally = None
    tool_use_prompt_token_count: Tally = None
    cached_content_token_count: Tally = None
    candidates_token_count: Tally = None
    thoughts_token_count: Tally = None


class Answer(msgspec.Struct, rename="camel"):
    """A whole answer or a piece of one."""

    candidates: list[Candidate] | None = None
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str | None = None
    response_id: str | None = None
    error: msgspec.Raw = ABSENT

    @property
    def is_blocked(self) -> bool:
        """Whether the prompt was refused, so that there is no answer."""
        return self.prompt_feedback is not None and self.prompt_feedback.block_reason is not None


ANSWER = msgspec.json.Decoder(Answer)


def translated(body: bytes) -> bytes:
    """As a chat completion. Raises `UpstreamFailure`."""
    answer = reading.answer(ANSWER, body)
    if is_given(answer.error):
        raise failure(body)
    choices = [_choice(number, candidate) for number, candidate in enumerate(answer.candidates or [])]
    if not choices and not answer.is_blocked:
        raise UpstreamFailure("not_json", "The provider's answer held no candidate.")
    choices = choices or [chat_writer.choice(0, {}, "content_filter")]
    used = tokens_of(answer.usage_metadata or UsageMetadata())
    return chat_writer.answer(answer.response_id, answer.model_version, choices, used)


def failure(body: bytes) -> UpstreamFailure:
    """An error that came in place of an answer."""
    return UpstreamFailure("error_body", "The provider answered with an error.", said=refusals.read(body).message)


def finish_reason(reason: str | None, *, has_calls: bool) -> str:
    """Why the answer ends, in chat's words. Raises `UpstreamFailure` when it is no answer at all."""
    if reason in _BROKEN:
        raise UpstreamFailure("incomplete", "The model broke off in the middle of a tool call.", said=reason)
    finish = _FINISHES.get(reason or "STOP", "content_filter")
    return "tool_calls" if has_calls and finish == "stop" else finish


def tokens_of(usage: UsageMetadata) -> Tokens:
    """What Google counted."""
    reasoning = counted(usage.thoughts_token_count)
    return Tokens(
        prompt=counted(usage.prompt_token_count) + counted(usage.tool_use_prompt_token_count),
        cached=counted(usage.cached_content_token_count),
        completion=counted(usage.candidates_token_count) + reasoning,
        reasoning=reasoning,
    )


def call(part: Part, called: FunctionCall) -> dict[str, Any]:
    """A tool call, with the signature of the thought behind it."""
    return chat_writer.call(called.id, called.name, reading.written(called.args or {}), signed(part))


def signed(part: Part) -> dict[str, Any]:
    """The `extra_content` that brings a signature back to Gemini."""
    return {"google": {"thought_signature": part.thought_signature}} if part.thought_signature else {}


def _choice(number: int, candidate: Candidate) -> dict[str, Any]:
    parts = (candidate.content.parts if candidate.content else None) or []
    calls = [call(part, part.function_call) for part in parts if part.function_call is not None]
    text = "".join(part.text or "" for part in parts if not part.thought)
    reasoning = "".join(part.text or "" for part in parts if part.thought)
    message: dict[str, Any] = {"content": text if text or not calls else None}
    if reasoning:
        message["reasoning_content"] = reasoning
    if calls:
        message["tool_calls"] = calls
    for part in parts:
        if part.function_call is None and signed(part):
            message["extra_content"] = signed(part)
    finish = finish_reason(candidate.finish_reason, has_calls=bool(calls))
    return chat_writer.choice(number if candidate.index is None else candidate.index, message, finish)
