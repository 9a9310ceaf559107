"""HTTP of jobs: the list, one of them, counts, and what an admin may do about it."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from guildhall.accounts.web import Acting, Admin
from guildhall.core.clock import now
from guildhall.core.errors import NotFoundError
from guildhall.core.jobs import Jobs, figures, queries
from guildhall.core.jobs.tables import JobRow
from guildhall.core.jobs.transitions import stream_of
from guildhall.core.web import Cursor, DbSession, Page, page_of
from guildhall.operations.jobs import interventions
from guildhall.operations.jobs.schemas import JobCountsOut, JobDetail, JobNote, JobOut, JobState, JobStepOut, QueueOut

router = APIRouter(prefix="/api/v1/operations/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]


class JobFilter(Cursor):
    """Which jobs to list. `settled` tells failed jobs that nobody has looked after from the others."""

    state: JobState | None = None
    name: str | None = Field(None, max_length=60, pattern=r"^[0-9a-z._-]+$")
    queue: str | None = Field(None, max_length=60, pattern=r"^[0-9a-z._-]+$")
    schedule: str | None = Field(None, max_length=60, pattern=r"^[0-9a-z._-]+$")
    settled: bool | None = None


@router.get("", response_model=Page[JobOut])
async def list_jobs(_: Admin, session: DbSession, wanted: Annotated[JobFilter, Query()]) -> dict[str, Any]:
    """Jobs, newest first."""
    position = wanted.position(str)
    found = await queries.jobs_before(
        session,
        now=now(),
        limit=wanted.limit + 1,
        before=position[0] if position else None,
        state=wanted.state,
        settled=wanted.settled,
        name=wanted.name,
        queue=wanted.queue,
        schedule=wanted.schedule,
    )
    page = page_of(found, wanted, lambda row: [row.id])
    return {**page, "items": [job_out(row) for row in page["items"]]}


@router.get("/counts", response_model=JobCountsOut)
async def count_jobs(_: Admin, session: DbSession, request: Request) -> JobCountsOut:
    """How the queues stand."""
    jobs = _jobs(request)
    found = await figures.counts(session, jobs.queues)
    queues = [
        QueueOut(
            name=name,
            concurrency=queue.concurrency if queue else 0,
            in_all=queue.in_all if queue else None,
            rate_limit=queue.rate.limit if queue and queue.rate else None,
            rate_seconds=queue.rate.seconds if queue and queue.rate else None,
            **asdict(each),
        )
        for name, each in sorted(found.queues.items())
        for queue in [jobs.queues.get(name)]
    ]
    names = sorted({*jobs.kinds, *await queries.names(session)})
    return JobCountsOut(**asdict(found.total), queues=queues, names=names)


@router.get("/{job_id}", response_model=JobDetail)
async def get_job(job_id: JobId, _: Admin, session: DbSession, request: Request) -> JobDetail:
    """A job with its steps."""
    return await _detail(session, _jobs(request), job_id)


@router.post("/{job_id}/retry", response_model=JobDetail)
async def retry_job(job_id: JobId, _: Admin, acting: Acting, session: DbSession, request: Request) -> JobDetail:
    """Run a failed or cancelled job again; steps that were done stay done."""
    await interventions.retry(session, _jobs(request), acting, job_id)
    return await _detail(session, _jobs(request), job_id)


@router.post("/{job_id}/cancel", response_model=JobDetail)
async def cancel_job(job_id: JobId, _: Admin, acting: Acting, session: DbSession, request: Request) -> JobDetail:
    """Cancel a job: at once if it waits, at its next step if it runs."""
    await interventions.cancel(session, _jobs(request), acting, job_id)
    return await _detail(session, _jobs(request), job_id)


@router.post("/{job_id}/resolve", response_model=JobDetail)
async def resolve_job(
    job_id: JobId, body: JobNote, _: Admin, acting: Acting, session: DbSession, request: Request
) -> JobDetail:
    """Say that what a failed job was to do has been taken care of."""
    await interventions.settle(session, _jobs(request), acting, job_id, "resolved", body.note)
    return await _detail(session, _jobs(request), job_id)


@router.post("/{job_id}/ignore", response_model=JobDetail)
async def ignore_job(
    job_id: JobId, body: JobNote, _: Admin, acting: Acting, session: DbSession, request: Request
) -> JobDetail:
    """Say that a failed job does not matter."""
    await interventions.settle(session, _jobs(request), acting, job_id, "ignored", body.note)
    return await _detail(session, _jobs(request), job_id)


def job_out(row: JobRow) -> JobOut:
    """A job as JSON, in the state that people see."""
    return JobOut.model_validate(_fields(row))


def _fields(row: JobRow) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in JobOut.model_fields}
    if row.state == "queued" and row.due_at > now():
        fields["state"] = "waiting"
    return fields


async def _detail(session: DbSession, jobs: Jobs, job_id: str) -> JobDetail:
    row = await queries.job_by_id(session, job_id)
    if row is None:
        raise NotFoundError("job_not_found", "There is no such job.")
    kind = jobs.kinds.get(row.name)
    return JobDetail(
        **_fields(row),
        steps=[JobStepOut.model_validate(step) for step in await queries.steps_of(session, job_id)],
        most_attempts=kind.retries.attempts if kind else None,
        executor=row.executor,
        stream=stream_of(row.id),
    )


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs
