"""Outcomes: what calls that have ended say of models and channels, learnt from their rows, batch by batch.

Counting while a call goes on would cost every call; a quarter of a second later is soon enough.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from guildhall.edge.call import AttemptRow, CallRow
from guildhall.edge.retries import RetryBudget
from guildhall.gateway.circuits import Circuits
from guildhall.gateway.paces import Paces

_outcome = itemgetter(4, 5, 8)  # channel, model, status
_OF_ONE_MODEL = frozenset({404, 405, 429})  # of a channel they say nothing
_SAY_NOTHING = frozenset({429, 499})  # the provider's limit, or ours; the caller went away


class Outcomes:
    """Tells the retry budget, the circuits and the paces of this process."""

    def __init__(
        self, budget: RetryBudget, circuits: Circuits, paces: Paces, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._budget = budget
        self._circuits = circuits
        self._paces = paces
        self._clock = clock

    def learn(self, rows: Sequence[CallRow], failures: Mapping[str, Sequence[AttemptRow]]) -> None:
        """Take these calls into account, with the `failures` by the call's id."""
        now = self._clock()
        self._paces.learn(rows)
        for (channel_id, model, status), times in Counter(map(_outcome, rows)).items():
            if channel_id is None:
                continue  # it came to no channel: anybody can make up names of models
            self._budget.called(model, now, times)
            if status < 500 and status not in _SAY_NOTHING:
                self._circuits.answered(channel_id, times)
        if failures:
            attempts = (attempt for row in rows for attempt in failures.get(str(row[0]), ()))
            failed = Counter(attempt[2] for attempt in attempts if attempt[6] not in _OF_ONE_MODEL)
            for channel_id, times in failed.items():
                self._circuits.was_failing(channel_id, times)
