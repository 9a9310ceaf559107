"""Wishes: what a caller asks of the house in headers of its own: a name for the call, a channel, to keep no words,
to make the call only once."""

import re
from dataclasses import dataclass

_REQUEST_ID = re.compile(rb"[ -~]{1,64}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one caller asked for."""

    request_id: str | None = None
    """The caller's own name for the call, from `X-Request-Id`: 1 to 64 printable ASCII characters."""
    is_private: bool = False
    """`X-Guildhall-No-Log: body`: neither prompt nor answer may be kept."""
    channel_id: str | None = None
    """`X-Guildhall-Channel`: the only channel that may take the call; for admins."""
    idempotency_key: str | None = None
    """`Idempotency-Key`: what this call is called each time that it is sent, so that it is made only once."""


_NONE = Wishes()


def wishes_of(headers: list[tuple[bytes, bytes]]) -> Wishes | None:
    """The wishes in a request's headers, whose names are in lower case; None when there are none."""
    request_id: str | None = None
    is_private = False
    channel_id: str | None = None
    idempotency_key: str | None = None
    for name, value in headers:
        if name == b"x-request-id":
            name_given = value.strip()
            if _REQUEST_ID.fullmatch(name_given):
                request_id = name_given.decode("ascii")
        elif name == b"x-guildhall-no-log":
            is_private = is_private or b"body" in {part.strip() for part in value.lower().split(b",")}
        elif name == b"x-guildhall-channel":
            channel_id = value.strip().decode("latin-1")
        elif name == b"idempotency-key":
            idempotency_key = value.strip().decode("latin-1")
    # Who wants nothing kept wants no answer kept either.
    wishes = Wishes(request_id, is_private, channel_id, None if is_private else idempotency_key)
    return None if wishes == _NONE else wishes
