"""Wire: the few fields of OpenAI's JSON that the edge reads or changes. Everything else passes through as bytes."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import orjson

from guildhall.core.errors import AppError, BadRequestError
from guildhall.edge.endpoints import Endpoint, Manner
from guildhall.edge.usage import Usage

TRUE = msgspec.Raw(b"true")
ABSENT = msgspec.Raw(b"")
_NOTHING = frozenset({b"", b"null"})
_MOST_TOKENS = 2**31 - 1
_ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
_TYPES = {401: "invalid_request_error", 404: "invalid_request_error"}


class ModelRequest(msgspec.Struct):
    """What routing needs of a request. Types are checked by `read_request`, to say which field is wrong."""

    model: Any = None
    stream: Any = None
    stream_options: msgspec.Raw = ABSENT
    messages: msgspec.Raw = ABSENT
    prompt: msgspec.Raw = ABSENT
    input: msgspec.Raw = ABSENT
    query: msgspec.Raw = ABSENT
    documents: msgspec.Raw = ABSENT
    max_tokens: Any = None
    max_completion_tokens: Any = None
    max_output_tokens: Any = None

    def most_output(self) -> int:
        """Tokens that the model may write; 0 when that is not said."""
        said = self.max_completion_tokens or self.max_tokens or self.max_output_tokens
        return min(said, _MOST_TOKENS) if type(said) is int and said > 0 else 0


class Reported(msgspec.Struct):
    """What a provider's answer, or one event of it, says about itself."""

    usage: msgspec.Raw = ABSENT
    error: Any = None
    choices: msgspec.Raw = ABSENT

    @property
    def has_choices(self) -> bool:
        """Whether it carries anything of the answer itself."""
        return bytes(self.choices) not in {b"", b"[]", b"null"}


_Tokens = Annotated[int, msgspec.Meta(ge=0, le=_MOST_TOKENS)]


class _InputDetails(msgspec.Struct):
    cached_tokens: _Tokens = 0


class _OutputDetails(msgspec.Struct):
    reasoning_tokens: _Tokens = 0


class _Counted(msgspec.Struct):
    """A provider's `usage` in good order."""

    prompt_tokens: _Tokens = 0
    completion_tokens: _Tokens = 0
    total_tokens: _Tokens = 0
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None


_request = msgspec.json.Decoder(ModelRequest)
_counted = msgspec.json.Decoder(_Counted)
_reported = msgspec.json.Decoder(Reported)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_request(endpoint: Endpoint, body: bytes) -> ModelRequest:
    """The fields of a request that matter here. Raises `BadRequestError`."""
    try:
        request = _request.decode(body)
    except msgspec.ValidationError:
        raise BadRequestError("invalid_json", "The body must be a JSON object.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequestError("invalid_json", "The body is not valid JSON.") from None
    if not isinstance(request.model, str) or not request.model:
        raise BadRequestError("missing_field", "You must provide a model parameter.", param="model")
    if "\0" in request.model:  # no database can store it
        raise BadRequestError("invalid_field", "model must not contain NUL.", param="model")
    for name in endpoint.needs:
        if bytes(getattr(request, name)) in _NOTHING:
            raise BadRequestError("missing_field", f"You must provide a {name} parameter.", param=name)
    if not (request.stream is None or isinstance(request.stream, bool)):
        raise BadRequestError("invalid_field", "stream must be true or false.", param="stream")
    return request


def read_stream_options(request: ModelRequest) -> dict[str, msgspec.Raw]:
    """The caller's stream options, each with the very bytes it came in. Raises `BadRequestError`."""
    if request.stream_options is ABSENT or bytes(request.stream_options) == b"null":
        return {}
    try:
        return _fields.decode(request.stream_options)
    except (msgspec.DecodeError, RecursionError):
        raise BadRequestError("invalid_field", "stream_options must be an object.", param="stream_options") from None


def rewritten(body: bytes, changes: Mapping[str, msgspec.Raw | None]) -> bytes:
    """The body with some fields changed or, where the change is None, taken away; all others keep their very bytes."""
    try:
        fields = _fields.decode(body)
    except RecursionError:
        raise BadRequestError("invalid_json", "The body is nested too deeply.") from None
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return msgspec.json.encode(fields)


def as_raw(value: Any) -> msgspec.Raw:
    """A value as it goes into `rewritten`."""
    return msgspec.Raw(msgspec.json.encode(value))


def read_reported(body: bytes) -> Reported | None:
    """What an answer says about itself, or None when it is not a JSON object."""
    try:
        return _reported.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def error_words(body: bytes) -> str | None:
    """The sentence in a provider's error, in any of the shapes in use."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    error = found.get("error", found) if isinstance(found, dict) else None
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) and words else None


def read_usage(usage: msgspec.Raw) -> Usage | None:
    """Tokens from a provider's `usage`, forgiving about what is missing or odd."""
    if not usage:
        return None
    try:
        counted = _counted.decode(usage)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _forgiving(usage)
    cached, reasoning = counted.prompt_tokens_details, counted.completion_tokens_details
    return Usage(
        # Rerankers report nothing but the total.
        counted.prompt_tokens or (0 if counted.completion_tokens else counted.total_tokens),
        cached.cached_tokens if cached else 0,
        counted.completion_tokens,
        reasoning.reasoning_tokens if reasoning else 0,
    )


def _forgiving(raw: msgspec.Raw) -> Usage | None:
    try:
        usage = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(usage, dict):
        return None
    cached = _part(usage, "prompt_tokens_details", "cached_tokens")
    reasoning = _part(usage, "completion_tokens_details", "reasoning_tokens")
    return Usage(_number(usage.get("prompt_tokens")), cached, _number(usage.get("completion_tokens")), reasoning)


def error_body(error: AppError, manner: Manner = "openai", request_id: str | None = None) -> bytes:
    """An error in OpenAI's or Anthropic's envelope."""
    if manner == "anthropic":
        kind = _ANTHROPIC_TYPES.get(error.status, "api_error" if error.status >= 500 else "invalid_request_error")
        shown = {"type": kind, "message": error.message}
        return orjson.dumps({"type": "error", "error": shown, "request_id": request_id})
    kind = _TYPES.get(error.status, error.type)
    if error.code == "rate_limit_exceeded":
        kind = error.details.get("of", "requests")
    elif error.code == "insufficient_quota":
        kind = error.code
    param = error.details.get("param")
    return orjson.dumps({"error": {"message": error.message, "type": kind, "param": param, "code": error.code}})


def error_event(error: AppError, manner: Manner = "openai", request_id: str | None = None) -> bytes:
    """An error in the middle of a stream; what follows it is the end, without `[DONE]`."""
    name = b"event: error\n" if manner == "anthropic" else b""
    return name + b"data: " + error_body(error, manner, request_id) + b"\n\n"


def _part(usage: dict[str, Any], group: str, name: str) -> int:
    details = usage.get(group)
    return _number(details.get(name)) if isinstance(details, dict) else 0


def _number(value: Any) -> int:
    if type(value) is int:
        return min(max(0, value), _MOST_TOKENS)
    return min(max(0, int(value)), _MOST_TOKENS) if isinstance(value, float) else 0
