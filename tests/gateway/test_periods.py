"""Periods: whole hours, steps of an hour or a day of any time zone, whatever its clock does."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.gateway.periods import DAY, HOUR, Period, period_of

NOW = datetime(2026, 7, 15, 10, 20, 30, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Santiago", "Australia/Lord_Howe", "Asia/Shanghai")


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def numbers_of(period: Period) -> list[int]:
    """The step of every hour, as the statement in SQL computes it."""
    stretches, hours = period.stretches(), range(period.since, period.until, HOUR)
    offsets = [next(offset for until, offset in stretches if hour < until) for hour in hours]
    return [(hour + offset) // DAY - period.first_day() for hour, offset in zip(hours, offsets, strict=True)]


def test_a_period_is_rounded_outward_to_whole_hours() -> None:
    period = period_of(at("2026-07-01T10:20"), at("2026-07-01T12:00:01"), None, ZoneInfo("UTC"), NOW)
    assert (period.since, period.until, period.step) == (
        at("2026-07-01T10:00").timestamp(),
        at("2026-07-01T13:00").timestamp(),
        "hour",
    )


def test_seven_days_until_now_are_what_is_usual() -> None:
    period = period_of(None, None, None, ZoneInfo("UTC"), NOW)
    assert (period.until - period.since, period.step, len(period.starts())) == (7 * DAY, "day", 8)
    assert period.until == datetime(2026, 7, 15, 11, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-03-28", "2026-03-31", [24, 23, 24]),
        ("2026-10-24", "2026-10-27", [24, 25, 24]),
        ("2026-07-01", "2026-07-03", [24, 24]),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(since: str, until: str, hours: list[int]) -> None:
    zone = "Europe/Berlin"
    period = period_of(at(since, zone), at(until, zone), "day", ZoneInfo(zone), NOW)
    starts = [*period.starts(), period.until]
    assert [(after - before) // HOUR for before, after in itertools.pairwise(starts)] == hours


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(ZONES),
    st.integers(int(at("2019-01-01").timestamp()) // HOUR, int(at("2027-01-01").timestamp()) // HOUR),
    st.integers(1, 24 * 20),
)
def test_every_hour_belongs_to_the_day_in_which_it_begins(zone: str, first: int, hours: int) -> None:
    period = Period(first * HOUR, (first + hours) * HOUR, "day", ZoneInfo(zone))
    starts = period.starts()
    first_day = datetime.fromtimestamp(period.since, period.zone).date()
    numbers = numbers_of(period)
    for hour, number in zip(range(period.since, period.until, HOUR), numbers, strict=True):
        assert datetime.fromtimestamp(hour, period.zone).date() == first_day + timedelta(days=number)
        assert starts[number] <= hour
    assert numbers[-1] == len(starts) - 1


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    period = period_of(at("2026-07-01"), at("2026-07-08"), None, ZoneInfo("UTC"), NOW)
    before = period.before()
    assert (before.since, before.until) == (at("2026-06-24").timestamp(), at("2026-07-01").timestamp())
    assert before.starts() == [before.since]


@pytest.mark.parametrize(
    ("since", "until", "step", "code"),
    [
        ("2026-07-02", "2026-07-01", None, "invalid_period"),
        ("2026-07-01", "2026-07-01", None, "invalid_period"),
        ("2026-08-01", None, None, "invalid_period"),
        ("0001-01-01", "0001-01-02", None, "invalid_period"),
        ("2026-07-01", "9999-12-31", None, "invalid_period"),
        ("2016-07-01", "2026-07-01", None, "too_many_steps"),
        ("2026-05-01", "2026-07-01", "hour", "too_many_steps"),
    ],
)
def test_what_cannot_be_shown_is_refused(since: str, until: str | None, step: str | None, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        period_of(at(since), until and at(until), step, ZoneInfo("UTC"), NOW)  # type: ignore[arg-type]
    assert refused.value.code == code
