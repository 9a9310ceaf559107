"""Cron expressions in a time zone: when is next? Pure: the moment is given, in UTC.

Five fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday), with lists, ranges, steps and English
names; `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. If both days are restricted, either may match, as in cron.

Where clocks change: an expression whose hour field begins with `*` goes by time that passes, so it neither rests nor
hurries. Any other names hours of the day: a moment that a change leaps over counts at the end of the leap, once; one
that comes twice counts the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from guildhall.core.errors import BadRequestError

_SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_YEARS = 9  # from a 29 February before a century that has none to the next
_QUARTER = timedelta(minutes=15)  # every offset in use is a multiple
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Cron:
    """A parsed expression."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday
    is_any_day: bool
    is_any_weekday: bool
    goes_by_elapsed_time: bool

    def has_day(self, day: date) -> bool:
        """Whether this calendar day is one of those meant."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.is_any_day or self.is_any_weekday:
            return in_month and in_week
        return in_month or in_week


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises `BadRequestError`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadRequestError("invalid_time_zone", f"There is no time zone {name[:60]!r}.") from None


@lru_cache(maxsize=200)
def parse(expression: str) -> Cron:
    """The expression's meaning. Raises `BadRequestError` that names the field."""
    parts = _SHORTHANDS.get(expression.strip().lower(), expression).lower().split()
    if len(parts) != 5:
        raise _wrong("it has five fields: minute, hour, day of month, month, day of week")
    values = [_field(text, *limits) for text, limits in zip(parts, _FIELDS, strict=True)]
    found = Cron(
        minutes=tuple(sorted(values[0])),
        hours=tuple(sorted(values[1])),
        days=frozenset(values[2]),
        months=frozenset(values[3]),
        weekdays=frozenset(day % 7 for day in values[4]),
        is_any_day=parts[2].startswith("*"),
        is_any_weekday=parts[4].startswith("*"),
        goes_by_elapsed_time=parts[1].startswith("*"),
    )
    # A leap day falls on each weekday within 28 years, or 40 around a century.
    if not any(found.has_day(date(2000, 1, 1) + timedelta(days=offset)) for offset in range(366 * 41)):
        raise _wrong("no day is meant by it")
    return found


def next_after(cron: Cron, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment meant that is later than `after`; None when there is none within some nine years."""
    moments = _by_elapsed_time if cron.goes_by_elapsed_time else _by_the_clock
    return next(moments(cron, zone, after), None)


def between(cron: Cron, zone: ZoneInfo, after: datetime, until: datetime, *, most: int) -> list[datetime]:
    """The moments later than `after` and not later than `until`: the last `most` of them, oldest first."""
    found: list[datetime] = []
    moments = _by_elapsed_time if cron.goes_by_elapsed_time else _by_the_clock
    for moment in moments(cron, zone, after):
        if moment > until:
            break
        found.append(moment)
        if len(found) > most:
            found.pop(0)
    return found


def _by_the_clock(cron: Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Hours of the day: each day's, the leapt ones at the end of their leap."""
    first = after.astimezone(zone).date() - timedelta(days=2)  # a leap may be a whole day
    last = after
    for offset in range(366 * _YEARS):
        day = first + timedelta(days=offset)
        if not cron.has_day(day):
            continue
        for hour in cron.hours:
            for minute in cron.minutes:
                moment = _first_moment(datetime.combine(day, time(hour, minute)), zone)
                if moment > last:
                    last = moment
                    yield moment


def _first_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows `local`, or leaps over it."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    # Leapt over: the offset before it, applied to `local`, lands behind the leap; search back for the leap itself.
    behind = moment.astimezone(zone).utcoffset()
    low, high = moment - timedelta(days=2), moment
    while high - low > _MINUTE:
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == behind else (middle, high)
    return high.replace(second=0, microsecond=0)


def _by_elapsed_time(cron: Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Every minute that passes, by what the clock shows then."""
    moment = after.replace(second=0, microsecond=0) + _MINUTE
    end = after + timedelta(days=366 * _YEARS)
    while moment <= end:
        local = moment.astimezone(zone)
        if not any(cron.has_day(local.date() + timedelta(days=offset)) for offset in (-1, 0, 1, 2)):
            moment += timedelta(days=1)
        elif not cron.has_day(local.date()) or local.hour not in cron.hours:
            moment = _next_quarter(moment)
        else:
            if local.minute in cron.minutes:
                yield moment
            moment += _MINUTE


def _next_quarter(moment: datetime) -> datetime:
    return moment + _QUARTER - timedelta(minutes=moment.minute % 15)


def _field(text: str, name: str, low: int, high: int) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        reach, slash, step_text = part.partition("/")
        step = _number(step_text, name, 1, high) if slash else 1
        first, dash, last = reach.partition("-")
        if reach == "*":
            start, end = low, high
        elif dash:
            start, end = _number(first, name, low, high), _number(last, name, low, high)
        else:
            start = _number(first, name, low, high)
            end = high if slash else start
        if end < start:
            raise _wrong(f"the {name} runs backwards in {part[:20]!r}")
        values.update(range(start, end + 1, step))
    return values


def _number(text: str, name: str, low: int, high: int) -> int:
    names = {"month": _MONTHS, "day of week": _DAYS}.get(name, ())
    if text in names:
        return names.index(text) + (1 if name == "month" else 0)
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        raise _wrong(f"the {name} has {text[:20]!r}, not something between {low} and {high}")
    return int(text)


def _wrong(why: str) -> BadRequestError:
    return BadRequestError("invalid_cron", f"The cron expression is not valid: {why}.")
