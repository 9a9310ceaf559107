"""How a job goes from state to state, each in one transaction: queued, running, then succeeded, failed or cancelled.

A job's row is held while it changes, and each delivery carries the number of its run: a worker that was too slow finds
that its run is not the job's any more and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from guildhall.core import events
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session, after_commit
from guildhall.core.errors import ConflictError, NotFoundError, UnavailableError
from guildhall.core.ids import new_id
from guildhall.core.jobs import queries
from guildhall.core.jobs.engine import Engine
from guildhall.core.jobs.kinds import Hook, Job
from guildhall.core.jobs.tables import JobRow

Verdict = Literal["resolved", "ignored"]
BELL = "jobs.bell"
STREAMS = "job."
_MOST_RUNS = 100  # a job that ends its process each time must not do so for ever
_log = structlog.get_logger("guildhall.jobs")
_ENDED = ("succeeded", "failed", "cancelled")


def stream_of(job_id: str) -> str:
    """Where a job's progress and end are told."""
    return f"{STREAMS}{job_id}"


@dataclass(frozen=True)
class Order:
    """What is wanted of a new job beside its name and arguments."""

    delay_seconds: float = 0
    key: str | None = None  # a second job with the same key is not made
    user_id: str | None = None
    schedule: str | None = None
    scheduled_for: datetime | None = None
    job_id: str | None = None


class Transitions:
    """Changes of state in the caller's transaction."""

    def __init__(self, engine: Engine, kinds: Mapping[str, Job]) -> None:
        self._engine = engine
        self._kinds = kinds

    async def add(self, session: Session, name: str, args: tuple[str, ...], order: Order) -> str:
        """Store a job and have it run once this has committed; gives its id."""
        known = await queries.job_by_key(session, order.key) if order.key else None
        if known:
            return known
        moment = now()
        job_id, kind = order.job_id or new_id("job"), self._kinds[name]
        values = {
            "id": job_id,
            "name": name,
            "queue": kind.queue.name,
            "args": list(args),
            "state": "queued",
            "run": 1,
            "attempts": 0,
            "cancel_requested": False,
            "key": order.key,
            "schedule": order.schedule,
            "scheduled_for": order.scheduled_for,
            "user_id": order.user_id,
            "created_at": moment,
            "due_at": moment + timedelta(seconds=order.delay_seconds),
        }
        try:
            async with session.begin_nested():
                await queries.add_job(session, values)
        except Conflict:
            known = await queries.job_by_key(session, order.key) if order.key else None
            if known is None:
                raise
            return known
        await self._hand_in(session, kind.queue.name, job_id, 1, order.delay_seconds)
        return job_id

    async def again(self, session: Session, row: JobRow, *, pause_seconds: float = 0, **values: Any) -> None:
        """Have a held job run once more, under the next number."""
        due_at, run = now() + timedelta(seconds=pause_seconds), row.run + 1
        changes = {"state": "queued", "run": run, "executor": None, "due_at": due_at, **values}
        await queries.change_job(session, row.id, changes)
        await self._hand_in(session, row.queue, row.id, run, pause_seconds)

    async def take_over(self, session: Session, row: JobRow) -> None:
        """Give a held job, whose worker is gone, to another; that costs it no attempt."""
        if row.cancel_requested:
            await self.end(session, row, "cancelled")
        elif row.run >= _MOST_RUNS:
            error = {"code": "job_lost", "message": "Its worker ended again and again while it ran."}
            await self.end(session, row, "failed", error)
        else:
            await self.again(session, row, attempts=max(0, row.attempts - 1))

    async def end(self, session: Session, row: JobRow, state: str, error: dict[str, Any] | None = None) -> None:
        """Store how a held job ended; what it is about is told if it was not done."""
        kind = self._kinds.get(row.name)
        if state != "succeeded" and kind and kind.abandon:
            await self._abandon(session, kind.abandon, row)
        await queries.change_job(session, row.id, {"state": state, "ended_at": now(), "error": error})
        if kind is None or kind.is_told:
            await events.publish(session, stream_of(row.id), "job.ended", {"state": state, "error": error})

    async def _abandon(self, session: Session, abandon: Hook, row: JobRow) -> None:
        try:
            async with session.begin_nested():
                await abandon(session, *row.args)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - a job must be able to end
            _log.exception("job_not_abandoned", job=row.name, job_id=row.id)

    async def retry(self, session: Session, job_id: str) -> None:
        """Run a failed or cancelled job again, with all its attempts; steps that were done stay done."""
        row = await self._held(session, job_id)
        if row.state not in ("failed", "cancelled"):
            raise ConflictError("job_not_failed", "Only a job that failed or was cancelled can be run again.")
        if row.name not in self._kinds:
            raise ConflictError("job_unknown", f"This version has no job {row.name!r}.")
        fresh: dict[str, Any] = {"verdict": None, "note": None, "settled_by": None, "settled_at": None}
        await self.again(
            session, row, attempts=0, cancel_requested=False, ended_at=None, error=None, progress=None, **fresh
        )

    async def cancel(self, session: Session, job_id: str) -> None:
        """End a job that waits; ask one that runs to end at its next step."""
        row = await self._held(session, job_id)
        if row.state in _ENDED:
            raise ConflictError("job_ended", "The job has ended already.")
        await queries.change_job(session, job_id, {"cancel_requested": True})
        kind = self._kinds.get(row.name)
        if row.state == "queued":
            await self.end(session, row, "cancelled")
        elif kind and kind.stop:
            await kind.stop(session, *row.args)

    async def settle(self, session: Session, job_id: str, verdict: Verdict, *, note: str, user_id: str) -> None:
        """Say what became of a job that failed for good: somebody resolved it, or it is to be ignored."""
        row = await self._held(session, job_id)
        if row.state != "failed":
            raise ConflictError("job_not_failed", "Only a job that failed can be resolved or ignored.")
        values = {"verdict": verdict, "note": note or None, "settled_by": user_id, "settled_at": now()}
        await queries.change_job(session, job_id, values)

    async def _held(self, session: Session, job_id: str) -> JobRow:
        row = await queries.hold_job(session, job_id)
        if row is None:
            raise NotFoundError("job_not_found", "There is no such job.")
        return row

    async def _hand_in(self, session: Session, queue: str, job_id: str, run: int, pause_seconds: float) -> None:
        await self._engine.hand_in(session, queue, job_id, run, pause_seconds)
        if pause_seconds <= 0:
            after_commit(session, lambda: announce(session.info.get("bus"), queue))


def announce(bus: Bus | None, queue: str) -> None:
    """Tell workers, in whichever process, that a queue has something new."""
    if bus is not None:
        bus.publish(LoggedEvent(BELL, 0, "bell", {"queue": queue}, now()))
