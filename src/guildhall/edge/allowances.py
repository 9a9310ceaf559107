"""Allowances: how much a caller may ask for, whoever it is: a key, a person, an address. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from guildhall.core.limits import Charge, Limit
from guildhall.core.reservations import Amounts, Budget, Claim

Period = Literal["day", "week", "month", "ever"]
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Quota:
    """How much may be used in each period; None is no bound. Periods begin at midnight UTC, weeks on Mondays."""

    nano: int | None
    """In nano-units of the hall's currency."""
    tokens: int | None
    period: Period


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one subject may ask for; None is no bound."""

    subject: str
    """`key:…`, `user:…` or `address:…`."""
    calls_per_minute: int | None = None
    tokens_per_minute: int | None = None
    parallel_calls: int | None = None
    quota: Quota | None = None

    def charges(self, calls: int, tokens: int) -> list[Charge]:
        """What a call costs of the rates."""
        found = []
        if self.calls_per_minute is not None and calls:
            found.append(Charge(f"caller.calls:{self.subject}", Limit(self.calls_per_minute, _MINUTE), calls))
        if self.tokens_per_minute is not None:
            most = self.tokens_per_minute  # one call may take it all, however long it is
            found.append(Charge(f"caller.tokens:{self.subject}", Limit(most, _MINUTE), min(tokens, most)))
        return found

    def claim(self, moment: datetime) -> Claim | None:
        """What a call holds while it goes on; None where nothing is counted."""
        if self.parallel_calls is None and self.quota is None:
            return None
        return Claim(self.subject, self.parallel_calls, self.budget(moment))

    def budget(self, moment: datetime) -> Budget | None:
        """The quota of the period that `moment` is in."""
        if self.quota is None:
            return None
        begins = began(self.quota.period, moment)
        since = 0 if begins is None else int(begins.timestamp())
        account = f"{self.subject}:{self.quota.period}:{since}"
        return Budget(account, (self.quota.nano, self.quota.tokens), self.subject, since)


@dataclass(frozen=True, slots=True)
class Admittance:
    """What was charged and reserved for one call."""

    allowances: Sequence[Allowance]
    claims: Sequence[Claim]
    amounts: Amounts


def began(period: Period, moment: datetime) -> datetime | None:
    """When the period that `moment` is in began; None for one that has no beginning."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return midnight
    if period == "week":
        return midnight - timedelta(days=midnight.weekday())
    return midnight.replace(day=1) if period == "month" else None


def ends(period: Period, moment: datetime) -> datetime | None:
    """When the next period begins; None when there will be none."""
    begins = began(period, moment)
    if begins is None:
        return None
    if period == "month":
        return (begins + timedelta(days=32)).replace(day=1)
    return begins + timedelta(days=1 if period == "day" else 7)
