"""Limits: how often something may happen, decided by GCRA, exact under concurrency, in memory or shared through Redis.

Each subject (an address, an account, a key…) costs one number: the theoretical arrival time of its next request. A
request is let through when that time is at most a burst ahead of now. Several subjects are decided together: either all
of them are charged or none is.

Source: ITU-T I.371, generic cell rate algorithm (virtual scheduling form).
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from guildhall.core.errors import RateLimitedError

_SUBJECTS = 200_000
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` in `seconds`, all of them at once if need be."""

    count: int
    seconds: float

    @property
    def interval(self) -> float:
        """Seconds that one request costs."""
        return self.seconds / self.count


@dataclass(frozen=True, slots=True)
class Charge:
    """What one subject is charged under its limit; a cost below nothing gives back."""

    subject: str
    limit: Limit
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """`wait_seconds` is 0 when the request goes through; `remaining` is what the tightest subject has left now."""

    wait_seconds: float
    remaining: int

    @property
    def is_allowed(self) -> bool:
        return self.wait_seconds == 0


class Limiter(Protocol):
    """Decides; one of them serves a process."""

    async def take(self, charges: Sequence[Charge]) -> Decision:
        """Charge every subject, or none of them if one has to wait."""

    async def stop(self) -> None:
        """Let go of what it holds."""


class MemoryLimiter:
    """Decides for one process. Subjects not heard of for longest are forgotten beyond 200,000."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()

    async def take(self, charges: Sequence[Charge]) -> Decision:
        now = self._clock()
        wait, remaining, after = 0.0, 0, {}
        for index, charge in enumerate(charges):
            # Never further ahead than a burst: a limit that was lowered meanwhile must not shut anybody out for longer.
            known = min(self._arrivals.get(charge.subject, now), now + charge.limit.seconds)
            arrival = max(known, now) + charge.limit.interval * charge.cost
            wait = max(wait, arrival - charge.limit.seconds - now)
            left = int((charge.limit.seconds - (arrival - now)) / charge.limit.interval + 1e-9)
            remaining = left if index == 0 else min(remaining, left)
            after[charge.subject] = arrival
        if wait > _TOLERANCE:
            return Decision(wait, 0)
        for subject, arrival in after.items():
            self._arrivals[subject] = arrival
            self._arrivals.move_to_end(subject)
        while len(self._arrivals) > _SUBJECTS:
            self._arrivals.popitem(last=False)
        return Decision(0, max(0, remaining))

    async def stop(self) -> None:
        """Nothing is held."""


async def enforce(limiter: Limiter, *charges: Charge) -> None:
    """Charge every subject, or raise `RateLimitedError` with the seconds to wait."""
    decision = await limiter.take(charges)
    if not decision.is_allowed:
        raise too_many(decision.wait_seconds)


async def give_back(limiter: Limiter, *charges: Charge) -> None:
    """Undo charges that turned out not to count."""
    await limiter.take([Charge(charge.subject, charge.limit, -charge.cost) for charge in charges])


def too_many(wait_seconds: float) -> RateLimitedError:
    """The answer to whoever must wait this long."""
    seconds = max(1, math.ceil(wait_seconds))
    error = RateLimitedError(
        "rate_limit_exceeded", "Too many requests; wait a little and try again.", retry_after_seconds=seconds
    )
    error.headers["retry-after"] = str(seconds)
    return error
