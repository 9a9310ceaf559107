"""Figures of jobs: how many wait, run and have failed, how old the oldest is, how they end. Labels are bounded."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge, Histogram

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.jobs import queries
from guildhall.core.jobs.tables import JobRow
from guildhall.core.metrics import Metrics

STATES = ("queued", "waiting", "running", "failed")
_SECONDS = (0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600)


@dataclass
class QueueCounts:
    """One queue: jobs that are due, not due yet, running, and failed for good with nobody having settled them."""

    queued: int = 0
    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_seconds: float = 0.0  # of those that are due


@dataclass
class JobCounts:
    """All queues, together and each."""

    total: QueueCounts = field(default_factory=QueueCounts)
    queues: dict[str, QueueCounts] = field(default_factory=dict)


async def counts(session: Session, queues: Iterable[str] = ()) -> JobCounts:
    """How the queues stand: for the dashboard, alert rules and metrics; every name in `queues` is there."""
    moment = now()
    found = JobCounts(queues={name: QueueCounts() for name in queues})
    for queue, state, count, oldest in await queries.counts(session, moment):
        each = found.queues.setdefault(queue, QueueCounts())
        for part in (each, found.total):
            setattr(part, state, getattr(part, state) + count)
            if state == "queued":
                part.oldest_seconds = max(part.oldest_seconds, (moment - oldest).total_seconds())
    return found


class JobFigures:
    """The figures in this process's metrics."""

    def __init__(self, metrics: Metrics, queues: Iterable[str]) -> None:
        registry = metrics.registry
        self._queues = tuple(queues)
        self._jobs = Gauge("guildhall_jobs", "Jobs by queue and state.", ["queue", "state"], registry=registry)
        self._oldest = Gauge(
            "guildhall_jobs_oldest_seconds", "How long the oldest due job has waited.", ["queue"], registry=registry
        )
        self._ended = Counter(
            "guildhall_jobs_runs_total", "Runs of jobs ended here, by how.", ["queue", "outcome"], registry=registry
        )
        self._seconds = Histogram(
            "guildhall_jobs_run_seconds", "Length of a run.", ["queue"], buckets=_SECONDS, registry=registry
        )

    def ended(self, row: JobRow, outcome: str, seconds: float) -> None:
        """Count a run that ended in this process."""
        queue = row.queue if row.queue in self._queues else "other"
        self._ended.labels(queue, outcome).inc()
        self._seconds.labels(queue).observe(seconds)

    async def refresh(self, session: Session) -> None:
        """Set the gauges from the rows; a queue that this version does not know counts as `other`."""
        found = await counts(session, (*self._queues, "other"))
        shown = {name: QueueCounts() for name in (*self._queues, "other")}
        for name, each in found.queues.items():
            part = shown[name if name in shown else "other"]
            for state in STATES:
                setattr(part, state, getattr(part, state) + getattr(each, state))
            part.oldest_seconds = max(part.oldest_seconds, each.oldest_seconds)
        for name, part in shown.items():
            self._oldest.labels(name).set(part.oldest_seconds)
            for state in STATES:
                self._jobs.labels(name, state).set(getattr(part, state))
