"""Heads: what the fast transport reads of a request's head, parsed once for all requests that look alike.

A client's requests differ in their `Content-Length` and in nothing else, so a head is remembered as the bytes before
and after that number: the next one that has the same bytes there needs no parser.
"""

from dataclasses import dataclass

import httptools

from guildhall.core.addresses import forwarded_of
from guildhall.edge import betas
from guildhall.edge.answer import Headers
from guildhall.edge.identify import credential_of
from guildhall.edge.wishes import Wishes, wishes_of

_LENGTH = b"\r\ncontent-length:"
_MOST_DIGITS = 11
_NOT_PLAIN = frozenset({b"transfer-encoding", b"expect", b"upgrade", *betas.HEADERS})


@dataclass(frozen=True, slots=True)
class Head:
    """A plain request's head, but for the length of its body."""

    before: bytes
    after: bytes
    credential: str
    forwarded: bytes
    """The whole `X-Forwarded-For`."""
    closes: bool
    wishes: Wishes | None

    def measure(self, buffer: bytes) -> tuple[int, int] | None:
        """Where this head ends at the front of `buffer`, and the length of the body; None when it is another head."""
        start = len(self.before)
        if not buffer.startswith(self.before):
            return None
        end = buffer.find(b"\r\n", start, start + _MOST_DIGITS + 8)
        digits = buffer[start:end].strip(b" ")
        if end < 0 or not digits.isdigit() or len(digits) > _MOST_DIGITS or not buffer.startswith(self.after, end):
            return None
        return end + len(self.after), int(digits)


def read(head: bytes) -> Head | None:
    """The head of a plain request; None for any other, and for what the strict parser does not take."""
    reader = _Reader()
    try:
        httptools.HttpRequestParser(reader).feed_data(head)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    start = head.lower().find(_LENGTH) + len(_LENGTH)
    if not reader.is_plain or start < len(_LENGTH):
        return None
    after = head[head.find(b"\r\n", start) :]
    return Head(
        head[:start],
        after,
        credential_of(reader.headers),
        forwarded_of(reader.headers),
        reader.closes,
        wishes_of(reader.headers),
    )


class _Reader:
    """Collects headers for httptools."""

    def __init__(self) -> None:
        self.headers: Headers = []
        self.is_plain = True
        self.closes = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        name = name.lower()
        self.headers.append((name, value))
        if name in _NOT_PLAIN:
            self.is_plain = False
        elif name == b"connection" and b"close" in value.lower():
            self.closes = True
