"""Anthropic's events, made from the chunks of a chat completion.

The last two events wait for the end of the stream, because chat tells its usage after everything else.
"""

from typing import Any

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_answer, messages_answer, refusals, tokens
from guildhall.gateway.adapters.events import write_named
from guildhall.gateway.adapters.pieces import Piece, Pieces, Step
from guildhall.gateway.adapters.tokens import Usage


class MessageEvents:
    """One streamed answer."""

    def __init__(self) -> None:
        self.is_over = False
        self._has_started = False
        self._pieces = Pieces()
        self._count = 0  # of blocks
        self._finish: str | None = None
        self._usage = Usage()

    def event(self, payload: bytes) -> bytes:
        """What one chunk becomes."""
        if payload == b"[DONE]":
            return self._end()
        chunk = chat_answer.chunk(payload)
        if chunk.has_failed:
            return self._error(payload)
        self._usage = chunk.usage or self._usage
        begun = b"" if self._has_started else self._start(chunk.model)
        choice = chunk.choice
        if choice is None:
            return begun
        self._finish = choice.finish_reason or self._finish
        return begun + self._tell(self._pieces.take(choice.delta or chat_answer.Message()))

    def end(self) -> bytes:
        """What is owed when the provider has said why it ends, but not that it ends."""
        if self._finish is None:
            raise UpstreamFailure("incomplete", "The provider ended its answer before finishing it.")
        return self._end()

    def _start(self, model: str | None) -> bytes:
        self._has_started = True
        return write_named({"type": "message_start", "message": messages_answer.head(model)})

    def _end(self) -> bytes:
        self.is_over = True
        begun = b"" if self._has_started else self._start(None)
        rest = self._tell(self._pieces.finish())
        reason = messages_answer.stop_reason(self._finish, has_calls=self._pieces.has_calls)
        stop = {
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": None},
            "usage": messages_answer.usage(tokens.from_chat(self._usage)),
        }
        return begun + rest + write_named(stop) + write_named({"type": "message_stop"})

    def _tell(self, steps: list[Step]) -> bytes:
        return b"".join(self._step(*step) for step in steps)

    def _step(self, kind: str, piece: Piece, words: str) -> bytes:
        if kind == "begin":
            return self._begin(piece)
        if kind == "grow":
            return self._delta(_delta(piece, words))
        signature = piece.block.signature if piece.block and piece.kind == "thinking" else None
        sealed = self._delta({"type": "signature_delta", "signature": signature}) if signature else b""
        # A piece that is nothing but a keepsake was stopped as it began.
        return b"" if piece.kind == "extra" else sealed + self._stop()

    def _begin(self, piece: Piece) -> bytes:
        *kept, block = messages_answer.beginnings(piece)
        written = b"".join(self._open(keepsake) + self._stop() for keepsake in kept) + self._open(block)
        return written + self._stop() if piece.kind == "extra" else written

    def _open(self, block: dict[str, Any]) -> bytes:
        self._count += 1
        return write_named({"type": "content_block_start", "index": self._count - 1, "content_block": block})

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return write_named({"type": "content_block_delta", "index": self._count - 1, "delta": delta})

    def _stop(self) -> bytes:
        return write_named({"type": "content_block_stop", "index": self._count - 1})

    def _error(self, payload: bytes) -> bytes:
        if not self._has_started:
            raise chat_answer.failure(payload)
        self.is_over = True
        return write_named(refusals.to_messages(refusals.read(payload, "api_error")))


def _delta(piece: Piece, words: str) -> dict[str, Any]:
    if piece.kind == "thinking":
        return {"type": "thinking_delta", "thinking": words}
    if piece.kind == "call":
        return {"type": "input_json_delta", "partial_json": words}
    return {"type": "text_delta", "text": words}
