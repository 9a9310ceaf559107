"""When a cron expression means: pure, with the moment given."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.core.jobs.cron import between, next_after, parse, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Pacific/Apia",  # left out a whole day in 2011
    "America/Sao_Paulo",  # changed at midnight
    "Africa/Casablanca",
]
MOMENTS = st.integers(0, 27 * 365 * 1440).map(
    lambda minutes: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)

WRONG = [
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "1/ * * * *",
    "a * * * *",
    "* * 31 2 *",
    "-1 * * * *",
    "1,,2 * * * *",
    "٣ * * * *",
    "@never",
]


def shown(expression: str, zone: str, after: datetime, count: int) -> list[str]:
    moments = []
    for _ in range(count):
        following = next_after(parse(expression), ZoneInfo(zone), after)
        assert following is not None
        moments.append(following.astimezone(ZoneInfo(zone)).isoformat()[:22])
        after = following
    return moments


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_an_hour_that_spring_leaps_over_runs_at_the_end_of_the_leap() -> None:
    assert shown("30 2 * * *", "Europe/Berlin", utc(2026, 3, 28, 0), 3) == [
        "2026-03-28T02:30:00+01",
        "2026-03-29T03:00:00+02",
        "2026-03-30T02:30:00+02",
    ]


def test_several_moments_of_one_leap_are_one() -> None:
    assert shown("0,20,40 2,3 29 3 *", "Europe/Berlin", utc(2026, 3, 1), 3) == [
        "2026-03-29T03:00:00+02",
        "2026-03-29T03:20:00+02",
        "2026-03-29T03:40:00+02",
    ]


def test_an_hour_that_autumn_repeats_runs_the_first_time_only() -> None:
    assert shown("30 2 * * *", "Europe/Berlin", utc(2026, 10, 24, 12), 2) == [
        "2026-10-25T02:30:00+02",
        "2026-10-26T02:30:00+01",
    ]


def test_what_runs_every_so_often_goes_on_through_both_changes() -> None:
    assert shown("*/30 * * * *", "Europe/Berlin", utc(2026, 10, 24, 23, 45), 5) == [
        "2026-10-25T02:00:00+02",
        "2026-10-25T02:30:00+02",
        "2026-10-25T02:00:00+01",
        "2026-10-25T02:30:00+01",
        "2026-10-25T03:00:00+01",
    ]
    assert shown("*/30 * * * *", "Europe/Berlin", utc(2026, 3, 29, 0, 10), 3) == [
        "2026-03-29T01:30:00+01",
        "2026-03-29T03:00:00+02",
        "2026-03-29T03:30:00+02",
    ]


def test_a_day_that_a_country_left_out_runs_at_its_end() -> None:
    assert shown("0 9 * * *", "Pacific/Apia", utc(2011, 12, 29, 0), 3) == [
        "2011-12-29T09:00:00-10",
        "2011-12-31T00:00:00+14",
        "2011-12-31T09:00:00+14",
    ]


def test_names_ranges_steps_and_shorthands_mean_what_they_do_in_cron() -> None:
    assert parse("0 9-17/4 * jan,jul mon-fri") == parse("0 9,13,17 * 1,7 1-5")
    assert parse("@weekly") == parse("0 0 * * 7")
    assert shown("0 0 13 * fri", "UTC", utc(2026, 11, 1), 3) == [  # the 13th, or a Friday
        "2026-11-06T00:00:00+00",
        "2026-11-13T00:00:00+00",
        "2026-11-20T00:00:00+00",
    ]
    assert shown("0 0 29 2 *", "UTC", utc(2097, 1, 1), 1) == ["2104-02-29T00:00:00+00"]


@pytest.mark.parametrize("expression", WRONG)
def test_a_wrong_expression_is_refused_with_one_sentence(expression: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        parse(expression)
    assert refused.value.code == "invalid_cron"
    assert refused.value.message.startswith("The cron expression is not valid: ")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "\x00", "x" * 300])
def test_a_wrong_time_zone_is_refused(name: str) -> None:
    with pytest.raises(BadRequestError):
        zone_of(name)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_an_expression_or_refused(expression: str) -> None:
    with contextlib.suppress(BadRequestError):
        parse(expression)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, st.integers(0, 23), st.integers(0, 59))
def test_a_daily_moment_comes_exactly_once_each_calendar_day(
    zone: str, after: datetime, hour: int, minute: int
) -> None:
    """Over 400 days, clock changes included: no day twice, none left out but one that does not exist."""
    cron, place = parse(f"{minute} {hour} * * *"), ZoneInfo(zone)
    moments = between(cron, place, after, after + timedelta(days=400), most=1000)
    assert moments == sorted(set(moments))
    days = [moment.astimezone(place).date() for moment in moments]
    doubled = {day for day in days if days.count(day) > 1}
    missed = {days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)} - set(days)
    strange = {day.isoformat() for day in doubled | missed}
    # The day after a left-out one has that one's moment too; a leap over midnight puts one on the next day.
    assert strange <= {"2011-12-30", "2011-12-31"} or all(_leaps_at_midnight(day, place) for day in doubled | missed)


def _leaps_at_midnight(day, place: ZoneInfo) -> bool:  # type: ignore[no-untyped-def]
    """Whether clocks leap over the beginning or the end of a day."""
    for other in (day, day + timedelta(days=1)):
        midnight = datetime(other.year, other.month, other.day, tzinfo=place)
        if midnight.astimezone(UTC).astimezone(place).replace(tzinfo=None) != midnight.replace(tzinfo=None):
            return True
    return False


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, st.sampled_from([1, 5, 10, 15, 20, 30, 60]))
def test_what_runs_every_so_often_never_pauses_longer_or_shorter(zone: str, after: datetime, every: int) -> None:
    """In zones whose changes are whole hours; where one is of half an hour, an hourly moment shifts by it."""
    expression = f"*/{every} * * * *" if every < 60 else "0 * * * *"
    moments = between(parse(expression), ZoneInfo(zone), after, after + timedelta(days=3), most=10_000)
    gaps = {(later - earlier).total_seconds() / 60 for earlier, later in itertools.pairwise(moments)}
    changes_by_half_hours = zone == "Australia/Lord_Howe" and every == 60
    assert gaps == {every} or (changes_by_half_hours and gaps <= {every, 30, 90}) or after.year == 2011


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    MOMENTS,
    st.sampled_from(["* * * * *", "*/7 */3 * * *", "13 4 * * *", "0 0 1 * *", "5 2,3 * * sun", "30 0-3 */2 * *"]),
)
def test_the_next_moment_is_later_matches_and_nothing_lies_between(zone: str, after: datetime, expression: str) -> None:
    cron, place = parse(expression), ZoneInfo(zone)
    following = next_after(cron, place, after)
    assert following is not None
    assert following > after
    local = following.astimezone(place)
    before = (following - timedelta(minutes=1)).astimezone(place)
    is_end_of_leap = local.utcoffset() != before.utcoffset()
    assert is_end_of_leap or (cron.has_day(local.date()) and local.hour in cron.hours and local.minute in cron.minutes)
    assert next_after(cron, place, following - timedelta(seconds=1)) == following
