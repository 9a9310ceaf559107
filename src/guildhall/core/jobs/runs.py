"""What runs here: takes each run that is owed, does it, and stores what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError, UnavailableError
from guildhall.core.jobs import queries
from guildhall.core.jobs.context import Interrupt, JobContext, Run
from guildhall.core.jobs.figures import JobFigures
from guildhall.core.jobs.kinds import GiveUpError, Job
from guildhall.core.jobs.tables import JobRow
from guildhall.core.jobs.transitions import Transitions, stream_of

Answer = TypeVar("Answer")
_log = structlog.get_logger("guildhall.jobs")


@dataclass(frozen=True)
class _Outcome:
    """How a run ended; `pause_seconds` is set when the job is to run again."""

    state: str
    error: dict[str, Any] | None = None
    pause_seconds: float | None = None
    costs_attempt: bool = True


class Runs:
    """The runs under way in this process."""

    def __init__(
        self,
        db: Database,
        kinds: Mapping[str, Job],
        transitions: Transitions,
        figures: JobFigures,
        executor: str,
        *,
        pause_seconds: float,
        ended: Callable[[str], None],
    ) -> None:
        """`ended` is told the queue of each run that ends; `pause_seconds` is the rest while the database is away."""
        self._db = db
        self._kinds = kinds
        self._transitions = transitions
        self._figures = figures
        self._executor = executor
        self._pause_seconds = pause_seconds
        self._ended = ended
        self._taken: dict[tuple[str, int], asyncio.Task[Any] | None] = {}  # deliveries, by job and run
        self._running: dict[tuple[str, int], tuple[JobContext, asyncio.Future[None]]] = {}

    async def deliver(self, job_id: str, run: int) -> None:
        """Run a job, if this run of it is owed; called by the engine."""
        if (job_id, run) in self._taken:
            return
        self._taken[job_id, run] = asyncio.current_task()
        try:
            await self._make(job_id, run)
        finally:
            del self._taken[job_id, run]

    @property
    def taken(self) -> set[tuple[str, int]]:
        """The jobs, with their runs, that are being begun, run or ended here."""
        return set(self._taken)

    def ask_to_stop(self) -> None:
        """Have every job end at its next step."""
        for context, _ in self._running.values():
            context.is_stopping = True

    def lose_touch(self) -> None:
        """Cut off what steps do outside: other workers may begin it at any moment."""
        for context, _ in self._running.values():
            context.lose_touch()

    def drop_all_but(self, mine: Mapping[str, int]) -> None:
        """End the runs that are not among these, by job: they are somebody else's now."""
        for (job_id, run), (_, task) in tuple(self._running.items()):
            if mine.get(job_id) != run:
                _log.warning("job_superseded", job_id=job_id)
                task.cancel()

    async def stop(self, seconds: float) -> None:
        """Wait for what runs, twice so long at most: the second time it has been cut off."""
        await self._until_idle(seconds)
        for _, task in tuple(self._running.values()):
            task.cancel()
        await self._until_idle(seconds)

    async def _until_idle(self, seconds: float) -> None:
        taken = [task for task in self._taken.values() if task]
        if taken:
            await asyncio.wait(taken, timeout=seconds)

    async def _make(self, job_id: str, run: int) -> None:
        async def begin(session: Session) -> tuple[JobRow, dict[str, Any]] | None:
            row = await queries.begin_job(session, job_id, run, self._executor, now())
            if row is None:
                return None
            return row, {step.name: step.result for step in await queries.steps_of(session, job_id)}

        found = await self.patiently(begin)
        if found is None:
            return
        row, done = found
        structlog.contextvars.bind_contextvars(job=row.name, job_id=row.id)
        kind = self._kinds.get(row.name)
        stream = stream_of(row.id) if kind is None or kind.is_told else None
        context = JobContext(self._db, Run(row.id, run, row.attempts, row.scheduled_for, row.user_id, stream), done)
        began = time.monotonic()
        outcome = await self._run(kind, row, context)
        if outcome is None:
            return
        state = await self.patiently(lambda session: self._end(session, row, run, outcome))
        self._figures.ended(row, state, time.monotonic() - began)
        self._ended(row.queue)

    async def _run(self, kind: Job | None, row: JobRow, context: JobContext) -> _Outcome | None:
        """What became of a run; None when it is somebody else's now."""
        if kind is None:
            return _Outcome("failed", {"code": "job_unknown", "message": "This version has no such job."})
        task = asyncio.ensure_future(kind.run(context, *row.args))
        self._running[row.id, row.run] = (context, task)
        try:
            await task
        except Interrupt as interrupt:
            return self._interrupted(interrupt, row)
        except asyncio.CancelledError:  # this process ends
            return _Outcome("queued", pause_seconds=0, costs_attempt=False)
        except UnavailableError as error:
            if error.code.startswith("database_") or error.code == "disk_full":  # nothing is wrong with the job
                _log.warning("job_waits", reason=error.message)
                return _Outcome("queued", pause_seconds=self._pause_seconds, costs_attempt=False)
            return self._failed(kind, row, error)
        except Exception as error:  # noqa: BLE001 - whatever a job does, the worker goes on
            return self._failed(kind, row, error)
        finally:
            self._running.pop((row.id, row.run), None)
        return _Outcome("succeeded")

    def _interrupted(self, interrupt: Interrupt, row: JobRow) -> _Outcome | None:
        if interrupt.why == "superseded":
            _log.warning("job_superseded", run=row.run)
            return None
        if interrupt.why == "cancelled":
            return _Outcome("cancelled")
        return _Outcome("queued", pause_seconds=0, costs_attempt=False)

    def _failed(self, kind: Job, row: JobRow, error: Exception) -> _Outcome:
        """Try again after a rest, unless that is of no use."""
        _log.error("job_failed", attempt=row.attempts, exc_info=error)
        words = {"code": error.code, "message": error.message} if isinstance(error, AppError) else _unexpected(error)
        if isinstance(error, GiveUpError) or row.attempts >= kind.retries.attempts:
            return _Outcome("failed", words)
        return _Outcome("queued", words, pause_seconds=kind.retries.pause(row.attempts))

    async def _end(self, session: Session, row: JobRow, run: int, outcome: _Outcome) -> str:
        """Store what became of a run, if it is still the job's; gives the state as counted."""
        held = await queries.hold_job(session, row.id)
        if held is None or held.run != run or held.state != "running":
            _log.warning("job_superseded", run=run)
            return "superseded"
        kind = self._kinds.get(held.name)
        was_stopped = held.cancel_requested and (outcome.pause_seconds is not None or (kind and kind.stop))
        if was_stopped:
            await self._transitions.end(session, held, "cancelled")
            return "cancelled"
        if outcome.pause_seconds is None:
            await self._transitions.end(session, held, outcome.state, outcome.error)
            return outcome.state
        attempts = held.attempts - (not outcome.costs_attempt)
        error = outcome.error if outcome.costs_attempt else held.error
        await self._transitions.again(
            session, held, pause_seconds=outcome.pause_seconds, attempts=attempts, error=error
        )
        return "retried" if outcome.costs_attempt else "handed_over"

    async def patiently(self, work: Callable[[Session], Awaitable[Answer]]) -> Answer:
        """Do `work` in a transaction; while the database is away, wait for it."""
        while True:
            try:
                async with self._db.write() as session:
                    return await work(session)
            except UnavailableError as error:
                _log.warning("job_waits", reason=error.message)
            await asyncio.sleep(self._pause_seconds)


def _unexpected(error: Exception) -> dict[str, Any]:
    """What people may read of a failure nobody foresaw; its words, which may hold anything, stay in the log."""
    return {"code": "internal_error", "message": f"{type(error).__name__}: the server's log says more."}
