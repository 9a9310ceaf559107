"""HTTP of schedules: what runs by the clock, when, and running it now."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from guildhall.accounts.web import Acting, Admin
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.jobs import Jobs, queries
from guildhall.core.jobs.schedules import ScheduleState, upcoming
from guildhall.core.web import DbSession
from guildhall.operations.jobs import interventions
from guildhall.operations.jobs.routes import job_out
from guildhall.operations.jobs.schemas import LastJob, ScheduleChange, ScheduleOut, ScheduleTimes, StartedJob

router = APIRouter(prefix="/api/v1/operations/schedules", tags=["jobs"])

ScheduleName = Annotated[str, Path(max_length=60, pattern=r"^[0-9a-z._-]+$")]
CronText = Annotated[str, Query(min_length=1, max_length=120)]
ZoneText = Annotated[str, Query(min_length=1, max_length=60)]


@router.get("", response_model=list[ScheduleOut])
async def list_schedules(_: Admin, session: DbSession, request: Request) -> list[ScheduleOut]:
    """Every schedule, by name."""
    return [await _shown(session, state) for state in await _jobs(request).schedules.shown(session)]


@router.get("/preview", response_model=ScheduleTimes)
async def preview_schedule(_: Admin, cron: CronText, time_zone: ZoneText = "UTC") -> ScheduleTimes:
    """The next moments that an expression means in a time zone."""
    return ScheduleTimes(moments=list(upcoming(cron, time_zone, now())))


@router.patch("/{name}", response_model=ScheduleOut)
async def change_schedule(
    name: ScheduleName, body: ScheduleChange, _: Admin, acting: Acting, session: DbSession, request: Request
) -> ScheduleOut:
    """Switch a schedule on or off, or let it run at other times."""
    changes: dict[str, Any] = body.model_dump()
    return await _shown(session, await interventions.change_schedule(session, _jobs(request), acting, name, **changes))


@router.post("/{name}/run", response_model=StartedJob, status_code=202)
async def run_schedule(
    name: ScheduleName, _: Admin, acting: Acting, session: DbSession, request: Request
) -> StartedJob:
    """Run a schedule's job now, out of turn."""
    return StartedJob(id=await interventions.run_schedule(session, _jobs(request), acting, name))


async def _shown(session: Session, state: ScheduleState) -> ScheduleOut:
    row = await queries.job_by_id(session, state.last_job_id) if state.last_job_id else None
    last_job = LastJob(id=row.id, state=job_out(row).state) if row else None
    fields = {name: getattr(state, name) for name in ScheduleOut.model_fields if name != "last_job"}
    return ScheduleOut(**fields, last_job=last_job)


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs
