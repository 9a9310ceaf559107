"""Betas: the few headers of a caller that must reach its provider, because they switch on what is not for everybody."""

import re

from guildhall.core.errors import BadRequestError
from guildhall.edge.dialects import ANTHROPIC, OPENAI, RESPONSES, Dialect

# By the caller's header: the providers that it is for.
_READERS: dict[bytes, tuple[Dialect, ...]] = {b"anthropic-beta": (ANTHROPIC,), b"openai-beta": (OPENAI, RESPONSES)}
HEADERS = frozenset(_READERS)
_PLAIN = re.compile(rb"[\x20-\x7e]{1,2000}")

Betas = dict[bytes, bytes]
"""Values by header."""


def given(headers: list[tuple[bytes, bytes]]) -> Betas | None:
    """Those of a request; None without any. Raises `BadRequestError` for one that cannot be passed on."""
    found: Betas = {}
    for name, value in headers:
        if name in HEADERS and value.strip():
            if _PLAIN.fullmatch(value) is None:
                raise BadRequestError("invalid_header", f"{name.decode()} must be at most 2000 plain characters.")
            found[name] = b"%b,%b" % (found[name], value.strip()) if name in found else value.strip()
    return found or None


def added(head: bytes, dialect: Dialect, betas: Betas) -> bytes:
    """The beginning of a request's head with those that are for this provider; what the channel itself has in the same
    header stays in front.
    """
    for name, value in betas.items():
        if not any(dialect is reader for reader in _READERS[name]):
            continue
        place = head.lower().find(b"\r\n%b:" % name)
        if place >= 0:
            end = head.index(b"\r\n", place + 2)
            head = b"%b,%b%b" % (head[:end], value, head[end:])
        else:
            first, _, rest = head.partition(b"\r\n")
            head = b"%b\r\n%b: %b\r\n%b" % (first, name, value, rest)
    return head
