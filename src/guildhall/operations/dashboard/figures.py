"""Figures: what the dashboard shows, put together from what each floor knows. Series have a point for every step."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from guildhall.core.db import Session
from guildhall.core.jobs import queries as job_queries
from guildhall.operations.alerts import queries as alert_queries
from guildhall.operations.dashboard import queries
from guildhall.operations.dashboard.schemas import (
    CallFigures,
    CostOut,
    DashboardOut,
    DiskFigures,
    JobFigures,
    PointOut,
    SessionFigures,
    UserFigures,
)

HOUR, DAY = 3600, 86_400


@dataclass(frozen=True)
class CallPoint:
    """The calls of one step."""

    starts: int
    calls: int = 0
    errors: int = 0
    refused: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    total_us: int = 0
    cost_nano: int = 0
    unpriced: int = 0


@dataclass(frozen=True)
class Sources:
    """What floors above and beside hand in."""

    calls: Callable[[Session, datetime, datetime, int], Awaitable[Sequence[CallPoint]]]
    currency: Callable[[], str]
    sessions: Callable[[Session, datetime, datetime], Awaitable[tuple[int, int]]]
    """(chat sessions there are, how many of them were begun in that time)"""
    disk: Callable[[], DiskFigures]


async def dashboard(session: Session, sources: Sources, *, days: int, step: int, moment: datetime) -> DashboardOut:
    """The last `days` days, the present one included, in steps of an hour or a day (UTC)."""
    until = _floor(moment, step) + step
    since = until - (days * DAY if step == DAY else max(days * DAY, HOUR))
    points = await sources.calls(session, _at(since), _at(until), step)
    before = await sources.calls(session, _at(2 * since - until), _at(since), step)
    total, created = await sources.sessions(session, _at(since), _at(until))
    ended = await job_queries.ended_since(session, _at(since))
    open_jobs: dict[str, int] = {}
    for _, state, count, _ in await job_queries.counts(session, moment):
        open_jobs[state] = open_jobs.get(state, 0) + count
    return DashboardOut(
        since=_at(since),
        until=_at(until),
        step_seconds=step,
        users=UserFigures(**await queries.user_counts(session, _at(since))),
        sessions=SessionFigures(total=total, created=created),
        calls=_sum(points),
        calls_before=_sum(before),
        cost=cost_of(points, sources.currency()),
        jobs=JobFigures(
            queued=open_jobs.get("queued", 0),
            running=open_jobs.get("running", 0),
            waiting=open_jobs.get("waiting", 0),
            failed=open_jobs.get("failed", 0),
            succeeded=ended.get("succeeded", 0),
        ),
        disk=sources.disk(),
        alerts=await alert_queries.firing_counts(session),
        series=_series(points, since, until, step),
    )


def _sum(points: Sequence[CallPoint]) -> CallFigures:
    calls = sum(point.calls for point in points)
    return CallFigures(
        total=calls,
        errors=sum(point.errors for point in points),
        refused=sum(point.refused for point in points),
        input_tokens=sum(point.input_tokens for point in points),
        output_tokens=sum(point.output_tokens for point in points),
        mean_seconds=sum(point.total_us for point in points) / calls / 1e6 if calls else None,
        unpriced=sum(point.unpriced for point in points),
    )


def cost_of(points: Sequence[CallPoint], currency: str) -> CostOut | None:
    """The money of these calls; None where all of those that used tokens have no price."""
    nano = sum(point.cost_nano for point in points)
    return CostOut(nano=nano, currency=currency) if nano or not any(point.unpriced for point in points) else None


def _series(points: Sequence[CallPoint], since: int, until: int, step: int) -> list[PointOut]:
    """A point for every step, also for those in which nothing happened."""
    by_start = {point.starts: point for point in points}
    return [
        PointOut(
            at=_at(start),
            calls=point.calls,
            errors=point.errors,
            refused=point.refused,
            input_tokens=point.input_tokens,
            output_tokens=point.output_tokens,
            mean_seconds=point.total_us / point.calls / 1e6 if point.calls else None,
            cost_nano=point.cost_nano,
        )
        for start in range(since, until, step)
        for point in (by_start.get(start, CallPoint(start)),)
    ]


def _floor(moment: datetime, step: int) -> int:
    seconds = int(moment.timestamp())
    return seconds - seconds % step


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
