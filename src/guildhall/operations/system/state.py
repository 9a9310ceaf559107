"""State: what stands underneath this installation, asked for at the moment it is shown."""

import platform
import resource
import shutil
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from guildhall import __version__
from guildhall.core import queries as core_queries
from guildhall.core import schema
from guildhall.core.bus import Bus
from guildhall.core.db import Session
from guildhall.core.jobs import queries as job_queries
from guildhall.core.settings import Settings
from guildhall.operations.dashboard.schemas import DiskFigures, JobFigures
from guildhall.operations.system import queries
from guildhall.operations.system.processes import LEASE, SILENT_AFTER
from guildhall.operations.system.schemas import (
    DatabaseOut,
    ProcessFigures,
    ProcessOut,
    QueueOut,
    RedisOut,
    SystemOut,
    VersionsOut,
)


async def read(session: Session, settings: Settings, bus: Bus, moment: datetime) -> SystemOut:
    """Everything on the system page."""
    queues = await _queues(session, moment)
    return SystemOut(
        mode="embedded" if settings.is_embedded else "scaled",
        versions=VersionsOut(
            product=__version__,
            python=platform.python_version(),
            job_engine=version("dbos"),
            platform=f"{platform.system()} {platform.machine()}",
        ),
        replicas=await _replicas(session, moment),
        database=DatabaseOut(
            kind="sqlite" if settings.is_embedded else "postgresql",
            version=await queries.database_version(session),
            bytes=await queries.database_bytes(session),
            schema_found=await core_queries.schema_revision(session),
            schema_expected=schema.expected(),
        ),
        redis=RedisOut(state=await redis_state(settings, bus)),
        jobs=JobFigures(
            queued=sum(queue.queued for queue in queues),
            running=sum(queue.running for queue in queues),
            waiting=sum(queue.waiting for queue in queues),
            failed=sum(queue.failed for queue in queues),
            succeeded=0,
        ),
        queues=queues,
        disk=disk_of(settings.data_dir),
    )


def disk_of(folder: Path) -> DiskFigures:
    """The disk that holds a folder."""
    usage = shutil.disk_usage(folder)
    return DiskFigures(total_bytes=usage.total, used_bytes=usage.total - usage.free, free_bytes=usage.free)


async def redis_state(settings: Settings, bus: Bus) -> Literal["ok", "failed", "unused"]:
    """Whether events flow between processes."""
    if not settings.redis_url.get_secret_value():
        return "unused"
    try:
        await bus.ping()
    except OSError:
        return "failed"
    return "ok"


async def _replicas(session: Session, moment: datetime) -> list[ProcessOut]:
    leader = await queries.lease_holder(session, LEASE, moment)
    return [
        ProcessOut(
            id=process.id,
            role=process.role,
            runs_jobs=process.runs_jobs,
            version=process.version,
            host=process.host,
            started_at=process.started_at,
            seen_at=process.seen_at,
            silent=moment - process.seen_at > SILENT_AFTER,
            leads=process.id == leader,
            figures=ProcessFigures.model_validate(process.figures),
        )
        for process in await queries.processes(session)
    ]


async def _queues(session: Session, moment: datetime) -> list[QueueOut]:
    found: dict[str, QueueOut] = {}
    counted: Sequence[tuple[str, str, int, datetime]] = await job_queries.counts(session, moment)
    for name, job_state, count, oldest in counted:
        queue = found.setdefault(
            name, QueueOut(name=name, queued=0, running=0, waiting=0, failed=0, oldest_seconds=None)
        )
        setattr(queue, job_state, count)
        if job_state == "queued":
            queue.oldest_seconds = max(0.0, (moment - oldest).total_seconds())
    return [found[name] for name in sorted(found)]


def memory_bytes() -> int | None:
    """What this process holds in memory now; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()


def open_files() -> int | None:
    """How many files and sockets this process has open; None where the system does not tell."""
    try:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())
    except OSError:
        return None
