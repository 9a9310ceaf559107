"""What a wing declares: queues, kinds of job, and what runs by the clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from guildhall.core.errors import AppError

JobFunction = Callable[..., Awaitable[None]]  # (context, *args)
Hook = Callable[..., Awaitable[None]]  # (session, *args)
CatchUp = Literal["once", "all", "skip"]


class GiveUpError(AppError):
    """Raised by a job that another attempt would not help: it fails for good at once."""


@dataclass(frozen=True)
class Rate:
    """At most `limit` jobs begin within any `seconds`, over all workers together."""

    limit: int
    seconds: float


@dataclass(frozen=True)
class Queue:
    """Where jobs wait. `concurrency` is for each worker, `in_all` for all workers together.

    A new job is begun at once; `poll_seconds` is how long one that was delayed, or that came while the bus was away,
    may lie unseen.
    """

    name: str
    concurrency: int
    poll_seconds: float = 1.0
    in_all: int | None = None
    rate: Rate | None = None


@dataclass(frozen=True)
class Retries:
    """How often a failing job is tried, and how long it rests in between."""

    attempts: int = 5
    first_seconds: float = 2.0
    factor: float = 3.0
    most_seconds: float = 600.0

    def pause(self, attempt: int) -> float:
        """Seconds to rest after the `attempt`-th failure in a row."""
        return float(min(self.most_seconds, self.first_seconds * self.factor ** min(attempt - 1, 60)))


@dataclass(frozen=True)
class Job:
    """A kind of job: `run(context, *args)`.

    `abandon(session, *args)` is called in the transaction in which such a job is cancelled or fails for good, so that
    what it is about does not wait for ever. `stop(session, *args)` is called in the transaction of a request to
    cancel one that runs, for jobs that end by other means than their next step. `is_told` says whether its changes are
    published on its stream.
    """

    name: str
    run: JobFunction
    queue: Queue
    retries: Retries = field(default_factory=Retries)
    abandon: Hook | None = None
    stop: Hook | None = None
    is_told: bool = True


@dataclass(frozen=True)
class Schedule:
    """A job that runs by the clock. `cron` and `time_zone` are defaults that an admin may change.

    `catch_up` says what happens to moments that passed while nobody ran jobs: `once` runs the last of them, `all` runs
    each (the last hundred at most), `skip` none. Their jobs find the moment in `context.scheduled_for`.
    """

    name: str
    job: str
    cron: str
    time_zone: str = "UTC"
    catch_up: CatchUp = "once"
    args: tuple[str, ...] = ()
    enabled: bool = True
