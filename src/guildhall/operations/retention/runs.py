"""A run of retention: what is older than its kind is kept goes, a few rows at a time, and the disk gets its space back.

No transaction holds the only writer for longer than a batch takes, and between two batches others have their turn.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil

import structlog

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import NotFoundError
from guildhall.core.jobs import Job, JobContext, Queue, Schedule
from guildhall.operations.retention import queries
from guildhall.operations.retention.kinds import Amount, RetentionKind
from guildhall.operations.retention.policy import RetentionPolicy

RUN = "operations.retention"
_BATCH = 200
_PAGES = 256  # a megabyte
_PAUSE_SECONDS = 0.02
_log = structlog.get_logger("guildhall.retention")


class Retention:
    """The kinds of this installation, and how long they are kept."""

    def __init__(self, db: Database, policy: Callable[[], RetentionPolicy], kinds: Sequence[RetentionKind]) -> None:
        self._db = db
        self.policy = policy
        self.kinds = {kind.name: kind for kind in kinds}
        queue = Queue("operations", concurrency=1, poll_seconds=10.0)
        self.jobs = [Job(RUN, self.run, queue)]
        self.schedules = [Schedule(RUN, RUN, "30 3 * * *")]

    def kind(self, name: str) -> RetentionKind:
        """The kind of that name. Raises `NotFoundError`."""
        if name not in self.kinds:
            raise NotFoundError("retention_kind_not_found", f"Nothing of the kind {name[:40]!r} is kept here.")
        return self.kinds[name]

    async def measure(self, name: str) -> Amount:
        """How much there is of a kind."""
        async with self._db.read() as session:
            return await self.kind(name).measure(session, None)

    async def preview(self, name: str, days: int | None, most_bytes: int | None) -> Amount:
        """What a run would remove of a kind that is kept for `days` and may take up `most_bytes`; None is no limit."""
        kind = self.kind(name)
        async with self._db.read() as session:
            too_old = Amount(0, 0, None)
            if days is not None:
                too_old = await kind.measure(session, now() - timedelta(days=days))
            too_much = (
                Amount(0, 0, None) if most_bytes is None else _over(await kind.measure(session, None), most_bytes)
            )
        return max(too_old, too_much, key=lambda amount: amount.rows)

    async def run(self, context: JobContext, *_: str) -> None:
        """Remove what is too old, as a job; running it again removes only what has become too old since."""
        policy = self.policy()
        removed: dict[str, int] = {}
        for number, (name, kind) in enumerate(self.kinds.items()):
            await context.check()
            await context.progress(number, len(self.kinds), name)
            days = policy.days_of(name)
            most_bytes = policy.most_bytes_of(name)
            if days is not None:
                removed[name] = await self._remove(context, kind, now() - timedelta(days=days))
            if most_bytes is not None:
                removed[name] = removed.get(name, 0) + await self._shrink(context, kind, most_bytes)
        freed = await self._give_space_back(context)
        await context.progress(len(self.kinds), len(self.kinds))
        await self._record(context.run.user_id, removed, freed)

    async def _shrink(self, context: JobContext, kind: RetentionKind, most_bytes: int) -> int:
        """Remove the oldest of what takes up too much; a row's size is an estimate, so that it is measured again."""
        total = 0
        while True:
            over = _over(await self.measure(kind.name), most_bytes)
            if not over.rows:
                return total
            count = await self._remove(context, kind, now(), most=over.rows)
            total += count
            if count < over.rows:
                return total

    async def _remove(
        self, context: JobContext, kind: RetentionKind, before: datetime, *, most: int | None = None
    ) -> int:
        """Remove what is older, or at most so many of the oldest of it."""
        total = 0
        while True:
            batch = _BATCH if most is None else min(_BATCH, most - total)
            async with self._db.write() as session:
                count = await kind.remove(session, before, batch)
            total += count
            if count < _BATCH:
                return total
            await context.check()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _give_space_back(self, context: JobContext) -> int:
        rounds = 0
        while True:
            async with self._db.write() as session:
                has_more = await queries.give_space_back(session, _PAGES)
            rounds += 1
            if not has_more:
                return rounds
            await context.check()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _record(self, user_id: str | None, removed: Mapping[str, int], rounds: int) -> None:
        _log.info("retention_ran", rounds=rounds, **removed)
        actor = audit.THE_HALL if user_id is None else Actor(user_id, audit.THE_HALL.address)
        async with self._db.write() as session:
            await audit.record(session, actor, "retention.ran", target="retention", after={"removed": dict(removed)})


def _over(amount: Amount, most_bytes: int) -> Amount:
    """How much of this, from the oldest on, has to go for the rest to take up no more."""
    over = amount.bytes - most_bytes
    if over <= 0 or not amount.rows:
        return Amount(0, 0, None)
    return Amount(min(amount.rows, ceil(over * amount.rows / amount.bytes)), over, amount.oldest)
