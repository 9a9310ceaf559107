"""The one error shape, and the exceptions that become it. Raise where you know; the transport translates."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

_CHECKED_TEXT = re.compile(r"Value should have (.+) item(s?) after validation, not \d+")


class AppError(Exception):
    """A failure with a stable `code` that programs read and one plain sentence that people read.

    `details` go to the caller: never put a secret or another user's words there.
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "api_error"

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.headers: dict[str, str] = {}


class BadRequestError(AppError):
    """400: the request itself is wrong."""

    status = 400
    type = "invalid_request_error"


class UnauthorizedError(AppError):
    """401: we do not know who asks."""

    status = 401
    type = "authentication_error"


class ForbiddenError(AppError):
    """403: we know who asks, and the answer is no."""

    status = 403
    type = "permission_error"


class NotFoundError(AppError):
    """404: not there, or not yours; the two look the same."""

    status = 404
    type = "not_found_error"


class ConflictError(AppError):
    """409: true when asked, but the thing has changed or is taken."""

    status = 409
    type = "conflict_error"


class PreconditionFailedError(AppError):
    """412: what the request says it knows of the thing is not so any more."""

    status = 412
    type = "conflict_error"


class TooLargeError(AppError):
    """413: more bytes than the limit named in `details`."""

    status = 413
    type = "invalid_request_error"


class RangeError(AppError):
    """416: the stretch asked for lies outside of the thing."""

    status = 416
    type = "invalid_request_error"


class RateLimitedError(AppError):
    """429: too much, too fast, or over the quota."""

    status = 429
    type = "rate_limit_error"


class UpstreamError(AppError):
    """502: another system we depend on for this answer failed."""

    status = 502
    type = "upstream_error"


class UnavailableError(AppError):
    """503: we cannot do this now; asking again later is right."""

    status = 503
    type = "overloaded_error"


class UpstreamTimeoutError(AppError):
    """504: another system took longer than it may."""

    status = 504
    type = "timeout_error"


def words_of(problem: Mapping[str, Any]) -> str:
    """What pydantic found wrong with a value, as people say it: without its own terms for text that we check too."""
    words = str(problem["msg"]).removeprefix("Value error, ")
    return _CHECKED_TEXT.sub(r"String should have \1 character\2", words)


def error_body(error: AppError, request_id: str) -> dict[str, Any]:
    """The one error shape, as every route and stream of the product answers it."""
    body: dict[str, Any] = {"type": error.type, "code": error.code, "message": error.message}
    if "param" in error.details:
        body["param"] = error.details["param"]
    rest = {name: value for name, value in error.details.items() if name != "param"}
    if rest:
        body["details"] = rest
    body["request_id"] = request_id
    return {"error": body}
