"""Anthropic's answer, whole or in events, made from a chat completion."""

from typing import Any

import msgspec

from guildhall.core.ids import new_id
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import chat_answer, keepsakes, pieces, reading, tokens
from guildhall.gateway.adapters.pieces import Piece
from guildhall.gateway.adapters.tokens import Tokens, Usage

_STOPS = {"length": "max_tokens", "content_filter": "refusal", "tool_calls": "tool_use", "function_call": "tool_use"}


def translated(body: bytes) -> bytes:
    """A whole answer. Raises `UpstreamFailure`."""
    answer, message, finish = chat_answer.whole(body)
    said = pieces.of(message)
    stop = stop_reason(finish, has_calls=any(piece.kind == "call" for piece in said))
    content = [block for piece in said for block in _blocks(piece, is_cut=stop == "max_tokens")]
    used = tokens.from_chat(answer.usage or Usage())
    whole = {**head(answer.model), "content": content, "stop_reason": stop, "usage": usage(used)}
    return msgspec.json.encode(whole)


def head(model: str | None) -> dict[str, Any]:
    """An answer that says nothing yet."""
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": model or "",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage(Tokens()),
    }


def stop_reason(finish: str | None, *, has_calls: bool) -> str:
    """Why the answer ends. Some providers say `stop` after tool calls too."""
    reason = _STOPS.get(finish or "", "end_turn")
    return "tool_use" if reason == "end_turn" and has_calls else reason


def usage(used: Tokens) -> dict[str, Any]:
    """What was used; Anthropic does not count what was cached among the input."""
    counted: dict[str, Any] = {
        "input_tokens": max(0, used.prompt - used.cached - used.written),
        "cache_creation_input_tokens": used.written,
        "cache_read_input_tokens": used.cached,
        "output_tokens": used.completion,
    }
    return {**counted, "output_tokens_details": {"thinking_tokens": used.reasoning}} if used.reasoning else counted


def beginnings(piece: Piece) -> list[dict[str, Any]]:
    """The block of a piece, still empty; before it, what its provider wants back, for the caller to keep."""
    match piece.kind:
        case "thinking":
            return [{"type": "thinking", "thinking": "", "signature": ""}]
        case "redacted":
            return [{"type": "redacted_thinking", "data": (piece.block.data if piece.block else None) or ""}]
        case "call":
            call = {"type": "tool_use", "id": piece.call_id, "name": piece.name, "input": {}}
            return [*_kept(piece, piece.call_id), call]
        case "extra":
            return _kept(piece, None)
    return [{"type": "text", "text": ""}]


def _kept(piece: Piece, call_id: str | None) -> list[dict[str, Any]]:
    if not reading.is_given(piece.extra):
        return []
    keepsake = keepsakes.wrap(keepsakes.Keepsake(call_id=call_id, extra_content=piece.extra))
    return [{"type": "redacted_thinking", "data": keepsake}]


def _blocks(piece: Piece, *, is_cut: bool) -> list[dict[str, Any]]:
    blocks = beginnings(piece)
    block = blocks[-1]
    if piece.kind == "thinking":
        signature = (piece.block.signature if piece.block else None) or ""
        block |= {"thinking": piece.text, "signature": signature}
    elif piece.kind == "call":
        block["input"] = _input(piece, is_cut=is_cut)
    elif piece.kind in {"text", "refusal"}:
        block["text"] = piece.text
    return blocks


def _input(piece: Piece, *, is_cut: bool) -> msgspec.Raw:
    arguments = reading.json_object(piece.text)
    if arguments is not None:
        return arguments
    if is_cut:  # in the middle of the arguments, as the stop reason says
        return msgspec.Raw(b"{}")
    raise UpstreamFailure("not_json", "The provider called a tool with arguments that are no JSON object.")
