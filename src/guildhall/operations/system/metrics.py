"""Metrics of the house itself that alert rules can be about: disks, processes, jobs, events, sign-ins."""

from datetime import datetime, timedelta

from guildhall.accounts import audit_queries
from guildhall.core.bus import Bus
from guildhall.core.db import Session
from guildhall.core.jobs import queries as job_queries
from guildhall.core.settings import Settings
from guildhall.operations.alerts.metrics import AlertMetric, Reading
from guildhall.operations.alerts.outage import METRIC as OUTAGE
from guildhall.operations.system import queries, state
from guildhall.operations.system.processes import SILENT_AFTER

_SIGN_IN_WINDOW = timedelta(minutes=15)
_JOB_WINDOW = timedelta(hours=1)


def alert_metrics(settings: Settings, bus: Bus) -> tuple[AlertMetric, ...]:
    """Every metric of the house itself."""

    async def events_away(_session: Session, _moment: datetime) -> list[Reading]:
        return [Reading(float(await state.redis_state(settings, bus) == "failed"))]

    return (
        AlertMetric("jobs.failed", "Failed jobs", "count", "Jobs that failed for good in the last hour.", _jobs_failed),
        AlertMetric(
            "jobs.queued_seconds",
            "Waiting time of jobs",
            "seconds",
            "How long the oldest job of a queue has been due without being begun.",
            _jobs_queued,
        ),
        AlertMetric("disk.used_percent", "Disk in use", "percent", "How full the disk of a data folder is.", _disk),
        AlertMetric(OUTAGE, "Database away", "seconds", "How long the database has not answered.", _never_away),
        AlertMetric(
            "events.away", "Events away", "count", "1 while events do not flow between processes.", events_away
        ),
        AlertMetric(
            "sign_ins.failed", "Failed sign-ins", "count", "Sign-ins refused in the last 15 minutes.", _sign_ins_failed
        ),
        AlertMetric(
            "processes.loop_lag_seconds",
            "Slowness of a process",
            "seconds",
            "How late a process was at worst with what it does at once, in half a minute.",
            _loop_lag,
        ),
        AlertMetric("processes.memory_bytes", "Memory of a process", "bytes", "What a process takes.", _memory),
        AlertMetric(
            "processes.silent_seconds",
            "Silence of a process",
            "seconds",
            "How long a process that did not stop as it should has said nothing.",
            _silent,
        ),
    )


async def _jobs_failed(session: Session, moment: datetime) -> list[Reading]:
    ended = await job_queries.ended_since(session, moment - _JOB_WINDOW)
    return [Reading(ended.get("failed", 0))]


async def _jobs_queued(session: Session, moment: datetime) -> list[Reading]:
    return [
        Reading(max(0.0, (moment - oldest).total_seconds()), queue, queue)
        for queue, job_state, _, oldest in await job_queries.counts(session, moment)
        if job_state == "queued"
    ]


async def _disk(session: Session, moment: datetime) -> list[Reading]:
    """One reading a machine: processes on one of them share its disk."""
    readings = {}
    for reading in await _figure(session, moment, "disk_used_percent"):
        host = reading.name.rpartition(":")[0]
        readings[host] = Reading(reading.value, host, host)
    return list(readings.values())


async def _never_away(_session: Session, _moment: datetime) -> list[Reading]:
    """Whoever can read this has a database; being away is found out where reading fails."""
    return [Reading(0.0)]


async def _sign_ins_failed(session: Session, moment: datetime) -> list[Reading]:
    return [Reading(await audit_queries.count_since(session, "sign_in.failed", moment - _SIGN_IN_WINDOW))]


async def _loop_lag(session: Session, moment: datetime) -> list[Reading]:
    return await _figure(session, moment, "loop_lag_seconds")


async def _memory(session: Session, moment: datetime) -> list[Reading]:
    return await _figure(session, moment, "memory_bytes")


async def _silent(session: Session, moment: datetime) -> list[Reading]:
    return [
        Reading(silence, process.id, process.host)
        for process in await queries.processes(session)
        if (silence := (moment - process.seen_at).total_seconds()) > SILENT_AFTER.total_seconds()
    ]


async def _figure(session: Session, moment: datetime, name: str) -> list[Reading]:
    """What living processes say of themselves."""
    return [
        Reading(process.figures[name], process.id, process.host)
        for process in await queries.processes(session)
        if moment - process.seen_at <= SILENT_AFTER and process.figures.get(name) is not None
    ]
