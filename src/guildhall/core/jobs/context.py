"""What a running job holds: its steps, its progress, and whether it may go on.

A step's effect and the record that it was done are committed together, and only while this run is the job's: so a step
takes effect once, however often the process is killed, and two runs of one job never write side by side.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import UnavailableError
from guildhall.core.jobs import queries
from guildhall.core.jobs.tables import JobRow

_FROZEN_SECONDS = 30.0
_PROGRESS_SECONDS = 0.25


class Interrupt(BaseException):
    """Ends a run from inside, past any `except Exception`: cancelled, taken over by another, or handed over."""

    def __init__(self, why: Literal["cancelled", "superseded", "handed_over"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Run:
    """One run of a job: which it is, and what it was asked for."""

    job_id: str
    number: int
    attempt: int
    scheduled_for: datetime | None
    user_id: str | None
    stream: str | None  # where its progress is told


class JobContext:
    """Handed to a job as its first argument. One task uses it."""

    def __init__(self, db: Database, run: Run, done: dict[str, Any]) -> None:
        self._db = db
        self.run = run
        self._done = done
        self._open: Session | None = None
        self._outside: asyncio.Task[Any] | None = None
        self._told_at = 0.0
        self._has_lost_touch = False
        self.is_stopping = False

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.run.job_id

    @property
    def scheduled_for(self) -> datetime | None:
        """The moment a schedule meant this job for."""
        return self.run.scheduled_for

    async def step(self, name: str, function: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Do `function(session, *args)` once in this job's life and give its result, which JSON can hold.

        Its effect on rows and the record that it was done commit together. Done before, it is not called: its result is
        read from the record. It must not wait for the network: that is `call`.
        """
        if name in self._done:
            return self._done[name]
        began = now()
        async with self._db.write() as session:
            await queries.release_if_stuck(session, _FROZEN_SECONDS)
            self._may_go_on(await queries.hold_job(session, self.job_id))
            self._open = session
            try:
                result = orjson.loads(orjson.dumps(await function(session, *args)))
            finally:
                self._open = None
            values = {"job_id": self.job_id, "name": name, "result": result, "run": self.run.number}
            await queries.add_step(session, {**values, "started_at": began, "ended_at": now()})
        self._done[name] = result
        return result

    async def call(
        self,
        name: str,
        function: Callable[..., Coroutine[Any, Any, Any]],
        *args: Any,
        store: Callable[[Session, Any], Awaitable[Any]] | None = None,
    ) -> Any:
        """Do `function(*args)`, which speaks to the world outside, then `store(session, its result)` as a step.

        What it does to rows happens once, in `store`. Outside, it may be asked again if the process dies before `store`
        has committed: give the far side `key(name)`, by which it can tell. It never runs in two processes at once: it
        is cut off when this one has lost touch for so long that another may take over.
        """
        if name in self._done:
            return self._done[name]
        await self.check()
        self._outside = asyncio.create_task(function(*args))
        try:
            result = await self._outside
        except asyncio.CancelledError:
            if self._has_lost_touch:
                raise UnavailableError("database_unavailable", "The worker lost touch with the database.") from None
            raise
        finally:
            self._outside = None

        async def record(session: Session) -> Any:
            return result if store is None else await store(session, result)

        return await self.step(name, record)

    def key(self, name: str) -> str:
        """The same for every try of one step, and for no other."""
        return f"{self.job_id}.{name}"

    async def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Tell how far the job has come: in its row and on its stream, a few times a second at most."""
        moment = time.monotonic()
        if done != total and moment - self._told_at < _PROGRESS_SECONDS:
            return
        self._told_at = moment
        progress = {"done": done, "total": total, "text": text[:200]}
        if self._open is not None:  # within a step, whose transaction holds the row
            await self._tell(self._open, progress)
        else:
            async with self._db.write() as session:
                await self._tell(session, progress)

    async def check(self) -> None:
        """End here if the job was cancelled, is another's now, or the process is going down; every step does it."""
        async with self._db.read() as session:
            self._may_go_on(await queries.job_by_id(session, self.job_id))

    def lose_touch(self) -> None:
        """Cut off what goes on outside: another worker may begin it at any moment."""
        if self._outside is not None:
            self._has_lost_touch = True
            self._outside.cancel()

    async def _tell(self, session: Session, progress: dict[str, Any]) -> None:
        if not await queries.set_progress(session, self.job_id, self.run.number, progress):
            raise Interrupt("superseded")
        if self.run.stream:
            await events.publish(session, self.run.stream, "job.progress", progress)

    def _may_go_on(self, row: JobRow | None) -> None:
        if row is None or row.run != self.run.number or row.state != "running":
            raise Interrupt("superseded")
        if row.cancel_requested:
            raise Interrupt("cancelled")
        if self.is_stopping:
            raise Interrupt("handed_over")
