"""Figures of calls for the floors below: what alert rules can be about, and what the dashboard shows.

All of it comes from the sums of minutes and hours; calls are never counted.
"""

from collections.abc import Sequence
from datetime import datetime

from guildhall.core.db import Session
from guildhall.edge import queries as edge_queries
from guildhall.edge.tally import HOUR, MINUTE
from guildhall.gateway import queries
from guildhall.operations.alerts.metrics import AlertMetric, Reading
from guildhall.operations.dashboard.figures import CallPoint

_WINDOW = 5 * MINUTE
_LEAST_CALLS = 10
_MINUTES_KEPT = 2 * 24 * HOUR


async def calls_by_step(session: Session, since: datetime, until: datetime, step: int) -> Sequence[CallPoint]:
    """What was called, in steps of whole hours."""
    rows = await edge_queries.sums_by_step(
        session, period=HOUR, since=int(since.timestamp()), until=int(until.timestamp()), step=step
    )
    return [CallPoint(*row) for row in rows]


async def trim(session: Session, moment: datetime) -> None:
    """Forget minutes that nobody looks at any more."""
    await edge_queries.trim_sums(session, period=MINUTE, before=int(moment.timestamp()) - _MINUTES_KEPT)


async def _error_percent(session: Session, moment: datetime) -> list[Reading]:
    sums = await _lately(session, moment)
    calls = sum(calls for _, calls, _ in sums)
    errors = sum(errors for _, _, errors in sums)
    return [Reading(100 * errors / calls if calls >= _LEAST_CALLS else 0.0)]


async def _channel_error_percent(session: Session, moment: datetime) -> list[Reading]:
    names = await queries.channel_names(session)
    return [
        Reading(100 * errors / calls, channel, names[channel])
        for channel, calls, errors in await _lately(session, moment)
        if calls >= _LEAST_CALLS and channel in names
    ]


async def _calls_per_minute(session: Session, moment: datetime) -> list[Reading]:
    return [Reading(sum(calls for _, calls, _ in await _lately(session, moment)) * MINUTE / _WINDOW)]


async def _mean_seconds(session: Session, moment: datetime) -> list[Reading]:
    since = int(moment.timestamp()) - _WINDOW
    rows = await edge_queries.sums_by_step(
        session, period=MINUTE, since=since - since % MINUTE, until=int(moment.timestamp()) + MINUTE, step=MINUTE
    )
    calls = sum(row[1] for row in rows)
    return [Reading(sum(row[6] for row in rows) / calls / 1e6 if calls >= _LEAST_CALLS else 0.0)]


async def _lately(session: Session, moment: datetime) -> Sequence[tuple[str, int, int]]:
    since = int(moment.timestamp()) - _WINDOW
    return await edge_queries.sums_by_channel(session, period=MINUTE, since=since - since % MINUTE)


_ENOUGH = f"of the last 5 minutes, once there were {_LEAST_CALLS}"

ALERT_METRICS = (
    AlertMetric(
        "calls.error_percent",
        "Failed calls",
        "percent",
        f"Share of model calls {_ENOUGH} that failed through no fault of the caller.",
        _error_percent,
    ),
    AlertMetric(
        "channels.error_percent",
        "Failed calls of a channel",
        "percent",
        f"The same for each channel, by its own calls {_ENOUGH}.",
        _channel_error_percent,
    ),
    AlertMetric(
        "calls.per_minute",
        "Calls a minute",
        "count",
        "Model calls a minute, over the last 5 minutes.",
        _calls_per_minute,
    ),
    AlertMetric(
        "calls.mean_seconds",
        "Length of a call",
        "seconds",
        f"How long a model call took on average, {_ENOUGH}.",
        _mean_seconds,
    ),
)
