"""Lines: the way to one caller, as a transport has it, and one that keeps a copy of what passes."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from guildhall.edge.answer import Headers, WholeAnswer
from guildhall.edge.call import Call
from guildhall.edge.capture import Capture, Capturer


class Line(Protocol):
    """The way to one caller, as a transport has it."""

    def whole(self, answer: WholeAnswer, headers: Headers) -> Awaitable[None] | None:
        """Send a whole answer with these headers; gives what there is to wait for, if anything."""

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head of a streamed answer."""

    async def more(self, events: bytes) -> None:
        """Send a piece of it; waits while the caller does not read."""

    async def end(self, events: bytes) -> None:
        """Send the last piece, which may be empty."""

    def watch(self, gone: Callable[[], None]) -> None:
        """Call `gone` when the caller leaves; within a second or so is soon enough."""

    def tick(self) -> None:
        """A second has passed."""

    def leave(self) -> None:
        """The visit is over; `gone` must not be called any more."""


def capturing(capturer: Capturer, call: Call, line: Line) -> Line:
    """The line to this caller, which keeps what is answered if this is one of the calls whose words are kept."""
    call.capture = capture = capturer.begin(is_private=call.wishes is not None and call.wishes.is_private)
    return line if capture is None else CapturingLine(line, capture)


class CapturingLine:
    """Passes everything on, and keeps the answer."""

    def __init__(self, line: Line, capture: Capture) -> None:
        self._line = line
        self._capture = capture
        self.begin, self.watch, self.tick, self.leave = line.begin, line.watch, line.tick, line.leave

    def whole(self, answer: WholeAnswer, headers: Headers) -> Awaitable[None] | None:
        """Send a whole answer."""
        self._capture.add(answer.body)
        return self._line.whole(answer, headers)

    async def more(self, events: bytes) -> None:
        """Send a piece."""
        self._capture.add(events)
        await self._line.more(events)

    async def end(self, events: bytes) -> None:
        """Send the last piece."""
        self._capture.add(events)
        await self._line.end(events)
