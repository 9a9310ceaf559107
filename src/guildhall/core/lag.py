"""Loop lag: how late this process's event loop is, which is how long everybody in it waits."""

import asyncio
from collections import deque

_PERIOD_SECONDS = 0.5
_KEPT = 60  # measurements: the last half minute


class LoopLag:
    """Asks to be woken twice a second, and notes how late it was."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_KEPT)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to measure on the running loop."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_PERIOD_SECONDS, self._wake, loop, loop.time() + _PERIOD_SECONDS)

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def worst(self) -> float:
        """The longest delay of the last half minute, in seconds."""
        return max(self._late, default=0.0)

    def typical(self) -> float:
        """The median delay of the last half minute, in seconds."""
        ordered = sorted(self._late)
        return ordered[len(ordered) // 2] if ordered else 0.0

    def _wake(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._late.append(max(0.0, loop.time() - due))
        self._timer = loop.call_later(_PERIOD_SECONDS, self._wake, loop, loop.time() + _PERIOD_SECONDS)
