"""Refusals: a provider's error in the shape of the caller's dialect."""

from typing import Any, NamedTuple

import msgspec

_TOO_LONG = ("prompt is too long", "exceeds the maximum number of tokens", "maximum context length")
_ANTHROPICS = frozenset({
    "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
    "request_too_large", "rate_limit_error", "timeout_error", "api_error", "overloaded_error",
})  # fmt: skip
_KINDS = {
    "INVALID_ARGUMENT": "invalid_request_error", "FAILED_PRECONDITION": "invalid_request_error",
    "OUT_OF_RANGE": "invalid_request_error", "UNAUTHENTICATED": "authentication_error",
    "PERMISSION_DENIED": "permission_error", "NOT_FOUND": "not_found_error",
    "RESOURCE_EXHAUSTED": "rate_limit_error", "UNAVAILABLE": "overloaded_error",
    "DEADLINE_EXCEEDED": "timeout_error", "INTERNAL": "api_error",
    "requests": "rate_limit_error", "tokens": "rate_limit_error", "insufficient_quota": "rate_limit_error",
    "upstream_error": "api_error", "server_error": "api_error",
}  # fmt: skip
_KINDS_BY_CODE = {"invalid_api_key": "authentication_error", "model_not_found": "not_found_error"}


class Refusal(NamedTuple):
    """What all dialects say about an error."""

    message: str
    kind: str
    code: str | None = None
    param: str | None = None


class _Error(msgspec.Struct):
    message: Any = None
    type: Any = None
    status: Any = None
    code: Any = None
    param: Any = None


class _Body(msgspec.Struct):
    error: _Error | str | None = None
    message: Any = None
    detail: Any = None


_body = msgspec.json.Decoder(_Body | list[_Body])


def read(body: bytes, kind: str = "invalid_request_error") -> Refusal:
    """What a provider's error says, in any of the shapes in use; `kind` stands in for one that it does not tell."""
    try:
        found = _body.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = _Body()
    first = found if isinstance(found, _Body) else next(iter(found), _Body())
    error = first.error
    if not isinstance(error, _Error):
        error = _Error(message=error or first.message or first.detail)
    message = _word(error.message) or "The provider refused the request."
    code = "context_length_exceeded" if any(words in message for words in _TOO_LONG) else _word(error.code)
    told = _word(error.type) or _word(error.status) or kind
    return Refusal(message, _KINDS.get(told, told), code, _word(error.param))


def to_chat(refusal: Refusal) -> dict[str, Any]:
    """In OpenAI's shape."""
    return {
        "error": {
            "message": refusal.message,
            "type": refusal.kind,
            "param": refusal.param,
            "code": refusal.code,
        }
    }


def to_messages(refusal: Refusal) -> dict[str, Any]:
    """In Anthropic's shape. Its callers know by the words alone that a prompt is too long."""
    kind = _KINDS_BY_CODE.get(refusal.code or "") or _KINDS.get(refusal.kind, refusal.kind)
    message = refusal.message
    if refusal.code == "context_length_exceeded" and _TOO_LONG[0] not in message:
        message = f"{_TOO_LONG[0]}: {message}"
    return {
        "type": "error",
        "error": {"type": kind if kind in _ANTHROPICS else "invalid_request_error", "message": message},
    }


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
