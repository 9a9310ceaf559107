"""The usage in an answer that is too large to hold: it stands near the beginning or the end, and only they are kept."""

import json
import re

from guildhall.edge.dialects import RESPONSES
from guildhall.edge.usage import Usage

_KEPT_BYTES = 8 * 1024
# JSON escapes quotes inside strings: what anybody said cannot look like this.
_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')


class Glimpse:
    """The beginning and the end of an answer."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""

    def take(self, piece: bytes) -> None:
        """More of the answer has passed."""
        if len(self._head) < _KEPT_BYTES:
            self._head += piece[: _KEPT_BYTES - len(self._head)]
        self._tail = (self._tail + piece[-_KEPT_BYTES:])[-_KEPT_BYTES:]

    def usage(self) -> Usage | None:
        """What the provider counted, if it counts tokens."""
        return _usage_in(self._tail) or _usage_in(self._head)


def _usage_in(text: bytes) -> Usage | None:
    for found in reversed(list(_USAGE.finditer(text))):
        try:
            usage, _ = json.JSONDecoder().raw_decode(text[found.end() :].decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            continue
        if isinstance(usage, dict) and "input_tokens" in usage:
            seen = RESPONSES.answer(json.dumps({"usage": usage}).encode())
            return seen.usage if seen else None
    return None
