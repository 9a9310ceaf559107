"""The overview: the calls of a period in figures, step by step, and compared with the period before."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from guildhall.core.db import Session
from guildhall.gateway import statistics_queries as queries
from guildhall.gateway.periods import Period
from guildhall.gateway.statistics import Amounts, Histograms, Wanted, percentiles, total
from guildhall.gateway.statistics_queries import Extent

_NOTHING = Amounts()


async def overview(session: Session, period: Period, wanted: Wanted, currency: str) -> Mapping[str, Any]:
    """A `StatisticsOut`: a point for every step, also for those in which nothing happened."""
    made = await queries.extent(session, period)
    steps = await queries.by_step(session, period, wanted, made)
    times = await queries.times(session, period, wanted, made)
    return {
        "since": moment_of(period.since),
        "until": moment_of(period.until),
        "step": period.step,
        "zone": period.zone.key,
        "currency": currency,
        "totals": await _totals(session, period, wanted, made, total(steps.values()), _added(times)),
        "before": await _before(session, period.before(), wanted, made),
        "series": [
            {"at": moment_of(start), **shown(steps.get(number, _NOTHING), times.get(number, {}))}
            for number, start in enumerate(period.starts())
        ],
    }


def shown(amounts: Amounts, times: Histograms) -> dict[str, Any]:
    """The figures of a `StatisticsFigures`."""
    return {
        "calls": amounts.calls,
        "errors": amounts.errors,
        "refused": amounts.refused,
        "error_share": amounts.error_share,
        "input_tokens": amounts.input_tokens,
        "cached_tokens": amounts.cached_tokens,
        "output_tokens": amounts.output_tokens,
        "reasoning_tokens": amounts.reasoning_tokens,
        "cost_nano": amounts.cost,
        "unpriced": amounts.unpriced,
        "mean_seconds": amounts.mean_seconds,
        **{
            name: found and asdict(found)
            for name, measure in (("duration", "total"), ("first_token", "ttft"))
            for found in (percentiles(times.get(measure)),)
        },
    }


def moment_of(seconds: int) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


async def _before(session: Session, period: Period, wanted: Wanted, made: Extent) -> dict[str, Any]:
    amounts = await queries.by_step(session, period, wanted, made)
    times = await queries.times(session, period, wanted, made)
    return await _totals(session, period, wanted, made, total(amounts.values()), _added(times))


async def _totals(
    session: Session, period: Period, wanted: Wanted, made: Extent, amounts: Amounts, times: Histograms
) -> dict[str, Any]:
    active = await queries.active_users(session, period, wanted, made) if amounts.calls else 0
    return {**shown(amounts, times), "active_users": active}


def _added(times: Mapping[Any, Histograms]) -> Histograms:
    """The histograms of all steps together."""
    found: dict[str, dict[int, int]] = {}
    for step in times.values():
        for measure, counts in step.items():
            sums = found.setdefault(measure, {})
            for bucket, calls in counts.items():
                sums[bucket] = sums.get(bucket, 0) + calls
    return found
