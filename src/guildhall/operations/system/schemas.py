"""What the system page gives over HTTP."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from guildhall.operations.dashboard.schemas import DiskFigures, JobFigures
from guildhall.operations.system.tables import ProcessRole


class VersionsOut(BaseModel):
    """What runs here."""

    product: str
    python: str
    job_engine: str
    platform: str


class ProcessFigures(BaseModel):
    """How a process was when it last spoke. `null`: it did not say."""

    loop_lag_seconds: float | None = None
    memory_bytes: int | None = None
    open_files: int | None = None
    sockets: int | None = None
    calls_active: int | None = None
    disk_used_percent: float | None = None
    database_connections: int | None = None
    isolation: Literal["isolated", "limited", "refused"] | None = None
    isolation_words: str | None = None


class ProcessOut(BaseModel):
    """A server or worker. `silent`: it has not spoken for a while and did not say good-bye."""

    id: str
    role: ProcessRole
    runs_jobs: bool
    version: str
    host: str
    started_at: datetime
    seen_at: datetime
    silent: bool
    leads: bool
    figures: ProcessFigures


class DatabaseOut(BaseModel):
    """The database underneath."""

    kind: Literal["sqlite", "postgresql"]
    version: str
    bytes: int
    schema_found: str | None
    schema_expected: str


class RedisOut(BaseModel):
    """The bus between processes; `unused` in embedded mode."""

    state: Literal["ok", "failed", "unused"]


class QueueOut(BaseModel):
    """One queue of jobs; how long its oldest due job has waited."""

    name: str
    queued: int
    running: int
    waiting: int
    failed: int
    oldest_seconds: float | None


class SystemOut(BaseModel):
    """What stands here, and how it is."""

    mode: Literal["embedded", "scaled"]
    versions: VersionsOut
    replicas: list[ProcessOut]
    database: DatabaseOut
    redis: RedisOut
    jobs: JobFigures
    queues: list[QueueOut]
    disk: DiskFigures
