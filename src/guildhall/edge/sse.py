"""Server-sent events: pass a provider's stream on event by event, and learn from it what the log needs.

Whole events pass as the bytes they came in. Bytes of an event that is still incomplete are held back, so that whoever
reads on the other side never sees half of one, however the provider cut its writes.
"""

from collections.abc import Iterator

from guildhall.edge.dialects import OPENAI, Dialect
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.usage import Usage

DONE = OPENAI.ending
MAX_EVENT_BYTES = 16 * 1024 * 1024


class EventFilter:
    """One stream's events on their way through."""

    __slots__ = ("_dialect", "_rest", "_strip_usage", "is_done", "is_failed", "is_finished", "usage")

    def __init__(self, dialect: Dialect = OPENAI, *, strip_usage: bool = False) -> None:
        """With `strip_usage`, the event that holds only the usage is kept from the caller, who did not ask for it."""
        self._dialect = dialect
        self._strip_usage = strip_usage
        self._rest = b""
        self.usage: Usage | None = None
        self.is_finished = False  # a finish reason was given
        self.is_done = False  # the closing [DONE] has passed
        self.is_failed = False  # the provider reported an error

    def feed(self, data: bytes) -> bytes:
        """Whole events to pass on, possibly none. Raises `UpstreamFailure` when an event grows beyond all bounds."""
        if self._rest:
            data = self._rest + data
        end = end_of_events(data)
        if end != len(data):
            self._rest = data[end:]
            if len(self._rest) > MAX_EVENT_BYTES:
                raise UpstreamFailure("too_large", "The provider sent an event without end.")
            data = data[:end]
        elif self._rest:
            self._rest = b""
        dialect = self._dialect
        if not self.is_finished and any(mark in data for mark in dialect.finishing):
            self.is_finished = True
        if any(mark in data for mark in dialect.telling):
            return b"".join(event for event in split(data) if self._passes(event))
        return data

    def close(self) -> bytes:
        """What is still owed when the provider has ended its body properly.

        Raises `UpstreamFailure` when the answer itself was not finished.
        """
        owed = self.feed(b"\n\n") if self._rest.strip() else b""
        if self.is_done or self.is_failed:
            return owed
        if not self.is_finished:
            raise UpstreamFailure("incomplete", "The provider ended its answer before finishing it.")
        self.is_done = True
        return owed + self._dialect.ending

    @property
    def is_counted(self) -> bool:
        """Whether the usage is that of all that was said until now."""
        is_so_far = self._dialect.counts_along or self.is_finished or self.is_done
        return self.usage is not None and is_so_far

    def _passes(self, event: bytes) -> bool:
        if self.is_done or self.is_failed:
            return False
        data = payload(event)
        seen = self._dialect.event(data, self.usage) if data else None
        if seen is None:
            return True
        self.usage, self.is_done, self.is_failed = seen.usage or self.usage, seen.is_done, seen.is_error
        return not (self._strip_usage and seen.is_bare_usage and not seen.is_error)


def split(data: bytes) -> Iterator[bytes]:
    """Each event with the blank line that ends it."""
    start = 0
    while start < len(data):
        end = _end_of_event(data, start)
        yield data[start:end]
        start = end


def end_of_events(data: bytes) -> int:
    """Where the last whole event ends."""
    if data.endswith(b"\n\n"):
        return len(data)
    unix, network = data.rfind(b"\n\n"), data.rfind(b"\n\r\n")
    return max(unix + 2 if unix >= 0 else 0, network + 3 if network >= 0 else 0)


def payload(event: bytes) -> bytes:
    """The data of one event: its `data` lines, joined."""
    lines = event.replace(b"\r\n", b"\n").split(b"\n")
    return b"\n".join(line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:"))


def _end_of_event(data: bytes, start: int) -> int:
    unix, network = data.find(b"\n\n", start), data.find(b"\n\r\n", start)
    ends = [end for end in (unix + 2 if unix >= 0 else 0, network + 3 if network >= 0 else 0) if end]
    return min(ends, default=len(data))
