"""Statements on jobs, their steps and schedules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, text, update

from guildhall.core.db import Conflict, Session
from guildhall.core.jobs.tables import JobRow, JobStep, ScheduleRow
from guildhall.core.tables import Event, Executor, Stream

OPEN = ("queued", "running")


async def add_job(session: Session, values: dict[str, Any]) -> None:
    """Store a new job."""
    await session.execute(insert(JobRow).values(**values))


async def job_by_id(session: Session, job_id: str) -> JobRow | None:
    """A job as it stands."""
    return await session.get(JobRow, job_id, populate_existing=True)


async def job_by_key(session: Session, key: str) -> str | None:
    """The id of the job with this key."""
    return (await session.execute(select(JobRow.id).where(JobRow.key == key))).scalar_one_or_none()


async def hold_job(session: Session, job_id: str) -> JobRow | None:
    """A job, held until commit: nobody begins, ends or takes it over meanwhile."""
    statement = select(JobRow).where(JobRow.id == job_id).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).one_or_none()


async def release_if_stuck(session: Session, seconds: float) -> None:
    """Have the database give up this transaction if its process is frozen in it (PostgreSQL)."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        milliseconds = int(seconds * 1000)
        await session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"))


async def begin_job(session: Session, job_id: str, run: int, executor: str, now: datetime) -> JobRow | None:
    """Mark a job as running, if this is the run that is owed and nobody else has begun it.

    This executor may have: if the connection broke while that was being committed.
    """
    is_free = or_(JobRow.state == "queued", and_(JobRow.state == "running", JobRow.executor == executor))
    statement = (
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.run == run, is_free)
        .values(
            state="running",
            executor=executor,
            attempts=JobRow.attempts + 1,
            started_at=func.coalesce(JobRow.started_at, now),
        )
        .returning(JobRow)
    )
    return (await session.scalars(statement)).one_or_none()


async def change_job(session: Session, job_id: str, values: dict[str, Any]) -> None:
    """Store new values; the caller holds the job."""
    await session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


async def set_progress(session: Session, job_id: str, run: int, progress: dict[str, Any]) -> bool:
    """Store how far this run has come; False when it is no longer the job's run."""
    statement = (
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.run == run, JobRow.state == "running")
        .values(progress=progress)
        .returning(JobRow.id)
    )
    return (await session.execute(statement)).one_or_none() is not None


async def add_step(session: Session, values: dict[str, Any]) -> None:
    """Record that a step has been done."""
    await session.execute(insert(JobStep).values(**values))


async def steps_of(session: Session, job_id: str) -> Sequence[JobStep]:
    """The steps done so far, in the order in which they were."""
    statement = select(JobStep).where(JobStep.job_id == job_id).order_by(JobStep.ended_at, JobStep.name)
    return (await session.scalars(statement)).all()


async def running_of(session: Session, executor: str) -> dict[str, int]:
    """The jobs that this executor runs, by id, with their run."""
    statement = select(JobRow.id, JobRow.run).where(JobRow.state == "running", JobRow.executor == executor)
    return {row.id: row.run for row in await session.execute(statement)}


async def overdue(session: Session, since: datetime) -> dict[str, int]:
    """The jobs that have waited longest of those due before, by id, with their run; a hundred at most."""
    statement = (
        select(JobRow.id, JobRow.run)
        .where(JobRow.state == "queued", JobRow.due_at < since)
        .order_by(JobRow.due_at)
        .limit(100)
    )
    return {row.id: row.run for row in await session.execute(statement)}


async def orphans(session: Session, executor: str | None = None) -> Sequence[JobRow]:
    """Running jobs of one executor, or of all those that are gone; held until commit."""
    if executor is None:
        owner: ColumnElement[bool] = ~exists().where(Executor.id == JobRow.executor)
    else:
        owner = JobRow.executor == executor
    statement = select(JobRow).where(JobRow.state == "running", owner).order_by(JobRow.id)
    return (await session.scalars(statement.with_for_update(skip_locked=True))).all()


async def executors(session: Session) -> dict[str, datetime]:
    """When each executor last said that it is alive, by its own clock."""
    return {row.id: row.beat_at for row in await session.execute(select(Executor.id, Executor.beat_at))}


