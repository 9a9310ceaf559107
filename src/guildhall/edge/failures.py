"""Failures: what can go wrong with a provider, and the error that each becomes for the caller."""

from typing import Literal

from guildhall.core.errors import AppError, RateLimitedError, UnavailableError, UpstreamError, UpstreamTimeoutError

Reason = Literal[
    "address_not_allowed", "dns", "refused", "unreachable", "tls", "connect_timeout", "busy",
    "first_byte_timeout", "idle_timeout", "total_timeout", "dropped", "protocol", "too_large",
    "status", "not_json", "error_body", "incomplete",
]  # fmt: skip

_TIMEOUTS = frozenset({"connect_timeout", "first_byte_timeout", "idle_timeout", "total_timeout"})
_INVALID = frozenset({"protocol", "too_large", "not_json", "incomplete"})


class UpstreamFailure(Exception):  # noqa: N818 - it is about the provider; only its `error()` is about the call
    """One attempt at one channel failed. The message is one plain sentence without addresses or keys."""

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        status: int | None = None,
        retry_after: str | None = None,
        said: str | None = None,
    ) -> None:
        """`said` is what the provider said about it: for the channel's owner, never for the caller."""
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.said = said

    def error(self) -> AppError:
        """What the caller is told when no other channel could help."""
        if self.reason in _TIMEOUTS:
            return UpstreamTimeoutError("upstream_timeout", self.message)
        if self.reason in _INVALID:
            return UpstreamError("upstream_invalid_response", self.message)
        if self.reason == "busy":
            return _retriable(UnavailableError("no_channel", self.message), "1")
        if self.status == 429:
            return _retriable(RateLimitedError("rate_limit_exceeded", self.message), self.retry_after or "1")
        return UpstreamError("upstream_error", self.message)


def _retriable(error: AppError, after: str) -> AppError:
    error.headers["retry-after"] = after
    return error
