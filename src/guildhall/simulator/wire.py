"""Wire: the request as OpenAI's clients send it, and the bytes OpenAI's servers answer with."""

from dataclasses import dataclass
from typing import Any, cast

import msgspec
import orjson

from guildhall.simulator import answers

DONE = b"data: [DONE]\n\n"
_CREATED = 1_760_000_000
_REASONS = {400: "invalid_request", 401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


class Message(msgspec.Struct):
    """One message of the conversation."""

    role: str = "user"
    content: Any = ""

    def text(self) -> str:
        """The words in it, whether sent as one string or as parts."""
        if isinstance(self.content, str):
            return self.content
        parts = self.content if isinstance(self.content, list) else []
        return "\n".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


class StreamOptions(msgspec.Struct):
    """How the caller wants its stream."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """The fields of a chat completion that change what the simulator does."""

    model: str
    messages: list[Message] = []
    stream: bool = False
    stream_options: StreamOptions | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: Any = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call the simulated model wants made."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer before it is cut up: thinking, text, or calls of tools."""

    reasoning: str
    text: str
    calls: tuple[ToolCall, ...]
    input_tokens: int

    @property
    def reason(self) -> str:
        """Why the answer ended."""
        return "tool_calls" if self.calls else "stop"

    def usage(self) -> dict[str, Any]:
        """Tokens in OpenAI's shape."""
        thought = answers.count(self.reasoning)
        spoken = answers.count(self.text) + sum(answers.count(call.arguments) for call in self.calls)
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": spoken + thought,
            "total_tokens": self.input_tokens + spoken + thought,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thought},
        }


_request_decoder = msgspec.json.Decoder(ChatRequest)


def decode(body: bytes) -> ChatRequest:
    """The request; raises `msgspec.DecodeError` when it is not one."""
    return _request_decoder.decode(body)


def completion(answer_id: str, model: str, reply: Reply, *, usage: bool, finished: bool) -> bytes:
    """A whole answer in one body."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = [_call(call) for call in reply.calls]
    choice = {"index": 0, "message": message, "finish_reason": reply.reason if finished else None, "logprobs": None}
    body: dict[str, Any] = _envelope(answer_id, model, "chat.completion", [choice])
    if usage:
        body["usage"] = reply.usage()
    return orjson.dumps(body)


def chunk(answer_id: str, model: str, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    """One event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return event(_envelope(answer_id, model, "chat.completion.chunk", [choice]))


def usage_chunk(answer_id: str, model: str, reply: Reply) -> bytes:
    """The extra event that carries the usage, sent when `include_usage` was asked for."""
    body = _envelope(answer_id, model, "chat.completion.chunk", [])
    return event({**body, "usage": reply.usage()})


def tool_deltas(calls: tuple[ToolCall, ...]) -> list[dict[str, Any]]:
    """Calls of tools as a stream tells them: the name first, the arguments in two halves."""
    deltas = []
    for index, call in enumerate(calls):
        half = len(call.arguments) // 2
        opening = {**_call(call), "function": {"name": call.name, "arguments": ""}}
        deltas.append({"tool_calls": [{"index": index, **opening}]})
        deltas.extend(
            {"tool_calls": [{"index": index, "function": {"arguments": part}}]}
            for part in (call.arguments[:half], call.arguments[half:])
        )
    return deltas


def event(body: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + orjson.dumps(body) + b"\n\n"


def error(status: int, message: str) -> dict[str, Any]:
    """OpenAI's error shape."""
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
    code = _REASONS.get(status, "simulated_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def models(names: tuple[str, ...]) -> bytes:
    """The list of models."""
    entries = [
        {"id": name, "object": "model", "created": _CREATED, "owned_by": "guildhall-simulator"} for name in names
    ]
    return orjson.dumps({"object": "list", "data": entries})


def sample_arguments(tool: dict[str, Any]) -> str:
    """Arguments that fit a tool's schema: every required property gets a plain value of its type."""
    function = cast("dict[str, Any]", tool.get("function") or {})
    schema = cast("dict[str, Any]", function.get("parameters") or {})
    properties = cast("dict[str, Any]", schema.get("properties") or {})
    wanted = schema.get("required") or list(properties)
    return orjson.dumps({name: _sample(properties.get(name) or {}) for name in wanted}).decode()


def _sample(schema: dict[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    samples: dict[str, Any] = {"number": 1, "integer": 1, "boolean": True, "array": [], "object": {}}
    return samples.get(str(schema.get("type")), "sample")


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _envelope(answer_id: str, model: str, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": answer_id, "object": kind, "created": _CREATED, "model": model, "choices": choices}
