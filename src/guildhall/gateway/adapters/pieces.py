"""Pieces: a chat answer as a row of thoughts, texts and tool calls, each of them finished before the next begins.

Chunks of a chat may add to several tool calls in turn, while other dialects tell one thing after the other. So a piece
that comes while the one before is unfinished waits for it. A tool call is finished when its arguments are a whole JSON
object; anything else, as soon as something follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from guildhall.core.ids import new_id
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_answer, reading
from guildhall.gateway.adapters.chat_request import ThinkingBlock
from guildhall.gateway.adapters.reading import is_given

Kind = Literal["thinking", "redacted", "text", "refusal", "call", "extra"]


@dataclass(slots=True, eq=False)
class Piece:
    """One thing that the model said, in the words that are known of it so far."""

    kind: Kind
    words: list[str] = field(default_factory=list)
    call_id: str = ""
    given_id: str | None = None
    index: int | None = None
    name: str = ""
    extra: msgspec.Raw = field(default_factory=msgspec.Raw)
    block: ThinkingBlock | None = None  # the thinking as its provider signed it
    is_begun: bool = False
    told: int = 0  # of the words

    @property
    def text(self) -> str:
        """All of the words."""
        return "".join(self.words)

    @property
    def is_whole(self) -> bool:
        """Whether nothing more can belong to it."""
        return self.kind != "call" or (bool(self.words) and reading.json_object(self.text) is not None)


Step = tuple[Literal["begin", "grow", "end"], Piece, str]


@dataclass(slots=True)
class Pieces:
    """The pieces of one streamed answer, in the steps in which they may be told."""

    row: list[Piece] = field(default_factory=list)
    calls: list[Piece] = field(default_factory=list)

    @property
    def has_calls(self) -> bool:
        """Whether a tool has been called."""
        return bool(self.calls)

    def take(self, delta: chat_answer.Message) -> list[Step]:
        """The steps that a chunk makes possible. Raises `UpstreamFailure`."""
        self._say("thinking", delta.thinking)
        for block in delta.thinking_blocks or []:
            self._sign(block)
        self._say("text", delta.content or "")
        self._say("refusal", delta.refusal or "")
        for call in delta.tool_calls or []:
            self._call(call)
        if is_given(delta.extra_content):
            self.row.append(Piece("extra", extra=delta.extra_content))
        return list(self._steps(is_last=False))

    def finish(self) -> list[Step]:
        """The steps that are left when the answer is complete."""
        return list(self._steps(is_last=True))

    def _say(self, kind: Kind, text: str) -> None:
        if not text:
            return
        last = self.row[-1] if self.row else None
        if last is None or last.kind != kind or last.block is not None:
            last = Piece(kind)
            self.row.append(last)
        last.words.append(text)

    def _sign(self, block: ThinkingBlock) -> None:
        last = self.row[-1] if self.row else None
        if block.type == "redacted_thinking":
            self.row.append(Piece("redacted", block=block))
        elif last is not None and last.kind == "thinking" and last.block is None:
            last.block = block
        else:
            self.row.append(Piece("thinking", [block.thinking] if block.thinking else [], block=block))

    def _call(self, delta: chat_answer.Call) -> None:
        piece = self._piece_of(delta)
        function = delta.function or chat_answer.Function()
        piece.name = piece.name or function.name or ""
        if is_given(delta.extra_content):
            piece.extra = delta.extra_content
        if function.arguments:
            piece.words.append(function.arguments)
            if piece not in self.row and function.arguments.strip():
                raise UpstreamFailure("not_json", "The provider added to a tool call that was complete.")

    def _piece_of(self, delta: chat_answer.Call) -> Piece:
        piece = next((piece for piece in reversed(self.calls) if _belongs(delta, piece)), None)
        if piece is None:
            piece = Piece("call", call_id=delta.id or new_id("call"), given_id=delta.id, index=delta.index)
            self.calls.append(piece)
            self.row.append(piece)
        return piece

    def _steps(self, *, is_last: bool) -> Iterator[Step]:
        while self.row:
            piece = self.row[0]
            if piece.kind == "call" and not piece.name and not is_last:
                return
            if not piece.is_begun:
                piece.is_begun = True
                yield "begin", piece, ""
            if piece.told < len(piece.words):
                words = piece.words[piece.told :]
                piece.told = len(piece.words)
                yield "grow", piece, "".join(words)
            is_followed = len(self.row) > 1 or piece.block is not None or piece.kind == "extra"
            if not (is_last or (is_followed and piece.is_whole)):
                return
            del self.row[0]
            yield "end", piece, ""


def of(message: chat_answer.Message) -> list[Piece]:
    """The pieces of a whole answer."""
    if any(block.thinking for block in message.thinking_blocks or []):
        # The blocks say the same, and with signatures.
        message = msgspec.structs.replace(message, reasoning_content=None, reasoning=None)
    for number, call in enumerate(message.tool_calls or []):
        call.index = number
    pieces = Pieces()
    return [piece for step, piece, _ in [*pieces.take(message), *pieces.finish()] if step == "end"]


def _belongs(delta: chat_answer.Call, piece: Piece) -> bool:
    """Whether it goes on with that call. Providers leave out the index, or number all calls 0, or repeat the id."""
    if delta.index is None and not delta.id and piece.name and delta.function and delta.function.name:
        return False
    if delta.index is not None and piece.index is not None and delta.index != piece.index:
        return False
    return not delta.id or not piece.given_id or delta.id == piece.given_id
