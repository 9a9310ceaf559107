"""What statistics give over HTTP. What nobody knows is null, never zero."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class PercentilesOut(BaseModel):
    """Seconds that half, 95 and 99 of a hundred answered calls did not exceed, to within a sixth of a power of ten."""

    p50: float
    p95: float
    p99: float


class StatisticsFigures(BaseModel):
    """What calls add up to.

    `errors` failed through no fault of the caller, `refused` through the caller's. Cached tokens are part of the input,
    reasoning is part of the output. `cost_nano` is in billionths of the currency's unit, and null where no price is
    known for any call that used tokens; `unpriced` counts those without one. `mean_seconds` is over all calls,
    `duration` and `first_token` over answered ones; these two are null where calls are those of one user or key.
    """

    calls: int
    errors: int
    refused: int
    error_share: float | None
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_nano: int | None
    unpriced: int
    mean_seconds: float | None
    duration: PercentilesOut | None
    first_token: PercentilesOut | None


class StatisticsTotals(StatisticsFigures):
    """A whole period."""

    active_users: int


class StatisticsPoint(StatisticsFigures):
    """One step: `at` is when it begins."""

    at: datetime


class StatisticsOut(BaseModel):
    """Calls of a period, of the one of equal length before it, and of each step."""

    since: datetime
    until: datetime
    step: Literal["hour", "day"]
    zone: str
    currency: str
    totals: StatisticsTotals
    before: StatisticsTotals
    series: list[StatisticsPoint]


class SharesOut(BaseModel):
    """Parts of all that was found, from 0 to 1."""

    calls: float | None
    tokens: float | None
    cost: float | None


class BreakdownRow(StatisticsFigures):
    """One model, channel, user or key.

    `id` is a model's name or another's id, and empty for calls without one. `name` is null for those that are gone;
    `note` tells a user's address or a key's owner.
    """

    id: str
    name: str | None
    note: str | None
    share: SharesOut


class OthersOut(StatisticsFigures):
    """Those that are not listed, together."""

    names: int
    share: SharesOut


class BreakdownOut(BaseModel):
    """Who or what has how much of it, the largest first."""

    since: datetime
    until: datetime
    currency: str
    totals: StatisticsFigures
    rows: list[BreakdownRow]
    others: OthersOut | None
