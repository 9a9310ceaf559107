"""Repeats: notices an agent that goes round in circles. Pure."""

from collections.abc import Iterable

from guildhall.engines.builtin.step import Call

MOST_REPEATS = 6


class Repeats:
    """Counts how often in a row the same tool was called with the same arguments."""

    def __init__(self, before: Iterable[Call]) -> None:
        """With the calls that were made earlier in the turn."""
        self._last: object = None
        self._count = 0
        for call in before:
            self.add(call)

    def add(self, call: Call) -> bool:
        """Whether this call is one too many."""
        made = (call.name, call.arguments)
        self._count = self._count + 1 if made == self._last else 1
        self._last = made
        return self._count >= MOST_REPEATS
