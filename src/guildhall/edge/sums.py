"""Sums: what a batch of calls adds to each minute and hour. Pure, and next to nothing for each call."""

from collections.abc import Iterable
from typing import Any, cast

from guildhall.edge.call import CallRow

MINUTE, HOUR = 60, 3600
_AT, _CHANNEL, _STATUS, _TOTAL, _INPUT, _OUTPUT = 1, 4, 8, 10, 13, 15

# period, starts, channel; calls, errors, refused, input tokens, output tokens, microseconds
SumRow = tuple[int, int, str, int, int, int, int, int, int]


def sums_of(rows: Iterable[CallRow]) -> list[SumRow]:
    """One row for each period and channel that the batch touches: mostly two."""
    minutes: dict[tuple[int, str | None], list[int]] = {}
    for row in cast("Iterable[Any]", rows):  # as it is: a cast for each figure would cost as much as the sums
        key = (row[_AT] // 60_000_000, row[_CHANNEL])
        total = minutes.get(key)
        if total is None:
            total = minutes[key] = [0, 0, 0, 0, 0, 0]
        total[0] += 1
        if row[_STATUS] >= 400:
            total[1 if row[_STATUS] >= 500 else 2] += 1
        total[3] += row[_INPUT] or 0
        total[4] += row[_OUTPUT] or 0
        total[5] += row[_TOTAL]
    hours: dict[tuple[int, str | None], list[int]] = {}
    for (minute, channel), total in minutes.items():
        hour = hours.setdefault((minute // 60, channel), [0, 0, 0, 0, 0, 0])
        hour[:] = (one + more for one, more in zip(hour, total, strict=True))
    # Always in the same order, so that two processes that add to the same rows never wait for each other in a ring.
    return sorted(
        cast("SumRow", (period, start * period, channel or "", *total))
        for period, found in ((MINUTE, minutes), (HOUR, hours))
        for (start, channel), total in found.items()
    )
