"""Capture: prompt and answer of a call, kept while it runs, where an admin has asked for it and the caller has not
objected.

What all captures of a process hold together is bounded: a call for which there is no room is counted and not captured.
"""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_MOST_HELD = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CapturePlan:
    """Which calls are captured, and how much of each."""

    share: float
    """Of all calls, 0 to 1."""
    only_failed: bool
    most_bytes: int
    """Of the prompt, and as many of the answer."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What was said in one call that has ended."""

    call_id: str
    user_id: str
    at: int
    request: bytes
    answer: bytes
    request_bytes: int
    answer_bytes: int

    @property
    def held(self) -> int:
        """Bytes that it takes up in memory."""
        return len(self.request) + len(self.answer)


class Capturer:
    """Begins captures as planned, and holds those that have ended until somebody takes them."""

    def __init__(
        self, plan: CapturePlan, *, most_held: int = _MOST_HELD, draw: Callable[[], float] = random.random
    ) -> None:
        self.plan = plan
        self.ended: deque[Captured] = deque()
        self.held = 0
        """Bytes that captures hold or have been promised."""
        self.dropped = 0
        self.on_ended: Callable[[], None] = lambda: None
        self._most_held = most_held
        self._draw = draw

    def begin(self, *, is_private: bool) -> "Capture | None":
        """The capture of a call that begins; None when this one is not to be captured, or there is no room."""
        if is_private or self._draw() >= self.plan.share:
            return None
        if self.held + 2 * self.plan.most_bytes > self._most_held:
            self.dropped += 1
            return None
        return Capture(self, self.plan)


class Capture:
    """What is kept of one call that is under way."""

    __slots__ = ("_answer", "_answer_bytes", "_capturer", "_plan", "_promised", "_room")

    def __init__(self, capturer: Capturer, plan: CapturePlan) -> None:
        self._capturer = capturer
        self._plan = plan
        self._answer: list[bytes] = []
        self._answer_bytes = 0
        self._room = plan.most_bytes
        self._promised = 2 * plan.most_bytes
        capturer.held += self._promised

    def add(self, data: bytes) -> None:
        """More of the answer."""
        self._answer_bytes += len(data)
        if self._room and data:
            piece = data[: self._room]
            self._answer.append(piece)
            self._room -= len(piece)

    def finish(self, call_id: str, user_id: str, at: int, status: int, request: bytes) -> None:
        """The call has ended: hand over what was said, if it is one to keep."""
        self.let_go()
        if self._plan.only_failed and status < 400:
            return
        answer, most = b"".join(self._answer), self._plan.most_bytes
        captured = Captured(call_id, user_id, at, request[:most], answer, len(request), self._answer_bytes)
        self._capturer.held += captured.held
        self._capturer.ended.append(captured)
        self._capturer.on_ended()

    def let_go(self) -> None:
        """Give up what was promised."""
        self._capturer.held -= self._promised
        self._promised = 0
