"""The Responses API's answer, made from a chat completion; it repeats what was asked, as OpenAI does.

Reasoning stands in the summary, where most callers look for it.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from guildhall.core.ids import new_id
from guildhall.gateway.adapters import chat_answer, keepsakes, pieces, reading, tokens
from guildhall.gateway.adapters.keepsakes import Keepsake
from guildhall.gateway.adapters.pieces import Piece
from guildhall.gateway.adapters.tokens import Tokens, Usage

_CUTS = {"length": "max_output_tokens", "content_filter": "content_filter"}


def translated(body: bytes, asked: Mapping[str, Any]) -> bytes:
    """A whole answer to what was `asked`. Raises `UpstreamFailure`."""
    answer, message, finish = chat_answer.whole(body)
    output = [done(item, piece) for piece in pieces.of(message) for item, piece in items(piece)]
    used = tokens.from_chat(answer.usage or Usage())
    return msgspec.json.encode(finished(head(answer.model, asked), output, finish, used))


def head(model: str | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A response that says nothing yet, but for what was `asked`: see `responses_echo`."""
    return {
        **asked,
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": model or "",
        "output": [],
        "usage": None,
    }


def finished(
    response: dict[str, Any], output: list[dict[str, Any]], finish: str | None, used: Tokens
) -> dict[str, Any]:
    """The response with all that was said."""
    cut = _CUTS.get(finish or "")
    return {
        **response,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "output": output,
        "usage": usage(used),
    }


def usage(used: Tokens) -> dict[str, Any]:
    """What was used."""
    return {
        "input_tokens": used.prompt,
        "input_tokens_details": {"cached_tokens": used.cached, "cache_write_tokens": used.written},
        "output_tokens": used.completion,
        "output_tokens_details": {"reasoning_tokens": used.reasoning},
        "total_tokens": used.prompt + used.completion,
    }


def items(piece: Piece) -> list[tuple[dict[str, Any], Piece]]:
    """The item of a piece, still empty; before a call, one that keeps what its provider wants back with it."""
    if piece.kind in {"thinking", "redacted"}:
        return [(_reasoning(), piece)]
    if piece.kind == "extra":
        return [(_reasoning(), piece)]
    if piece.kind != "call":
        message = {"id": new_id("msg"), "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        return [(message, piece)]
    call = {
        "id": new_id("fc"),
        "type": "function_call",
        "status": "in_progress",
        "call_id": piece.call_id,
        "name": piece.name,
        "arguments": "",
    }
    if not reading.is_given(piece.extra):
        return [(call, piece)]
    return [(_reasoning(), Piece("extra", call_id=piece.call_id, extra=piece.extra)), (call, piece)]


def done(item: dict[str, Any], piece: Piece) -> dict[str, Any]:
    """The item with all of its piece."""
    match piece.kind:
        case "call":
            return {**item, "status": "completed", "arguments": piece.text}
        case "text" | "refusal":
            return {**item, "status": "completed", "content": [part(piece, piece.text)]}
    summary = [part(piece, piece.text)] if piece.text else []
    return {**item, "summary": summary, "encrypted_content": _kept(piece)}


def part(piece: Piece, text: str) -> dict[str, Any]:
    """The part of an item that holds its words."""
    if piece.kind == "text":
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"type": "refusal", "refusal": text} if piece.kind == "refusal" else {"type": "summary_text", "text": text}


def _reasoning() -> dict[str, Any]:
    return {"id": new_id("rs"), "type": "reasoning", "summary": [], "encrypted_content": None}


def _kept(piece: Piece) -> str | None:
    if piece.block is not None and piece.block.is_signed:
        return keepsakes.wrap(Keepsake(thinking_blocks=[piece.block]))
    if reading.is_given(piece.extra):
        return keepsakes.wrap(Keepsake(call_id=piece.call_id or None, extra_content=piece.extra))
    return None
