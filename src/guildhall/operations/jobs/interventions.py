"""Interventions: what an admin does to jobs and schedules, each with its entry in the audit log."""

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.core.db import Session
from guildhall.core.jobs import Jobs
from guildhall.core.jobs.schedules import ScheduleState
from guildhall.core.jobs.transitions import Verdict


async def retry(session: Session, jobs: Jobs, actor: Actor, job_id: str) -> None:
    """Run a failed or cancelled job again. Raises `job_not_found`, `job_not_failed`."""
    await jobs.transitions.retry(session, job_id)
    await audit.record(session, actor, "job.retried", target=_job(job_id))


async def cancel(session: Session, jobs: Jobs, actor: Actor, job_id: str) -> None:
    """End a job that waits, or one that runs at its next step. Raises `job_not_found`, `job_ended`."""
    await jobs.transitions.cancel(session, job_id)
    await audit.record(session, actor, "job.cancelled", target=_job(job_id))


async def settle(session: Session, jobs: Jobs, actor: Actor, job_id: str, verdict: Verdict, note: str) -> None:
    """Take a job that failed for good off the list of what needs somebody. Raises `job_not_found`, `job_not_failed`."""
    await jobs.transitions.settle(session, job_id, verdict, note=note, user_id=actor.user_id or "")
    await audit.record(session, actor, f"job.{verdict}", target=_job(job_id), after={"note": note})


async def change_schedule(
    session: Session,
    jobs: Jobs,
    actor: Actor,
    name: str,
    *,
    enabled: bool | None,
    cron: str | None,
    time_zone: str | None,
) -> ScheduleState:
    """Switch a schedule on or off, or let it run at other times. Raises `schedule_not_found`, `invalid_cron`…"""
    before, after = await jobs.schedules.change(
        session, name, actor.user_id or "", enabled=enabled, cron=cron, time_zone=time_zone
    )
    await audit.record(
        session, actor, "schedule.changed", target=f"schedule:{name}", before=_words(before), after=_words(after)
    )
    return after


async def run_schedule(session: Session, jobs: Jobs, actor: Actor, name: str) -> str:
    """Run a schedule's job out of turn; gives the job's id. Raises `schedule_not_found`, `already_running`."""
    job_id = await jobs.schedules.run_now(session, name, actor.user_id or "")
    await audit.record(session, actor, "schedule.run", target=f"schedule:{name}", after={"job": job_id})
    return job_id


def _job(job_id: str) -> str:
    return f"job:{job_id}"


def _words(state: ScheduleState) -> dict[str, object]:
    return {"enabled": state.enabled, "cron": state.cron, "time_zone": state.time_zone}
