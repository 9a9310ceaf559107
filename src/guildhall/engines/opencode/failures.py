"""Failures that opencode tells of, as errors in plain words. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from guildhall.core.errors import (
    AppError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
    UpstreamError,
)

_LONGEST = 300
_BY_STATUS: dict[int, type[AppError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    429: RateLimitedError,
    503: UnavailableError,
}


def failure_of(error: Mapping[str, Any]) -> AppError:
    """What `session.error` tells; what the gateway answered keeps its own code and words."""
    name, told = str(error.get("name", "")), error.get("data") or {}
    message = _words(told.get("message"))
    if name == "APIError":
        status = told.get("statusCode")
        kind = _BY_STATUS.get(status, UpstreamError) if isinstance(status, int) else UpstreamError
        code, words = _answered(told.get("responseBody"))
        code = "context_too_long" if code == "context_length_exceeded" else code
        return kind(code or "upstream_error", words or message or "The model could not be called.")
    if name == "ContextOverflowError":
        return BadRequestError("context_too_long", "The conversation has become too long for this model.")
    if name == "MessageAbortedError":
        return UnavailableError("engine_stopped", "opencode was stopped in the middle of its answer.")
    code, words = _of_gateway(_read(told.get("message")))  # an error in the middle of a stream comes as it was written
    if code:
        return UpstreamError(code, words or "The model could not be called.")
    return UpstreamError("engine_failed", f"opencode failed: {message or name or 'it gave no reason'}")


def gave_up(message: str) -> AppError:
    """A model that fails again and again."""
    words = _words(message)
    return UpstreamError("upstream_error", f"The model failed several times: {words}" if words else "The model failed.")


def _answered(body: object) -> tuple[str, str]:
    """Code and message of the gateway's own answer."""
    found = _read(body)
    return _of_gateway(found.get("error") if isinstance(found, dict) else None)


def _of_gateway(error: object) -> tuple[str, str]:
    """Code and message of its error."""
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or ""), _words(error.get("message"))


def _read(body: object) -> object:
    try:
        return json.loads(body) if isinstance(body, str) else None
    except (ValueError, RecursionError):
        return None


def _words(message: object) -> str:
    return message.strip()[:_LONGEST] if isinstance(message, str) else ""
