"""Tally: what a batch of calls adds to the sums of minutes and hours and to the statistics. Pure; one pass for all.

Calls of one minute, user, key, channel and model form a group; a batch has few of them, and all else is added up from
groups. Rows of sums always come in the same order, so that two processes that add to the same rows never wait for each
other in a ring.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable
from typing import Any, cast

from guildhall.edge.call import CallRow
from guildhall.edge.histogram import BOUNDS

MINUTE, HOUR = 60, 3600
_MINUTE_US = MINUTE * 1_000_000
_AT, _KEY, _USER, _CHANNEL, _MODEL, _STATUS, _TOTAL, _TTFT = 1, 2, 3, 4, 5, 8, 10, 11
_INPUT, _CACHED, _OUTPUT, _REASONING, _COST = 13, 14, 15, 16, 23
# What is summed of a group, in this order.
_CALLS, _ERRORS, _REFUSED, _IN, _CACHE, _OUT, _THOUGHT, _NANO, _UNPRICED, _US = range(10)

# period, starts, channel; calls, errors, refused, input tokens, output tokens, microseconds, cost, unpriced
SumRow = tuple[int, int, str, int, int, int, int, int, int, int, int]
# hour, user, key, channel, model; calls, errors, refused, input, cached, output and reasoning tokens, cost, unpriced,
# microseconds
StatRow = tuple[int, str, str, str, str, int, int, int, int, int, int, int, int, int, int]
# hour, channel, model, measure, bucket; calls
TimeRow = tuple[int, str, str, str, int, int]

_Group = tuple[int, str, str, str, str]  # minute since 1970, user, key, channel, model
_IN_SUMS = (_CALLS, _ERRORS, _REFUSED, _IN, _OUT, _US, _NANO, _UNPRICED)


class Tally:
    """A batch of calls, added up."""

    def __init__(self, rows: Iterable[CallRow], known: Container[str] = ()) -> None:
        """Models that are neither `known` nor led to a channel are one empty name: anybody can make up many."""
        self._totals: dict[_Group, list[int]] = {}
        self._times: dict[_Group, tuple[Counter[int], Counter[int]]] = {}
        totals, times = self._totals, self._times
        for row in cast("Iterable[Any]", rows):  # as it is: a cast for each figure would cost as much as the sums
            channel, model, status = row[_CHANNEL], row[_MODEL], row[_STATUS]
            if channel is None and model not in known:
                model = ""
            key = (row[_AT] // _MINUTE_US, row[_USER] or "", row[_KEY] or "", channel or "", model)
            total = totals.get(key)
            if total is None:
                total = totals[key] = [0] * 10
                times[key] = Counter(), Counter()
            total[_CALLS] += 1
            total[_US] += row[_TOTAL]
            if status >= 400:
                total[_ERRORS if status >= 500 else _REFUSED] += 1
            elif channel is not None:
                taken, first = times[key]
                taken[bisect_right(BOUNDS, row[_TOTAL])] += 1
                if row[_TTFT] is not None:
                    first[bisect_right(BOUNDS, row[_TTFT])] += 1
            if row[_INPUT] is not None:
                total[_IN] += row[_INPUT]
                total[_CACHE] += row[_CACHED]
                total[_OUT] += row[_OUTPUT]
                total[_THOUGHT] += row[_REASONING]
            cost = row[_COST]
            if cost is not None:
                total[_NANO] += cost
            elif row[_INPUT] or row[_OUTPUT]:
                total[_UNPRICED] += 1

    def sums(self) -> list[SumRow]:
        """One row for each minute and hour, and channel."""
        minutes = self._by(lambda group: (MINUTE, group[0] * MINUTE, group[3]))
        hours = self._by(lambda group: (HOUR, group[0] // 60 * HOUR, group[3]))
        return sorted(
            cast("SumRow", (*place, *(total[figure] for figure in _IN_SUMS)))
            for place, total in (minutes | hours).items()
        )

    def stats(self) -> list[StatRow]:
        """One row for each hour, user, key, channel and model."""
        found = self._by(lambda group: (group[0] // 60 * HOUR, *group[1:]))
        return sorted(cast("StatRow", (*place, *total)) for place, total in found.items())

    def times(self) -> list[TimeRow]:
        """How long the calls took that were answered, and how long until their first token."""
        found: Counter[tuple[Any, ...]] = Counter()
        for group, measured in self._times.items():
            place = (group[0] // 60 * HOUR, group[3], group[4])
            for measure, counts in zip(("total", "ttft"), measured, strict=True):
                for bucket, calls in counts.items():
                    found[(*place, measure, bucket)] += calls
        return sorted(cast("TimeRow", (*place, calls)) for place, calls in found.items())

    def _by(self, place_of: Callable[[_Group], tuple[Any, ...]]) -> dict[tuple[Any, ...], list[int]]:
        """The groups' figures added up by place."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for group, total in self._totals.items():
            before = found.setdefault(place_of(group), [0] * 10)
            before[:] = (one + more for one, more in zip(before, total, strict=True))
        return found
