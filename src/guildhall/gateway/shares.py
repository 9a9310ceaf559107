"""Shares: once an hour is over, its calls are added up for each model, channel, user and key, for statistics to read.

Calls that are stored later than that take their hour's shares back; the next run makes them again. Until then, and for
the hours that are not over, statistics read `call_stats`: their answers are the same at any moment.
"""

import asyncio
from collections.abc import Iterable

from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.jobs import Job, JobContext, Queue, Schedule
from guildhall.edge.tally import HOUR
from guildhall.gateway import share_queries as queries

RUN = "gateway.shares"
# Calls are stored within seconds. Between the two moments nobody makes shares and nobody takes them back.
_LATE_SECONDS = 600
_SETTLED_SECONDS = 900
_PAUSE_SECONDS = 0.01


class Shares:
    """Makes the shares of one hall, as a job."""

    def __init__(self, db: Database) -> None:
        self._db = db
        queue = Queue("gateway-shares", concurrency=1, poll_seconds=30.0, in_all=1)
        self.jobs = [Job(RUN, self.run, queue)]
        self.schedules = [Schedule(RUN, RUN, "20 * * * *")]

    async def run(self, context: JobContext, *_: str) -> None:
        """Make what is missing, an hour at a time."""
        while await self.make_next():
            await context.check()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def make_next(self) -> bool:
        """Make the shares of one more hour, those that were taken back first; whether there was one."""
        end = settled_before(int(now().timestamp()))
        async with self._db.write() as session:
            stale = await queries.stale(session, since=0, until=end)
            last = None if stale else await queries.last_current(session)
            hour = stale[0] if stale else await queries.next_hour(session, last)
            if hour is None or hour >= end:
                if last is None or last < end - HOUR:
                    await queries.mark(session, end - HOUR, current=True)
                return False
            await queries.mark(session, hour, current=True)
            await queries.forget(session, [hour])
            await queries.make(session, hour)
            await queries.trim_marks(session, hour)
        return True


def settled_before(moment: int) -> int:
    """The first hour that may still get calls in the ordinary way."""
    settled = moment - _SETTLED_SECONDS
    return settled - settled % HOUR


async def take_back(session: Session, hours: Iterable[int], moment: int) -> None:
    """Calls of these hours are about to be stored: the shares of hours long over are not current any more."""
    late = sorted({hour for hour in hours if hour + HOUR + _LATE_SECONDS < moment})
    for hour in late:
        await queries.mark(session, hour, current=False)
    if late:
        await queries.forget(session, late)
