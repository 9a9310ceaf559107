"""Anthropic's way of asking and answering: `/v1/messages`, whole and as events, and the counting of tokens."""

from typing import Any

import msgspec
import orjson

from guildhall.simulator import answers
from guildhall.simulator.wire import ChatRequest, Message, Piece, Reply

_KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error",
}  # fmt: skip


class MessagesRequest(msgspec.Struct):
    """The fields of a request that change what the simulator does."""

    model: str
    messages: list[dict[str, Any]]
    max_tokens: int | None = None
    system: Any = None
    stream: bool = False
    tools: list[dict[str, Any]] | None = None
    tool_choice: dict[str, Any] | None = None
    output_config: dict[str, Any] | None = None


def decode(body: bytes) -> ChatRequest:
    """The request as the simulator understands it. Raises `msgspec.DecodeError`."""
    request = msgspec.json.decode(body, type=MessagesRequest)
    insisted = (request.tool_choice or {}).get("type") in {"any", "tool"}
    return ChatRequest(
        model=request.model,
        messages=[_read(message) for message in request.messages],
        stream=request.stream,
        tools=[_tool(tool) for tool in request.tools or ()],
        tool_choice="required" if insisted else None,
        response_format={"json_schema": (request.output_config or {}).get("format")},
    )


def count(body: bytes) -> dict[str, int]:
    """How many tokens a request would cost. Raises `msgspec.DecodeError`."""
    return {"input_tokens": sum(answers.count(message.text()) for message in decode(body).messages)}


def _read(message: dict[str, Any]) -> Message:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    results = [block for block in blocks if isinstance(block, dict) and block.get("type") == "tool_result"]
    if not results:
        return Message(str(message.get("role")), content)
    told = [result.get("content") for result in results]
    return Message("tool", "\n".join(each if isinstance(each, str) else Message(content=each).text() for each in told))


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": tool.get("name", ""), "parameters": tool.get("input_schema")}}


class Speech:
    """How Anthropic writes one answer down."""

    def __init__(self, answer_id: str, request: ChatRequest) -> None:
        self._id, self._model = f"msg_{answer_id}", request.model
        self._block = -1
        self._open: tuple[str, int] | None = None

    def whole(self, reply: Reply, *, usage: bool, finished: bool) -> bytes:
        """The answer in one body."""
        blocks: list[dict[str, Any]] = []
        if reply.reasoning:
            blocks.append({"type": "thinking", "thinking": reply.reasoning, "signature": "simulated"})
        blocks += [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": orjson.loads(call.arguments)}
            for call in reply.calls
        ]
        if reply.text:
            blocks.append({"type": "text", "text": reply.text})
        message = self._message(blocks, _reason(reply) if finished else None)
        if usage:
            message["usage"] = _usage(reply, reply.output_tokens)
        return orjson.dumps(message)

    def begin(self, reply: Reply) -> bytes:
        """The message before anything is said, with the tokens that were read."""
        return _event("message_start", message=self._message([], None) | {"usage": _usage(reply, 1)})

    def say(self, piece: Piece) -> bytes:
        """One more piece, in the block it belongs to."""
        opening = self._turn_to(piece)
        delta: dict[str, Any] = {"type": "text_delta", "text": piece.text}
        if piece.kind == "thought":
            delta = {"type": "thinking_delta", "thinking": piece.text}
        elif piece.kind == "call":
            delta = {"type": "input_json_delta", "partial_json": piece.text}
        return opening + _event("content_block_delta", index=self._block, delta=delta)

    def end(self, reply: Reply, *, usage: bool) -> bytes:
        """Why it ended, and what it used."""
        told = {"output_tokens": reply.output_tokens} if usage else {"output_tokens": 0}
        delta = {"stop_reason": _reason(reply), "stop_sequence": None}
        return self._close() + _event("message_delta", delta=delta, usage=told) + _event("message_stop")

    def fail(self, message: str) -> bytes:
        """An error in the middle."""
        return _event("error", error={"type": "api_error", "message": message})

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error in place of an answer."""
        return {"type": "error", "error": {"type": _KINDS.get(status, "api_error"), "message": message}}

    def _turn_to(self, piece: Piece) -> bytes:
        """The events that end one block and begin the next, if this piece belongs to another."""
        place = (piece.kind, piece.index)
        if place == self._open:
            return b""
        closing = self._close()
        self._block += 1
        self._open = place
        block: dict[str, Any] = {"type": "text", "text": ""}
        if piece.kind == "thought":
            block = {"type": "thinking", "thinking": "", "signature": ""}
        elif piece.call is not None:
            block = {"type": "tool_use", "id": piece.call.id, "name": piece.call.name, "input": {}}
        return closing + _event("content_block_start", index=self._block, content_block=block)

    def _close(self) -> bytes:
        if self._open is None:
            return b""
        kind, self._open = self._open[0], None
        signed = b""
        if kind == "thought":
            delta = {"type": "signature_delta", "signature": "simulated"}
            signed = _event("content_block_delta", index=self._block, delta=delta)
        return signed + _event("content_block_stop", index=self._block)

    def _message(self, blocks: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": blocks,
            "stop_reason": reason,
            "stop_sequence": None,
        }


def _reason(reply: Reply) -> str:
    return "tool_use" if reply.calls else "end_turn"


def _usage(reply: Reply, output_tokens: int) -> dict[str, int]:
    return {
        "input_tokens": reply.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
    }


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\n".encode() + b"data: " + orjson.dumps({"type": kind, **fields}) + b"\n\n"
