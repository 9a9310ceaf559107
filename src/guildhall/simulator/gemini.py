"""Google's way of asking and answering: `generateContent`, whole and as events. The model is named in the address."""

import re
from typing import Any

import msgspec
import orjson

from guildhall.simulator.wire import ChatRequest, Message, Piece, Reply

ADDRESS = re.compile(r"/v1(?:beta)?/models/(?P<model>[^/]+):(?P<way>generateContent|streamGenerateContent)")
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
             429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}  # fmt: skip


class GenerateRequest(msgspec.Struct, rename="camel"):
    """The fields of a request that change what the simulator does."""

    contents: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None = None
    tool_config: dict[str, Any] | None = None
    generation_config: dict[str, Any] | None = None


def decode(body: bytes, model: str, *, stream: bool) -> ChatRequest:
    """The request as the simulator understands it. Raises `msgspec.DecodeError`."""
    request = msgspec.json.decode(body, type=GenerateRequest)
    calling = (request.tool_config or {}).get("functionCallingConfig") or {}
    declared = [each for tool in request.tools or () for each in tool.get("functionDeclarations") or ()]
    return ChatRequest(
        model=model,
        messages=[_read(content) for content in request.contents],
        stream=stream,
        tools=[{"type": "function", "function": _function(each)} for each in declared],
        tool_choice="required" if calling.get("mode") == "ANY" else None,
        response_format={"json_schema": {"schema": (request.generation_config or {}).get("responseJsonSchema")}},
    )


def _read(content: dict[str, Any]) -> Message:
    parts = [part for part in content.get("parts") or () if isinstance(part, dict)]
    answered = [part["functionResponse"] for part in parts if isinstance(part.get("functionResponse"), dict)]
    if answered:
        told = [orjson.dumps(each.get("response")).decode() for each in answered]
        return Message("tool", "\n".join(told))
    return Message(str(content.get("role", "user")), [_part(part) for part in parts])


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return part if "inlineData" in part else {"text": part.get("text")}


def _function(declared: dict[str, Any]) -> dict[str, Any]:
    schema = declared.get("parametersJsonSchema") or declared.get("parameters")
    return {"name": declared.get("name", ""), "parameters": _lowered(schema)}


def _lowered(schema: Any) -> Any:
    """Google writes types in capitals."""
    if isinstance(schema, dict):
        lowered = {name: _lowered(value) for name, value in schema.items()}
        return lowered | ({"type": schema["type"].lower()} if isinstance(schema.get("type"), str) else {})
    return [_lowered(each) for each in schema] if isinstance(schema, list) else schema


class Speech:
    """How Google writes one answer down."""

    def __init__(self, answer_id: str, request: ChatRequest) -> None:
        self._id, self._model = answer_id, request.model

    def whole(self, reply: Reply, *, usage: bool, finished: bool) -> bytes:
        """The answer in one body."""
        parts: list[dict[str, Any]] = [{"text": reply.reasoning, "thought": True}] if reply.reasoning else []
        parts += [{"functionCall": {"name": call.name, "args": orjson.loads(call.arguments)}} for call in reply.calls]
        if reply.text:
            parts.append({"text": reply.text})
        return orjson.dumps(self._body(parts, "STOP" if finished else None, reply if usage else None))

    def begin(self, _reply: Reply) -> bytes:
        """Nothing is said before the first words."""
        return b""

    def say(self, piece: Piece) -> bytes:
        """One more piece; a call is told as a whole."""
        if piece.kind == "text":
            return self._event([{"text": piece.text}])
        if piece.kind == "thought":
            return self._event([{"text": piece.text, "thought": True}])
        if piece.call is None:
            return b""
        call = {"name": piece.call.name, "args": orjson.loads(piece.call.arguments)}
        return self._event([{"functionCall": call}])

    def end(self, reply: Reply, *, usage: bool) -> bytes:
        """Why it ended, and what it used."""
        return b"data: " + orjson.dumps(self._body([{"text": ""}], "STOP", reply if usage else None)) + b"\r\n\r\n"

    def fail(self, message: str) -> bytes:
        """An error in the middle."""
        return b"data: " + orjson.dumps(self.error(500, message)) + b"\r\n\r\n"

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error in place of an answer."""
        return {"error": {"code": status, "message": message, "status": _STATUSES.get(status, "INTERNAL")}}

    def _event(self, parts: list[dict[str, Any]]) -> bytes:
        return b"data: " + orjson.dumps(self._body(parts, None, None)) + b"\r\n\r\n"

    def _body(self, parts: list[dict[str, Any]], reason: str | None, used: Reply | None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
        if reason:
            candidate["finishReason"] = reason
        body: dict[str, Any] = {"candidates": [candidate], "modelVersion": self._model, "responseId": self._id}
        if used is not None:
            spoken = used.output_tokens - used.thought_tokens
            body["usageMetadata"] = {
                "promptTokenCount": used.input_tokens,
                "candidatesTokenCount": spoken,
                "thoughtsTokenCount": used.thought_tokens,
                "totalTokenCount": used.input_tokens + used.output_tokens,
            }
        return body
