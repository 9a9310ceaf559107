"""The Responses API's events, made from the chunks of a chat completion."""

from collections.abc import Mapping
from typing import Any

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_answer, refusals, responses_answer, tokens
from guildhall.gateway.adapters.events import write_named
from guildhall.gateway.adapters.pieces import Piece, Pieces, Step
from guildhall.gateway.adapters.tokens import Usage

_DELTAS = {
    "call": "response.function_call_arguments", "text": "response.output_text", "refusal": "response.refusal",
    "thinking": "response.reasoning_summary_text",
}  # fmt: skip


class ResponseEvents:
    """One streamed answer."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        """`asked` is what a response repeats of its request."""
        self._asked = asked
        self.is_over = False
        self._number = 0  # of the next event
        self._response: dict[str, Any] = {}
        self._item: dict[str, Any] = {}
        self._output: list[dict[str, Any]] = []
        self._pieces = Pieces()
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
        begun = b"" if self._response else self._start(chunk.model)
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
        self._response = responses_answer.head(model, self._asked)
        return self._write("response.created", response=self._response) + self._write(
            "response.in_progress", response=self._response
        )

    def _end(self) -> bytes:
        self.is_over = True
        begun = b"" if self._response else self._start(None)
        rest = self._tell(self._pieces.finish())
        used = tokens.from_chat(self._usage)
        response = responses_answer.finished(self._response, self._output, self._finish, used)
        return begun + rest + self._write(f"response.{response['status']}", response=response)

    def _tell(self, steps: list[Step]) -> bytes:
        return b"".join(self._step(*step) for step in steps)

    def _step(self, kind: str, piece: Piece, words: str) -> bytes:
        if kind == "begin":
            *kept, (item, _) = responses_answer.items(piece)
            before = b"".join(self._add(first) + self._done(keepsake) for first, keepsake in kept)
            return before + self._add(item) + self._part("added", piece, "")
        if kind == "grow":
            return self._speak("delta", piece, delta=words)
        said = b""
        if piece.kind == "call":
            said = self._speak("done", piece, arguments=piece.text)
        elif piece.kind in _DELTAS:
            said = self._speak("done", piece, **{"refusal" if piece.kind == "refusal" else "text": piece.text})
        return said + self._part("done", piece, piece.text) + self._done(piece)

    def _add(self, item: dict[str, Any]) -> bytes:
        self._item = item
        return self._write("response.output_item.added", output_index=len(self._output), item=item)

    def _done(self, piece: Piece) -> bytes:
        item = responses_answer.done(self._item, piece)
        self._output.append(item)
        return self._write("response.output_item.done", output_index=len(self._output) - 1, item=item)

    def _part(self, step: str, piece: Piece, text: str) -> bytes:
        """The part in which an item has its words; a call has none."""
        if piece.kind in {"text", "refusal"}:
            kind, index = f"response.content_part.{step}", {"content_index": 0}
        elif piece.kind == "thinking":
            kind, index = f"response.reasoning_summary_part.{step}", {"summary_index": 0}
        else:
            return b""
        return self._write(kind, **self._place(), **index, part=responses_answer.part(piece, text))

    def _speak(self, step: str, piece: Piece, **words: str) -> bytes:
        fields: dict[str, Any] = {**self._place(), **words}
        if piece.kind == "thinking":
            fields["summary_index"] = 0
        elif piece.kind != "call":
            fields["content_index"] = 0
        if piece.kind == "text":
            fields["logprobs"] = []
        return self._write(f"{_DELTAS[piece.kind]}.{step}", **fields)

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._item["id"], "output_index": len(self._output)}

    def _error(self, payload: bytes) -> bytes:
        if not self._response:
            raise chat_answer.failure(payload)
        self.is_over = True
        refusal = refusals.read(payload, "api_error")
        code = "rate_limit_exceeded" if refusal.code == "rate_limit_exceeded" else "server_error"
        error = {"code": code, "message": refusal.message}
        response = {**self._response, "status": "failed", "error": error, "output": self._output}
        return self._write("response.failed", response=response)

    def _write(self, kind: str, **fields: Any) -> bytes:
        self._number += 1
        return write_named({"type": kind, "sequence_number": self._number - 1, **fields})
