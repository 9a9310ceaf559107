"""Wire: the request as OpenAI's clients send it, and the bytes OpenAI's servers answer with."""

from dataclasses import dataclass
from typing import Any, Literal, cast

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

    def pictures(self) -> int:
        """How many pictures are among the parts, as OpenAI, Anthropic or Google send them."""
        parts = self.content if isinstance(self.content, list) else []
        return sum(
            isinstance(part, dict) and (part.get("type") in {"image_url", "image"} or "inlineData" in part)
            for part in parts
        )


class StreamOptions(msgspec.Struct):
    """How the caller wants its stream."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """The fields of a chat completion, or of a completion of plain text, that change what the simulator does."""

    model: str
    messages: list[Message] = []
    prompt: Any = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: Any = None
    response_format: Any = None

    @property
    def schema(self) -> dict[str, Any] | None:
        """What the answer's JSON must be like, if it must."""
        wanted = self.response_format if isinstance(self.response_format, dict) else {}
        held = wanted.get("json_schema")
        schema = held.get("schema") if isinstance(held, dict) else None
        return schema if isinstance(schema, dict) else None

    @property
    def is_text(self) -> bool:
        """Whether plain text is to be completed, as before there were chats."""
        return self.prompt is not None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call the simulated model wants made."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said at once: some thinking, some text, the beginning of a call, or more of its arguments."""

    kind: Literal["thought", "text", "call"]
    text: str
    index: int = 0
    call: ToolCall | None = None


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

    @property
    def thought_tokens(self) -> int:
        """Tokens of its thinking."""
        return answers.count(self.reasoning)

    @property
    def output_tokens(self) -> int:
        """Tokens of all that is said, thinking included."""
        spoken = answers.count(self.text) + sum(answers.count(call.arguments) for call in self.calls)
        return spoken + self.thought_tokens

    def usage(self) -> dict[str, Any]:
        """Tokens in OpenAI's shape."""
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": self.thought_tokens},
        }


_request_decoder = msgspec.json.Decoder(ChatRequest)


def decode(body: bytes) -> ChatRequest:
    """The request; raises `msgspec.DecodeError` when it is not one."""
    request = _request_decoder.decode(body)
    if request.is_text:
        words = request.prompt if isinstance(request.prompt, list) else [request.prompt]
        request.messages = [Message(content="\n".join(word for word in words if isinstance(word, str)))]
    return request


class Speech:
    """How OpenAI writes one answer down."""

    def __init__(self, answer_id: str, request: ChatRequest) -> None:
        self._id = answer_id
        self._request = request
        self._is_text = request.is_text
        self._chunk = "text_completion" if request.is_text else "chat.completion.chunk"
        options = request.stream_options
        self._tells_usage = options is not None and options.include_usage

    def whole(self, reply: Reply, *, usage: bool, finished: bool) -> bytes:
        """The answer in one body."""
        said = {"text": reply.text} if self._is_text else {"message": _message(reply)}
        kind = "text_completion" if self._is_text else "chat.completion"
        body = self._envelope(kind, [self._choice(said, reply.reason if finished else None)])
        if usage:
            body["usage"] = reply.usage()
        return orjson.dumps(body)

    def begin(self, _reply: Reply) -> bytes:
        """The first event of a stream."""
        return self._event({"role": "assistant", "content": ""})

    def say(self, piece: Piece) -> bytes:
        """One more piece."""
        if piece.kind == "text":
            return self._event({"content": piece.text})
        if piece.kind == "thought":
            return self._event({"reasoning_content": piece.text})
        if piece.call is not None:
            opening = {**_call(piece.call), "function": {"name": piece.call.name, "arguments": ""}}
            return self._event({"tool_calls": [{"index": piece.index, **opening}]})
        return self._event({"tool_calls": [{"index": piece.index, "function": {"arguments": piece.text}}]})

    def end(self, reply: Reply, *, usage: bool) -> bytes:
        """The last events: why it ended and, for those who asked, the usage."""
        ending = self._event({}, reply.reason)
        if usage and self._tells_usage:
            ending += event({**self._envelope(self._chunk, []), "usage": reply.usage()})
        return ending + DONE

    def fail(self, message: str) -> bytes:
        """An error in the middle."""
        return event(error(500, message))

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error in place of an answer."""
        return error(status, message)

    def _event(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        said = {"text": delta.get("content", "")} if self._is_text else {"delta": delta}
        return event(self._envelope(self._chunk, [self._choice(said, finish_reason)]))

    def _choice(self, said: dict[str, Any], finish_reason: str | None) -> dict[str, Any]:
        return {"index": 0, **said, "finish_reason": finish_reason, "logprobs": None}

    def _envelope(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": _CREATED,
            "model": self._request.model,
            "choices": choices,
        }


def _message(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = [_call(call) for call in reply.calls]
    return message


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
    return sample_json(cast("dict[str, Any]", function.get("parameters") or {}))


def sample_json(schema: dict[str, Any]) -> str:
    """An object that fits a schema."""
    return orjson.dumps(_object(schema)).decode()


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    held = schema.get("properties")
    properties = held if isinstance(held, dict) else {}
    wanted = schema.get("required")
    return {str(name): _sample(properties.get(name)) for name in (wanted if isinstance(wanted, list) else properties)}


def _sample(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return "sample"
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "object":
        return _object(schema)
    samples: dict[str, Any] = {"number": 1, "integer": 1, "boolean": True, "array": []}
    return samples.get(str(schema.get("type")), "sample")


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
