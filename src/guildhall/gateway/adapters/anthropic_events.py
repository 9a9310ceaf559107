"""Anthropic's events as chunks of a chat completion.

The signature of a thinking block comes when the block ends, and goes on in a chunk of `thinking_blocks` then.
"""

from typing import Any

import msgspec

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import events, reading, refusals
from guildhall.gateway.adapters.anthropic_answer import Block, Message, Usage, finish_reason, kept, tokens_of
from guildhall.gateway.adapters.chat_writer import ChunkWriter, call


class _Delta(msgspec.Struct):
    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    signature: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class _Event(msgspec.Struct):
    type: str | None = None
    index: int | None = None
    message: Message | None = None
    content_block: Block | None = None
    delta: _Delta | None = None
    usage: Usage | None = None


_event = msgspec.json.Decoder(_Event)


class AnthropicEvents:
    """One streamed answer."""

    def __init__(self) -> None:
        self.is_over = False
        self._chunks = ChunkWriter()
        self._blocks: dict[int, Block] = {}
        self._thoughts: list[str] = []  # of the block that was begun last
        self._calls: dict[int, int] = {}  # a block's index, and the tool call's
        self._with_input: set[int] = set()
        self._usage = Usage()
        self._finish: str | None = None

    def event(self, payload: bytes) -> bytes:
        """What one event becomes."""
        event = reading.answer(_event, payload)
        match event.type:
            case "message_start":
                return self._start(event.message or Message())
            case "content_block_start":
                return self._open(event.index or 0, event.content_block)
            case "content_block_delta":
                return self._grow(event.index or 0, event.delta or _Delta())
            case "content_block_stop":
                return self._close(event.index or 0)
            case "message_delta":
                return self._stop(event)
            case "message_stop":
                return self.end()
            case "error":
                return self._error(payload)
        return b""

    def end(self) -> bytes:
        """The usage and the last mark."""
        if self._finish is None:
            raise UpstreamFailure("incomplete", "The provider ended its answer before finishing it.")
        self.is_over = True
        return self._chunks.end(tokens_of(self._usage))

    def _start(self, message: Message) -> bytes:
        self._count(message.usage)
        self._chunks.name(message.id, message.model)
        return self._chunks.chunk({})

    def _open(self, index: int, block: Block | None) -> bytes:
        if block is None:
            raise UpstreamFailure("not_json", "The provider began a block of no kind.")
        self._blocks[index] = block
        self._thoughts = []
        if block.type == "tool_use":
            number = self._calls.setdefault(index, len(self._calls))
            return self._chunks.chunk({"tool_calls": [{"index": number, **call(block.id, block.name or "", "")}]})
        if block.type == "text" and block.text:
            return self._chunks.chunk({"content": block.text})
        if block.type == "thinking" and block.thinking:
            return self._chunks.chunk({"reasoning_content": block.thinking})
        return b""

    def _grow(self, index: int, delta: _Delta) -> bytes:
        if delta.type == "text_delta" and delta.text:
            return self._chunks.chunk({"content": delta.text})
        if delta.type == "input_json_delta" and delta.partial_json and index in self._calls:
            self._with_input.add(index)
            return self._argue(index, delta.partial_json)
        block = self._blocks.get(index)
        if block is None:
            return b""
        if delta.type == "signature_delta":
            block.signature = (block.signature or "") + (delta.signature or "")
        if delta.type == "thinking_delta" and delta.thinking:
            self._thoughts.append(delta.thinking)
            return self._chunks.chunk({"reasoning_content": delta.thinking})
        return b""

    def _close(self, index: int) -> bytes:
        block = self._blocks.pop(index, None)
        if block is None:
            return b""
        if index in self._calls and index not in self._with_input:
            return self._argue(index, block.arguments)  # all of it came at the beginning, or there is none
        if block.type == "redacted_thinking" or (block.type == "thinking" and block.signature):
            block.thinking = "".join([block.thinking or "", *self._thoughts])
            return self._chunks.chunk({"thinking_blocks": [kept(block)]})
        return b""

    def _argue(self, index: int, arguments: str) -> bytes:
        piece: dict[str, Any] = {"index": self._calls[index], "function": {"arguments": arguments}}
        return self._chunks.chunk({"tool_calls": [piece]})

    def _stop(self, event: _Event) -> bytes:
        self._count(event.usage)
        if self._finish is not None or event.delta is None or event.delta.stop_reason is None:
            return b""
        self._finish = finish_reason(event.delta.stop_reason)
        return self._chunks.chunk({}, finish_reason=self._finish)

    def _count(self, usage: Usage | None) -> None:
        """Counts are totals so far; a later event may leave out what has not changed."""
        if usage is None:
            return
        for name in Usage.__struct_fields__:
            value = getattr(usage, name)
            if value is not None:
                setattr(self._usage, name, value)

    def _error(self, payload: bytes) -> bytes:
        refusal = refusals.read(payload, "api_error")
        if not self._chunks.has_started:
            raise UpstreamFailure("error_body", "The provider answered with an error.", said=refusal.message)
        self.is_over = True
        return events.write(refusals.to_chat(refusal))
