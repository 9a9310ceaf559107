"""Dialects: what the edge must understand of each provider's answers, which is little: usage, errors and the end."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from guildhall.edge import wire
from guildhall.edge.usage import Usage

_MOST_TOKENS = 2**31 - 1


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What one event of a stream, or a whole answer, says about itself."""

    usage: Usage | None = None
    is_done: bool = False
    is_error: bool = False
    is_bare_usage: bool = False
    """An event that carries the usage and nothing of the answer."""


class Dialect(Protocol):
    """One provider's way of answering."""

    @property
    def telling(self) -> Sequence[bytes]:
        """An event that holds none of these need not be read. JSON escapes quotes inside strings, so that none of them
        can occur in the words of an answer.
        """

    @property
    def finishing(self) -> Sequence[bytes]:
        """A stream that never held one of these was cut short."""

    @property
    def counts_along(self) -> bool:
        """Whether a usage that is told before the end is that of all that was said until then."""

    @property
    def ending(self) -> bytes:
        """What a caller is owed at the end, if the provider forgot it."""

    def answer(self, body: bytes) -> Seen | None:
        """What a whole answer says; None when it is none."""

    def event(self, data: bytes, before: Usage | None) -> Seen | None:
        """What an event says, given the usage that was known before it; None when it cannot be read."""


class OpenAI:
    """Chat completions, completions, embeddings and whatever else has OpenAI's shape."""

    telling = (b'"usage":{', b'"usage": {', b'"error":', b"[DONE]")
    finishing = (b'"finish_reason":"', b'"finish_reason": "')
    counts_along = True
    ending = b"data: [DONE]\n\n"

    def answer(self, body: bytes) -> Seen | None:
        """What a whole answer says."""
        reported = wire.read_reported(body)
        return None if reported is None else Seen(wire.read_usage(reported.usage), is_error=bool(reported.error))

    def event(self, data: bytes, before: Usage | None) -> Seen | None:
        """What a chunk says; the one with the usage may have no choices."""
        if data == b"[DONE]":
            return Seen(is_done=True)
        reported = wire.read_reported(data)
        if reported is None:
            return None
        usage = wire.read_usage(reported.usage)
        return Seen(
            usage or before,
            is_error=bool(reported.error),
            is_bare_usage=usage is not None and not reported.has_choices,
        )


class Responses:
    """OpenAI's responses."""

    finishing = (b"response.completed", b"response.incomplete", b"response.failed")
    telling = (*finishing, b'"type":"error"', b'"type": "error"')
    counts_along = True
    ending = b""

    def answer(self, body: bytes) -> Seen | None:
        """What a whole response says; one that failed says so in its status."""
        found = _object(body)
        return None if found is None else Seen(_responses_usage(found), is_error=bool(found.get("error")))

    def event(self, data: bytes, before: Usage | None) -> Seen | None:
        """The last event holds the whole response."""
        found = _object(data)
        kind = found.get("type") if found else None
        if found is None or not isinstance(kind, str):
            return None
        if kind in {"response.completed", "response.incomplete"}:
            return Seen(_responses_usage(found.get("response")) or before, is_done=True)
        return Seen(before, is_error=kind in {"error", "response.failed"})


class Anthropic:
    """Anthropic's messages. Cached tokens are not part of its `input_tokens`; here they are."""

    telling = (b'"message_start"', b'"message_delta"', b'"message_stop"', b'"error"')
    finishing = (b'"stop_reason":"', b'"stop_reason": "')
    counts_along = False
    ending = b""

    def answer(self, body: bytes) -> Seen | None:
        """What a whole message, or a count of tokens, says."""
        found = _object(body)
        if found is None:
            return None
        return Seen(_anthropic_usage(found.get("usage"), None), is_error=found.get("type") == "error")

    def event(self, data: bytes, before: Usage | None) -> Seen | None:
        """The input is told at the beginning, the output as it grows."""
        found = _object(data)
        if found is None:
            return None
        message = found.get("message")
        told = message.get("usage") if isinstance(message, dict) else found.get("usage")
        kind = found.get("type")
        return Seen(_anthropic_usage(told, before), is_done=kind == "message_stop", is_error=kind == "error")


class Gemini:
    """Google's `generateContent`. Thoughts are not part of its `candidatesTokenCount`; here they are."""

    telling = (b'"usageMetadata"', b'"error"')
    finishing = (b'"finishReason"', b'"blockReason"')
    counts_along = True
    ending = b""

    def answer(self, body: bytes) -> Seen | None:
        """What a whole answer says."""
        return self.event(body, None)

    def event(self, data: bytes, before: Usage | None) -> Seen | None:
        """Each chunk tells the usage so far."""
        found = _object(data)
        if found is None:
            return None
        return Seen(_gemini_usage(found.get("usageMetadata")) or before, is_error=bool(found.get("error")))


OPENAI, RESPONSES, ANTHROPIC, GEMINI = OpenAI(), Responses(), Anthropic(), Gemini()


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _responses_usage(response: Any) -> Usage | None:
    usage = response.get("usage") if isinstance(response, dict) else None
    if not isinstance(usage, dict):
        return None
    cached, reasoning = usage.get("input_tokens_details"), usage.get("output_tokens_details")
    return Usage(
        _number(usage, "input_tokens"),
        _number(cached, "cached_tokens"),
        _number(usage, "output_tokens"),
        _number(reasoning, "reasoning_tokens"),
    )


def _anthropic_usage(usage: Any, before: Usage | None) -> Usage | None:
    """Later events repeat only some of the figures."""
    if not isinstance(usage, dict):
        return before
    if "input_tokens" not in usage and before is not None:
        output = _number(usage, "output_tokens")
        return Usage(before.input_tokens, before.cached_tokens, output, 0, before.cache_write_tokens)
    cached, written = _number(usage, "cache_read_input_tokens"), _number(usage, "cache_creation_input_tokens")
    total = min(_number(usage, "input_tokens") + cached + written, _MOST_TOKENS)
    return Usage(total, cached, _number(usage, "output_tokens"), 0, written)


def _gemini_usage(usage: Any) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    thoughts = _number(usage, "thoughtsTokenCount")
    output = min(_number(usage, "candidatesTokenCount") + thoughts, _MOST_TOKENS)
    used = _number(usage, "promptTokenCount") + _number(usage, "toolUsePromptTokenCount")
    return Usage(min(used, _MOST_TOKENS), _number(usage, "cachedContentTokenCount"), output, thoughts)


def _number(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST_TOKENS:
        return 0
    return int(value)
