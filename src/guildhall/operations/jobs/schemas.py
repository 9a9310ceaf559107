"""JSON of jobs and schedules."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from guildhall.core.jobs.kinds import CatchUp
from guildhall.core.web import Input, PlainText

JobState = Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
JobVerdict = Literal["resolved", "ignored"]
_SHOWN = 120


class JobProgress(BaseModel):
    """How far a job has come; `total` is unknown when null."""

    done: int
    total: int | None
    text: str


class JobError(BaseModel):
    """Why the last attempt failed."""

    code: str
    message: str


class JobOut(BaseModel):
    """A job. `waiting` means that it is not due yet: it was delayed, or rests between two attempts."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    queue: str
    state: JobState
    args: list[str]
    attempts: int
    cancel_requested: bool
    progress: JobProgress | None
    error: JobError | None
    schedule: str | None
    scheduled_for: datetime | None
    user_id: str | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    verdict: JobVerdict | None
    note: str | None
    settled_by: str | None
    settled_at: datetime | None

    @field_validator("args", mode="before")
    @classmethod
    def _short(cls, value: list[Any]) -> list[str]:
        return [str(each)[:_SHOWN] for each in value]


class JobStepOut(BaseModel):
    """A step that has been done; `run` counts the worker that did it."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    run: int
    started_at: datetime
    ended_at: datetime


class JobDetail(JobOut):
    """A job with its steps, in the order in which they were done, and the queue of its kind."""

    steps: list[JobStepOut]
    most_attempts: int | None
    executor: str | None
    stream: str


class JobNote(Input):
    """Why a failed job is settled."""

    note: Annotated[PlainText, Field(max_length=2000)] = ""


class QueueOut(BaseModel):
    """A queue: its limits, how many jobs it holds, and how long the oldest due one has waited."""

    name: str
    concurrency: int
    in_all: int | None
    rate_limit: int | None
    rate_seconds: float | None
    queued: int
    waiting: int
    running: int
    failed: int
    oldest_seconds: float


class JobCountsOut(BaseModel):
    """All queues together, and each. `failed` counts those that nobody has settled; `names` are for filters."""

    queued: int
    waiting: int
    running: int
    failed: int
    oldest_seconds: float
    queues: list[QueueOut]
    names: list[str]


class LastJob(BaseModel):
    """The last job of a schedule."""

    id: str
    state: JobState


class ScheduleOut(BaseModel):
    """A schedule; what an admin has not changed is as the defaults are."""

    name: str
    job: str
    enabled: bool
    cron: str
    time_zone: str
    default_cron: str
    default_time_zone: str
    catch_up: CatchUp
    next_at: datetime | None
    last_at: datetime | None
    last_job: LastJob | None
    changed_at: datetime | None
    changed_by: str | None


class ScheduleChange(Input):
    """What changes of a schedule; what is absent stays."""

    enabled: bool | None = None
    cron: str | None = Field(None, min_length=1, max_length=120)
    time_zone: str | None = Field(None, min_length=1, max_length=60)


class ScheduleTimes(BaseModel):
    """The next moments that a cron expression means."""

    moments: list[datetime]


class StartedJob(BaseModel):
    """A job that was started out of turn."""

    id: str
