"""Histogram: times in forty buckets that grow by the same share, so that hours and channels can be added up. Pure."""

from bisect import bisect_right
from collections.abc import Mapping

BUCKETS = 40
# Six buckets for each power of ten: from a millisecond to 36 minutes, below and above which is one bucket each.
BOUNDS = tuple(round(1000 * 10 ** (step / 6)) for step in range(BUCKETS - 1))
"""In microseconds; bucket `n` holds what lies from `BOUNDS[n - 1]` up to, but not at, `BOUNDS[n]`."""


def bucket_of(microseconds: int) -> int:
    """Where a time belongs."""
    return bisect_right(BOUNDS, microseconds)


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """The time, in microseconds, that `share` of what was counted did not exceed; None where nothing was.

    Within a bucket times are taken to be spread evenly, so it is off by at most the width of one bucket.
    """
    total = sum(counts.values())
    wanted, below = total * share, 0
    for bucket in sorted(counts):
        count = counts[bucket]
        if count and below + count >= wanted:
            least = BOUNDS[bucket - 1] if bucket else 0
            most = BOUNDS[min(bucket, len(BOUNDS) - 1)]
            return round(least + (most - least) * max(wanted - below, 0) / count) if most > least else least
        below += count
    return None
