"""Anthropic's answer, whole or in events, as a provider gives it, and as a chat completion."""

from typing import Any

import msgspec

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_writer, reading, refusals
from guildhall.gateway.adapters.reading import ABSENT, is_given
from guildhall.gateway.adapters.tokens import Tally, Tokens, counted

_FINISHES = {
    "end_turn": "stop", "stop_sequence": "stop", "pause_turn": "stop", "tool_use": "tool_calls",
    "max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "content_filter",
}  # fmt: skip


class Block(msgspec.Struct):
    """One block of content."""

    type: str
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = ABSENT

    @property
    def arguments(self) -> str:
        """A tool's input as the text that chat completions have."""
        return bytes(self.input).decode() if is_given(self.input) else "{}"


class OutputDetails(msgspec.Struct):
    """What the output consists of."""

    thinking_tokens: Tally = None


class Usage(msgspec.Struct):
    """Tokens; what was cached is not among the input tokens."""

    input_tokens: Tally = None
    output_tokens: Tally = None
    cache_creation_input_tokens: Tally = None
    cache_read_input_tokens: Tally = None
    output_tokens_details: OutputDetails | None = None


class Message(msgspec.Struct):
    """A whole answer, or the beginning of a streamed one."""

    id: str | None = None
    model: str | None = None
    content: list[Block] | None = None
    stop_reason: str | None = None
    usage: Usage | None = None
    error: msgspec.Raw = ABSENT


ANSWER = msgspec.json.Decoder(Message)


def translated(body: bytes) -> bytes:
    """As a chat completion. Raises `UpstreamFailure`."""
    message = reading.answer(ANSWER, body)
    if is_given(message.error):
        said = refusals.read(body).message
        raise UpstreamFailure("error_body", "The provider answered with an error.", said=said)
    if message.content is None:
        raise UpstreamFailure("not_json", "The provider's answer held no content.")
    used = tokens_of(message.usage or Usage())
    choice = chat_writer.choice(0, _message(message.content), finish_reason(message.stop_reason))
    return chat_writer.answer(message.id, message.model, [choice], used)


def finish_reason(stop_reason: str | None) -> str:
    """Why the answer ends, in chat's words."""
    return _FINISHES.get(stop_reason or "", "stop")


def tokens_of(usage: Usage) -> Tokens:
    """What Anthropic counted: the prompt is all of its input, cached or not."""
    read, written = counted(usage.cache_read_input_tokens), counted(usage.cache_creation_input_tokens)
    return Tokens(
        prompt=counted(usage.input_tokens) + read + written,
        cached=read,
        written=written,
        completion=counted(usage.output_tokens),
        reasoning=counted(usage.output_tokens_details.thinking_tokens if usage.output_tokens_details else None),
    )


def kept(block: Block) -> dict[str, Any]:
    """A block of thinking, just as it must go back."""
    if block.type == "redacted_thinking":
        return {"type": block.type, "data": block.data or ""}
    return {"type": block.type, "thinking": block.thinking or "", "signature": block.signature or ""}


def _message(blocks: list[Block]) -> dict[str, Any]:
    thinking = [block for block in blocks if block.type in {"thinking", "redacted_thinking"}]
    calls = [chat_writer.call(b.id, b.name or "", b.arguments) for b in blocks if b.type == "tool_use"]
    text = "".join(block.text or "" for block in blocks if block.type == "text")
    message: dict[str, Any] = {"content": text if text or not calls else None}
    reasoning = "\n\n".join(block.thinking for block in thinking if block.thinking)
    if reasoning:
        message["reasoning_content"] = reasoning
    if any(block.signature or block.data for block in thinking):
        message["thinking_blocks"] = [kept(block) for block in thinking if block.signature or block.data]
    return {**message, "tool_calls": calls} if calls else message
