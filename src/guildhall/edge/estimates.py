"""Estimates: tokens that nobody has counted, from the bytes that went in and the words that came out. Pure.

A token is taken to be four bytes of UTF-8: right for English within a tenth or so, and not far off for Chinese.
"""

import math
import re
from typing import Any

import msgspec

from guildhall.edge import sse
from guildhall.edge.endpoints import WITHOUT_OUTPUT, Endpoint
from guildhall.edge.usage import Usage

_BYTES_A_TOKEN = 4
_SAMPLE_BYTES = 8 * 1024
_FILE_TOKENS = 1000
"""What a picture, or another file in a request, is taken for: providers do not count its bytes."""
_FILE = re.compile(rb'"(?:data:[^",]{0,100},)?[A-Za-z0-9+/=_\\-]{1024,}"')
# Where the words of an answer stand, in each of the dialects, and under which names.
_ROOTS = ("choices", "output", "candidates", "content", "content_block", "delta")
_WORDS = frozenset(
    {"arguments", "content", "delta", "name", "partial_json", "reasoning", "reasoning_content", "refusal", "text"}
    | {"thinking"}
)
_ARGUMENTS = frozenset({"args", "input"})
_REPEATED = frozenset({"annotations", "logprobs", "reasoning_details"})


def tokens_in(size: int) -> int:
    """Tokens in so many bytes."""
    return math.ceil(size / _BYTES_A_TOKEN)


class Heard:
    """What came of an answer: how much in all, and the words of its beginning, to judge the rest by."""

    __slots__ = ("_head", "_room", "is_whole", "total")

    def __init__(self, whole: bytes | None = None) -> None:
        """Of a stream that has just begun, unless it is a `whole` answer."""
        self.is_whole = whole is not None
        self.total = len(whole or b"")
        self._head = [whole] if whole is not None else []
        self._room = 0 if self.is_whole else _SAMPLE_BYTES

    def take(self, data: bytes) -> None:
        """More of a stream, as the provider sent it."""
        self.total += len(data)
        if self._room > 0:
            self._head.append(data[: self._room])
            self._room -= len(data)

    def word_bytes(self) -> int:
        """Bytes of words in all of it: exact for a whole answer and a short stream, else as dense as at the start."""
        head = b"".join(self._head)
        if self.is_whole:
            return _words_in(head)
        seen = sse.end_of_events(head)
        if not seen:
            return self.total
        words = sum(_words_in(data) for event in sse.split(head[:seen]) if (data := sse.payload(event)))
        return words if self.total <= _SAMPLE_BYTES else math.ceil(words * self.total / seen)


def usage_of(endpoint: Endpoint, body: bytes, heard: Heard, told: Usage | None) -> Usage:
    """What a call used: its request, what was heard of the answer, and what its provider `told` before it stopped."""
    written = 0 if endpoint in WITHOUT_OUTPUT else tokens_in(heard.word_bytes())
    if told is None:
        return Usage(_sent(body), 0, written, 0)
    if told.output_tokens >= written and told.input_tokens:
        return told
    return Usage(
        told.input_tokens or _sent(body),
        told.cached_tokens,
        max(told.output_tokens, written),
        told.reasoning_tokens,
        told.cache_write_tokens,
    )


def _sent(body: bytes) -> int:
    files = [len(found[0]) for found in _FILE.finditer(body)]
    return tokens_in(len(body) - sum(files)) + _FILE_TOKENS * len(files)


def _words_in(data: bytes) -> int:
    """Bytes of words in an answer, or in one event of it; all of them where it cannot be read."""
    if data == b"[DONE]":
        return 0
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return len(data)
    if not isinstance(found, dict):
        return len(data)
    size = 0
    rest: list[tuple[str, Any]] = [(root, found[root]) for root in _ROOTS if root in found]
    while rest:
        name, value = rest.pop()
        if isinstance(value, str):
            size += len(value.encode(errors="replace")) if name in _WORDS else 0
        elif isinstance(value, list):
            rest += [(name, each) for each in value]
        elif isinstance(value, dict):
            if name in _ARGUMENTS:
                size += len(msgspec.json.encode(value)) if value else 0
            else:
                rest += [pair for pair in value.items() if pair[0] not in _REPEATED]
    return size
