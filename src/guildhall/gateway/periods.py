"""Periods: whole hours from a moment to another, and the steps in between: hours, or days of a time zone. Pure.

An hour belongs to the day in which it begins: where midnight is not on the hour, a day has the hours that begin in it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from guildhall.core.errors import BadRequestError

Step = Literal["hour", "day", "all"]
HOUR, DAY = 3600, 86_400
MOST_STEPS = 800
"""Hours of a month, or days of two years."""
_HOURLY_UP_TO = 3 * DAY
_USUAL = 7 * DAY
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Period:
    """From `since` up to, but not at, `until`, in seconds since 1970 (UTC); both are whole hours."""

    since: int
    until: int
    step: Step
    zone: ZoneInfo

    def starts(self) -> list[int]:
        """When each step begins; the first begins with the period."""
        if self.step == "all":
            return [self.since]
        if self.step == "hour":
            return list(range(self.since, self.until, HOUR))
        first, last = (self._day(moment) for moment in (self.since, self.until - HOUR))
        days = [_EPOCH + timedelta(days=number) for number in range(first, last + 1)]
        return [max(self.since, int(datetime.combine(day, time(), self.zone).timestamp())) for day in days]

    def first_day(self) -> int:
        """The day in which it begins, as days since 1970 by the zone's clock."""
        return self._day(self.since)

    def stretches(self) -> list[tuple[int, int]]:
        """(until when, seconds ahead of UTC) of each stretch in which the zone's clock is not changed, in order."""
        found: list[tuple[int, int]] = []
        moment = self.since
        while moment < self.until:
            offset, after = self._offset(moment), min(moment + DAY, self.until)
            if self._offset(after) != offset:
                after = next(hour for hour in range(moment, after + 1, HOUR) if self._offset(hour) != offset)
                found.append((after, offset))
            moment = after
        return [*found, (self.until, self._offset(self.until - HOUR))]

    def before(self) -> "Period":
        """The period of the same length that ends where this one begins, as one step."""
        return Period(2 * self.since - self.until, self.since, "all", self.zone)

    def _day(self, moment: int) -> int:
        return (moment + self._offset(moment)) // DAY

    def _offset(self, moment: int) -> int:
        offset = datetime.fromtimestamp(moment, self.zone).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0


def period_of(
    since: datetime | None, until: datetime | None, step: Literal["hour", "day"] | None, zone: ZoneInfo, now: datetime
) -> Period:
    """What is asked for, rounded outward to whole hours: the last seven days where nothing is said.

    Raises `BadRequestError` (`invalid_period`, `too_many_steps`).
    """
    end = until or now
    _require(_FIRST <= end <= _LAST and (since is None or _FIRST <= since <= _LAST), "lies between 2000 and 2200")
    last = -(-int(end.timestamp() * 1_000_000) // (HOUR * 1_000_000)) * HOUR
    first = last - _USUAL if since is None else int(since.timestamp()) // HOUR * HOUR
    _require(first < last and (since is None or since < end), "begins before it ends")
    chosen = step or ("hour" if last - first <= _HOURLY_UP_TO else "day")
    steps = (last - first) // (HOUR if chosen == "hour" else DAY)
    if steps > MOST_STEPS:
        raise BadRequestError(
            "too_many_steps",
            f"That would be {steps:,} {chosen}s; at most {MOST_STEPS} are shown. Ask for less time or larger steps.",
            param="since",
            most=MOST_STEPS,
        )
    return Period(first, last, chosen, zone)


def _require(is_so: bool, words: str) -> None:
    if not is_so:
        raise BadRequestError("invalid_period", f"A period {words}.", param="since")
