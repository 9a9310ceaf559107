"""Lately: how often things have happened in the last seconds, by name. Pure: the moment is an argument."""

from collections import Counter, deque

_SLOTS = 10


class Lately:
    """Counts in ten slots of time; the oldest is forgotten as a whole, so what is counted is never older."""

    __slots__ = ("_seconds_a_slot", "_slots")

    def __init__(self, seconds: float) -> None:
        self._seconds_a_slot = seconds / _SLOTS
        self._slots: deque[tuple[int, Counter[str]]] = deque()

    def add(self, name: str, now: float, times: int = 1) -> None:
        """It has happened; `now` are seconds of a clock that never goes back."""
        slot = self._current(now)
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append((slot, Counter()))
        self._slots[-1][1][name] += times

    def count(self, name: str, now: float) -> int:
        """How often it has happened."""
        self._current(now)
        return sum(counts[name] for _, counts in self._slots)

    def forget(self, name: str) -> None:
        """As if it had never happened."""
        for _, counts in self._slots:
            counts.pop(name, None)

    def _current(self, now: float) -> int:
        slot = int(now / self._seconds_a_slot)
        while self._slots and self._slots[0][0] <= slot - _SLOTS:
            self._slots.popleft()
        return slot
