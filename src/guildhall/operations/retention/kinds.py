"""Kinds: what can be kept for some time only, how much of it there is, and how a little of it is removed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from guildhall.core.db import Session


@dataclass(frozen=True)
class Amount:
    """How much there is: rows, what they take up (estimated from a sample), and the time of the oldest."""

    rows: int
    bytes: int
    oldest: datetime | None


@dataclass(frozen=True)
class RetentionKind:
    """Rows that go when they are old enough.

    `measure(session, before)` counts those older than `before`, or all of them when it is None. `remove(session,
    before, limit)` removes at most `limit` of the oldest and says how many; it is called until that is less.
    """

    name: str
    measure: Callable[[Session, datetime | None], Awaitable[Amount]]
    remove: Callable[[Session, datetime, int], Awaitable[int]]


def together(name: str, *kinds: RetentionKind) -> RetentionKind:
    """Kinds that are kept as long as each other, as one."""

    async def measure(session: Session, before: datetime | None) -> Amount:
        amounts = [await kind.measure(session, before) for kind in kinds]
        oldest = [amount.oldest for amount in amounts if amount.oldest is not None]
        rows, size = sum(amount.rows for amount in amounts), sum(amount.bytes for amount in amounts)
        return Amount(rows, size, min(oldest, default=None))

    async def remove(session: Session, before: datetime, limit: int) -> int:
        removed = 0
        for kind in kinds:
            removed += await kind.remove(session, before, limit - removed)
            if removed == limit:
                break
        return removed

    return RetentionKind(name, measure, remove)
