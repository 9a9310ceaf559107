"""Paces: how soon a model at a channel lately began to answer, learnt from the rows of streamed calls.

An exponentially weighted mean: a batch counts by how many calls it holds, and a few dozen calls replace what was.
"""

from collections.abc import Sequence

from guildhall.edge.call import CallRow, Target

_CHANNEL, _STREAM, _TTFT, _UPSTREAM_MODEL = 4, 7, 11, 24  # in a row
_WEIGHT = 0.1  # of one call
_MOST = 10_000


class Paces:
    """The mean time to the first token, by channel and the provider's name of the model."""

    def __init__(self) -> None:
        self._microseconds: dict[tuple[object, object], float] = {}

    def learn(self, rows: Sequence[CallRow]) -> None:
        """Take these calls into account; only streams say when an answer began."""
        for row in rows:
            if row[_STREAM] and isinstance(first := row[_TTFT], int):
                place = row[_CHANNEL], row[_UPSTREAM_MODEL]
                before = self._microseconds.pop(place, float(first))  # what is used last comes last
                self._microseconds[place] = before + _WEIGHT * (first - before)
        while len(self._microseconds) > _MOST:
            del self._microseconds[next(iter(self._microseconds))]

    def of(self, target: Target) -> float:
        """Microseconds to the first token there; 0 while nothing is known."""
        known = self._microseconds
        return known.get((target.channel_id, target.model), 0.0) if known else 0.0
