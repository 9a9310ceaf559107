"""What limits of model calls take and give over HTTP, of keys and of people alike."""

from typing import Annotated

from pydantic import BaseModel, Field

from guildhall.accounts.tables import QuotaPeriod
from guildhall.core.web import Input

_MOST = 2**53 - 1  # what a browser can count
PerMinute = Annotated[int, Field(ge=1, le=2**31 - 1)]
Amount = Annotated[int, Field(ge=0, le=_MOST)]


class LimitsIn(Input):
    """How much may be asked of models; null is no limit. A quota holds for each period, which begins at midnight UTC
    (of Monday, of the first day of the month); money is in billionths of the hall's currency."""

    calls_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None
    parallel_calls: PerMinute | None = None
    quota_nano: Amount | None = None
    quota_tokens: Amount | None = None
    quota_period: QuotaPeriod = "month"


class LimitsOut(BaseModel):
    """How much may be asked of models; null is no limit."""

    calls_per_minute: int | None
    tokens_per_minute: int | None
    parallel_calls: int | None
    quota_nano: int | None
    quota_tokens: int | None
    quota_period: QuotaPeriod


LIMITS = tuple(LimitsOut.model_fields)
NO_LIMITS = LimitsIn()
