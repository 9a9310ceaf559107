"""Retries: whether a failed call may be tried again, where, and after how long. Pure: the moment is an argument."""

import math
from collections import Counter

from guildhall.edge.call import Target
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.lately import Lately

_MOST_ATTEMPTS = 3
_MOST_OF_A_PRIORITY = 2
_WINDOW_SECONDS = 10.0
_SHARE = 0.2
_FREE = 10
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
_PASSING_REASONS = frozenset(
    {"dns", "refused", "unreachable", "tls", "connect_timeout", "first_byte_timeout", "dropped"}
)
_PASSING_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


class RetryBudget:
    """How many retries each model has: a fifth of its calls in the last ten seconds, and ten however quiet it is.

    Without it, a provider in trouble gets up to three times its usual calls just when it can bear them least.
    """

    def __init__(self) -> None:
        self._calls = Lately(_WINDOW_SECONDS)
        self._retries = Lately(_WINDOW_SECONDS)
        self.refused = 0
        """Retries for which nothing was left, since the process began."""

    def called(self, model: str, now: float, times: int) -> None:
        """So many calls of this model have ended."""
        self._calls.add(model, now, times)

    def take(self, model: str, now: float) -> bool:
        """Whether there is one left, which is taken."""
        if self._retries.count(model, now) >= max(_FREE, _SHARE * self._calls.count(model, now)):
            self.refused += 1
            return False
        self._retries.add(model, now)
        return True


class Tries:
    """Where one call has been tried: three times at most, and twice among the channels of one priority."""

    __slots__ = ("_made", "_of_priority", "first", "last", "only")

    def __init__(self) -> None:
        self._made = 0
        self._of_priority: Counter[int] = Counter()
        self.only: Target | None = None
        """Where, if it was tried once."""
        self.first: UpstreamFailure | None = None
        self.last: UpstreamFailure | None = None

    def made(self, target: Target, failure: UpstreamFailure) -> None:
        """It was tried there, and failed."""
        self._made += 1
        self._of_priority[target.priority] += 1
        self.only = target if self._made == 1 else None
        self.first, self.last = self.first or failure, failure

    def may_be_made(self, target: Target) -> bool:
        """Whether it may be tried there."""
        return self._made < _MOST_ATTEMPTS and self._of_priority[target.priority] < _MOST_OF_A_PRIORITY

    def again(self) -> Target | None:
        """Where to try once more when there is nowhere else: there, unless that would be in vain."""
        is_passing = self.last is not None and _is_passing(self.last)
        return self.only if is_passing else None


def pause(retries: int, draw: float) -> float:
    """Seconds to wait before the same channel is tried again, after so many retries there; `draw` is random, below 1.

    Source: Brooker, Exponential Backoff and Jitter (2015): full jitter.
    """
    return draw * min(_FIRST_PAUSE_SECONDS * math.ldexp(1, min(retries, 10)), _LONGEST_PAUSE_SECONDS)


def _is_passing(failure: UpstreamFailure) -> bool:
    """Whether it may be well in a moment."""
    return failure.reason in _PASSING_REASONS or failure.status in _PASSING_STATUSES
