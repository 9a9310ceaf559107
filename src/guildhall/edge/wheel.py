"""The wheel: one tick a second over everything that is waiting, instead of a timer for each."""

import asyncio
from typing import Protocol


class Waiting(Protocol):
    """Something with a deadline of its own."""

    def tick(self, now: float) -> None:
        """Look at the loop's clock and give up what has taken too long; must not raise and must not wait."""


class Wheel:
    """Turns while anything hangs on it; deadlines are kept to within a tick."""

    def __init__(self, *, interval: float = 1.0) -> None:
        self._interval = interval
        self._waiting: set[Waiting] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, waiting: Waiting) -> None:
        """Have `waiting` ticked until it is removed."""
        self._waiting.add(waiting)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self._turn)

    def remove(self, waiting: Waiting) -> None:
        """Stop ticking it; harmless when it is not there."""
        self._waiting.discard(waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def stop(self) -> None:
        """Turn no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for waiting in tuple(self._waiting):
            waiting.tick(now)
        self._timer = loop.call_later(self._interval, self._turn) if self._waiting else None
