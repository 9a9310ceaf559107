"""Limits: how often something may happen, decided by GCRA, exact under concurrency, in memory or shared through Redis.

Each subject (an address, an account, a key…) costs one number: the theoretical arrival time of its next request. A
request is let through when that time is at most a burst ahead of now. Several subjects are decided together: either all
of them are charged or none is.

Source: ITU-T I.371, generic cell rate algorithm (virtual scheduling form).
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guildhall.core.errors import RateLimitedError

_SUBJECTS = 200_000
TOLERANCE = 1e-6


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
    """`waits` and `left` are in the order of the charges: seconds until each could pass, and what each has left now."""

    waits: tuple[float, ...]
    left: tuple[int, ...]

    @property
    def wait_seconds(self) -> float:
        """0 when the request goes through."""
        longest = max(self.waits, default=0.0)
        return longest if longest > TOLERANCE else 0.0

    @property
    def remaining(self) -> int:
        """What the tightest subject has left; nothing for who has to wait."""
        return 0 if self.wait_seconds else max(0, min(self.left, default=0))

    @property
    def is_allowed(self) -> bool:
        return self.wait_seconds == 0


class Limiter(Protocol):
    """Decides; one of them serves a process."""

    async def take(self, charges: Sequence[Charge]) -> Decision:
        """Charge every subject, or none of them if one has to wait."""

    async def settle(self, charges: Sequence[Charge]) -> None:
        """Charge every subject, whether it has that much left or not: what has happened already."""

    async def stop(self) -> None:
        """Let go of what it holds."""


class MemoryLimiter:
    """Decides for one process. Subjects not heard of for longest are forgotten beyond 200,000."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()

    async def take(self, charges: Sequence[Charge]) -> Decision:
        return self._decide(charges, is_settling=False)

    async def settle(self, charges: Sequence[Charge]) -> None:
        self._decide(charges, is_settling=True)

    def _decide(self, charges: Sequence[Charge], *, is_settling: bool) -> Decision:
        now = self._clock()
        waits, left, after = [], [], {}
        for charge in charges:
            # Never further ahead than a burst: a limit that was lowered meanwhile must not shut anybody out for longer.
            known = min(self._arrivals.get(charge.subject, now), now + charge.limit.seconds)
            arrival = max(known, now) + charge.limit.interval * charge.cost
            waits.append(max(0.0, arrival - charge.limit.seconds - now))
            left.append(int((charge.limit.seconds - (arrival - now)) / charge.limit.interval + 1e-9))
            after[charge.subject] = arrival
        decision = Decision(tuple(waits), tuple(left))
        if decision.is_allowed or is_settling:
            self._write(after)
        return decision

    def _write(self, arrivals: Mapping[str, float]) -> None:
        for subject, arrival in arrivals.items():
            self._arrivals[subject] = arrival
            self._arrivals.move_to_end(subject)
        while len(self._arrivals) > _SUBJECTS:
            self._arrivals.popitem(last=False)

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
