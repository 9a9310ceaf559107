"""The jobs of one process: enqueue anywhere, run where `runs_here`, look and intervene."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Database, Session
from guildhall.core.errors import UnavailableError
from guildhall.core.jobs import queries
from guildhall.core.jobs.context import JobContext
from guildhall.core.jobs.engine import Engine
from guildhall.core.jobs.figures import JobFigures
from guildhall.core.jobs.janitor import Janitor
from guildhall.core.jobs.kinds import Job, Queue, Schedule
from guildhall.core.jobs.runs import Runs
from guildhall.core.jobs.schedules import Schedules
from guildhall.core.jobs.transitions import BELL, STREAMS, Order, Transitions
from guildhall.core.metrics import Metrics
from guildhall.core.settings import Settings
from guildhall.core.tasks import end

_TIDY = "jobs.tidy"
_KEPT = timedelta(days=1)  # how long the engine's records stay, for those who look into it
_log = structlog.get_logger("guildhall.jobs")


@dataclass(frozen=True)
class Pace:
    """How often a worker says that it lives, after what silence others take over, and how patient each is."""

    beat_seconds: float = 2.0
    silent_seconds: float = 10.0
    sweep_seconds: float = 30.0
    pause_seconds: float = 2.0  # while the database is away
    schedule_seconds: float = 5.0  # at most, between two looks at the schedules
    hand_over_seconds: float = 2.0


class Jobs:
    """Durable jobs. `transitions` and `schedules` are for those who look after them."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        bus: Bus,
        jobs: Iterable[Job],
        schedules: Iterable[Schedule] = (),
        *,
        runs_here: bool,
        metrics: Metrics | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._is_shared = not settings.is_embedded
        self._executor = settings.executor_id
        self._db, self._bus, self._runs_here = db, bus, runs_here
        self._pace = pace or Pace()
        tidy = Job(_TIDY, self._tidy, Queue("house", concurrency=1, poll_seconds=5.0))
        self.kinds = {job.name: job for job in [*jobs, tidy]}
        self.queues = {job.queue.name: job.queue for job in self.kinds.values()}
        self.figures = JobFigures(metrics or Metrics(), self.queues)
        self._engine = Engine(settings, self.queues.values())
        self.transitions = Transitions(self._engine, self.kinds)
        self.schedules = Schedules(db, [*schedules, Schedule(_TIDY, _TIDY, "50 3 * * *")], self.transitions)
        self._janitor = Janitor(
            db, self._engine, self.transitions, self._executor, silent_seconds=self._pace.silent_seconds
        )
        self._runs = Runs(
            db,
            self.kinds,
            self.transitions,
            self.figures,
            self._executor,
            pause_seconds=self._pace.pause_seconds,
            ended=self._ended,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._measured_at = -math.inf

    async def enqueue(
        self,
        session: Session,
        name: str,
        *args: str,
        delay_seconds: float = 0,
        key: str | None = None,
        user_id: str | None = None,
    ) -> str:
        """Have job `name` run with `args` once this transaction has committed; gives its id.

        With a `key` that a stored job has, no second job is made, and that job's id is given.
        """
        return await self.transitions.add(session, name, args, Order(delay_seconds, key, user_id))

    async def start(self) -> None:
        """Be able to enqueue; and, if this process works, take up what a crash left and begin to work."""
        await self._engine.connect()
        if not self._runs_here:
            return
        if self._is_shared:
            await self._janitor.beat()  # known before it takes work, so that its work is found if it dies
        await self._requeue_own()  # an earlier process of this name is gone
        await self.schedules.begin()
        self._bells = self._bus.listening(BELL, self._heard)
        self._bells.__enter__()
        self._engine.launch(self._runs.deliver, self._adopt, self.kinds)
        self._tasks = [asyncio.create_task(self._keep()), asyncio.create_task(self._tick())]

    async def ping(self) -> None:
        """Raise `UnavailableError` unless jobs can be handed in and, where this process works, are taken."""
        if not self._engine.is_well():
            raise UnavailableError("jobs_unavailable", "The job engine does not run.")

    def pause(self) -> None:
        """Take no more jobs; those that run end at their next step and go on elsewhere, or after the next start."""
        self._engine.pause()
        self._runs.ask_to_stop()

    async def stop(self) -> None:
        """End the engine; jobs that still run are handed over."""
        self.pause()
        await end(*self._tasks)
        if self._tasks:
            self._bells.__exit__(None, None, None)
        await self._runs.stop(self._pace.hand_over_seconds)
        await self._engine.stop()

    async def measure(self) -> None:
        """Bring the gauges of this process's metrics up to date, every few seconds at most; while the database is
        away they stay as they were."""
        moment = time.monotonic()
        if moment - self._measured_at < self._pace.beat_seconds:
            return
        self._measured_at = moment
        with contextlib.suppress(UnavailableError):
            async with self._db.read() as session:
                await self.figures.refresh(session)

    async def tidy(self, before: datetime) -> None:
        """Delete what nothing needs: the engine's records of deliveries made before, streams of jobs that are gone."""
        await self._engine.forget(before.isoformat())
        async with self._db.write() as session:
            await queries.drop_streams_without_job(session, STREAMS)

    async def _tidy(self, _context: JobContext, *_: str) -> None:
        await self.tidy(now() - _KEPT)

    async def _adopt(self, engine_id: str, name: str, args: tuple[str, ...]) -> None:
        """Store a job that an older release handed to the engine by name."""
        job_id = engine_id.replace("-", "")[:32]

        async def add(session: Session) -> None:
            if await queries.job_by_id(session, job_id) is None:
                await self.transitions.add(session, name, args, Order(job_id=job_id))

        await self._runs.patiently(add)

    def _ended(self, queue: str) -> None:
        """Something else may begin, once the engine has counted this run out."""
        asyncio.get_running_loop().call_later(0.05, self._engine.ring, queue)

    def _heard(self, event: LoggedEvent | None) -> None:
        for queue in [event.body["queue"]] if event else list(self.queues):
            self._engine.ring(queue)

    async def _keep(self) -> None:
        """Beat, look after silent workers, and find jobs that this process lost."""
        suspects: dict[str, int] = {}
        swept_at = time.monotonic()
        while True:
            await asyncio.sleep(self._pace.beat_seconds)
            try:
                if self._is_shared:
                    await self._beat()
                if time.monotonic() - swept_at > self._pace.sweep_seconds:
                    swept_at = time.monotonic()
                    suspects = await self._sweep(suspects)
            except Exception as error:  # noqa: BLE001 - the janitor outlives every failure of the database
                _log.warning("janitor_failed", error=str(error))
                if self._is_shared and self._janitor.may_be_presumed_dead:
                    self._runs.lose_touch()

    async def _beat(self) -> None:
        if not await self._janitor.beat():
            await self._drop_lost()
        await self._janitor.take_over()

    async def _drop_lost(self) -> None:
        """Others took this worker for dead: end what is theirs now."""
        async with self._db.read() as session:
            mine = await queries.running_of(session, self._executor)
        self._runs.drop_all_but(mine)

    async def _sweep(self, suspects: dict[str, int]) -> dict[str, int]:
        """Take up jobs that say they run here and do not, in two looks in a row; gives the new suspects.

        And those that wait although the engine has nothing to deliver: belt and braces, should it lose one.
        """
        async with self._db.read() as session:
            mine = await queries.running_of(session, self._executor)
            overdue = await queries.overdue(session, now() - timedelta(seconds=self._pace.sweep_seconds))
        lost = {job_id: run for job_id, run in mine.items() if (job_id, run) not in self._runs.taken}
        found = {job_id: run for job_id, run in lost.items() if suspects.get(job_id) == run}
        for job_id, run in {**found, **await self._engine.lost(overdue)}.items():
            async with self._db.write() as session:
                row = await queries.hold_job(session, job_id)
                if row is not None and row.state in queries.OPEN and row.run == run:
                    _log.warning("job_found", job_id=job_id, state=row.state)
                    await self.transitions.take_over(session, row)
        return lost

    async def _requeue_own(self) -> None:
        async with self._db.write() as session:
            for row in await queries.orphans(session, self._executor):
                _log.warning("job_taken_up", job_id=row.id, job=row.name)
                await self.transitions.take_over(session, row)

    async def _tick(self) -> None:
        """Fire what is due by the clock."""
        while True:
            following = None
            try:
                following = await self.schedules.fire(now())
            except Conflict:
                pass  # another process fired it at this moment
            except Exception as error:  # noqa: BLE001 - schedules outlive every failure of the database
                _log.warning("schedules_failed", error=str(error))
            rest = (following - now()).total_seconds() if following else self._pace.schedule_seconds
            await asyncio.sleep(min(max(rest, 0.05), self._pace.schedule_seconds))