async def beat(session: Session, executor: str, now: datetime) -> bool:
    """Say that an executor is alive; False when it was not known, or no longer."""
    known = await session.execute(
        update(Executor).where(Executor.id == executor).values(beat_at=now).returning(Executor.id)
    )
    if known.one_or_none() is not None:
        return True
    await session.execute(insert(Executor).values(id=executor, beat_at=now))
    return False


async def remove_executor(session: Session, executor: str, beat_at: datetime) -> None:
    """Forget an executor, unless it has spoken since."""
    await session.execute(delete(Executor).where(Executor.id == executor, Executor.beat_at == beat_at))


def in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The rows that are in a state as people see it: a queued job that is not due yet is waiting."""
    if state == "waiting":
        return and_(JobRow.state == "queued", JobRow.due_at > now)
    if state == "queued":
        return and_(JobRow.state == "queued", JobRow.due_at <= now)
    return JobRow.state == state


async def jobs_before(
    session: Session,
    *,
    now: datetime,
    limit: int,
    before: str | None = None,
    state: str | None = None,
    settled: bool | None = None,
    **exact: str | None,
) -> Sequence[JobRow]:
    """Newest first; `exact` may hold name, queue, schedule."""
    statement = select(JobRow).order_by(JobRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(JobRow.id < before)
    if state is not None:
        statement = statement.where(in_state(state, now))
    if settled is not None:
        statement = statement.where(JobRow.verdict.is_not(None) if settled else JobRow.verdict.is_(None))
    for column, value in exact.items():
        if value is not None:
            statement = statement.where(getattr(JobRow, column) == value)
    return (await session.scalars(statement)).all()


async def counts(session: Session, now: datetime) -> Sequence[tuple[str, str, int, datetime]]:
    """(queue, state, how many, since when the oldest is due) of jobs that are open or failed and unsettled."""
    waits = and_(JobRow.state == "queued", JobRow.due_at > now)
    statement = (
        select(JobRow.queue, JobRow.state, waits, func.count(), func.min(JobRow.due_at))
        .where(or_(JobRow.state.in_(OPEN), and_(JobRow.state == "failed", JobRow.verdict.is_(None))))
        .group_by(JobRow.queue, JobRow.state, waits)
    )
    rows = (await session.execute(statement)).all()
    return [
        (queue, "waiting" if is_waiting else state, count, oldest) for queue, state, is_waiting, count, oldest in rows
    ]


async def ended_since(session: Session, since: datetime) -> dict[str, int]:
    """How many jobs ended in each state since a moment."""
    statement = select(JobRow.state, func.count()).where(JobRow.ended_at >= since).group_by(JobRow.state)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def names(session: Session) -> Sequence[str]:
    """Every name that a stored job has."""
    return (await session.scalars(select(JobRow.name).distinct().order_by(JobRow.name))).all()


async def drop_streams_without_job(session: Session, prefix: str) -> None:
    """Forget the event streams of jobs that are gone."""
    job_id = func.substr(Stream.name, len(prefix) + 1)
    gone = select(Stream.name).where(
        Stream.name.startswith(prefix, autoescape=True), ~exists().where(JobRow.id == job_id)
    )
    await session.execute(delete(Event).where(Event.stream.in_(gone)))
    await session.execute(delete(Stream).where(Stream.name.in_(gone)))


async def schedule_rows(session: Session) -> dict[str, ScheduleRow]:
    """Every schedule's row, by name."""
    return {row.name: row for row in await session.scalars(select(ScheduleRow))}


async def hold_schedule(session: Session, name: str) -> ScheduleRow | None:
    """A schedule's row, held until commit, so that one process fires it."""
    statement = (
        select(ScheduleRow).where(ScheduleRow.name == name).with_for_update().execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def add_schedule(session: Session, values: dict[str, Any]) -> None:
    """Store a schedule's row, unless another process just did."""
    try:
        async with session.begin_nested():
            await session.execute(insert(ScheduleRow).values(**values))
    except Conflict:
        return


async def change_schedule(session: Session, name: str, values: dict[str, Any]) -> None:
    """Store new values; the caller holds the row."""
    await session.execute(update(ScheduleRow).where(ScheduleRow.name == name).values(**values))


async def open_job_of_schedule(session: Session, schedule: str) -> str | None:
    """The id of a job of this schedule that has not ended."""
    statement = select(JobRow.id).where(JobRow.schedule == schedule, JobRow.state.in_(OPEN)).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()
