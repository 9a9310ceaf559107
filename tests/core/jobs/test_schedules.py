"""Schedules: what is due when, after downtime and when clocks jump; fired once however many look."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.jobs import queries
from guildhall.core.jobs.engine import Engine
from guildhall.core.jobs.kinds import CatchUp, Schedule
from guildhall.core.jobs.schedules import MOST_AT_ONCE, Schedules, plan
from guildhall.core.jobs.transitions import Transitions
from tests.core.jobs.conftest import Yard
from tests.core.jobs.workshop import effects

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOURLY = "0 * * * *"
CATCH_UPS: list[CatchUp] = ["once", "all", "skip"]


def test_a_new_schedule_waits_for_its_first_moment() -> None:
    due = plan(HOURLY, "UTC", "all", last_at=None, next_at=None, now=NOON + timedelta(minutes=1))
    assert (due.run, due.next_at) == ((), NOON + timedelta(hours=1))


@pytest.mark.parametrize("catch_up", CATCH_UPS)
def test_a_moment_that_is_met_runs_whatever_the_policy(catch_up: CatchUp) -> None:
    due = plan(
        HOURLY, "UTC", catch_up, last_at=NOON - timedelta(hours=1), next_at=NOON, now=NOON + timedelta(seconds=3)
    )
    assert (due.run, due.last_at, due.next_at) == ((NOON,), NOON, NOON + timedelta(hours=1))


def test_after_downtime_the_policy_says_what_becomes_of_missed_moments() -> None:
    back = NOON + timedelta(hours=5, minutes=30)

    def run(catch_up: CatchUp) -> tuple[datetime, ...]:
        due = plan(HOURLY, "UTC", catch_up, last_at=NOON - timedelta(hours=1), next_at=NOON, now=back)
        assert due.next_at == NOON + timedelta(hours=6)
        assert due.last_at == NOON + timedelta(hours=5)
        return due.run

    assert run("once") == (NOON + timedelta(hours=5),)
    assert run("all") == tuple(NOON + timedelta(hours=hours) for hours in range(6))
    assert run("skip") == ()


def test_after_a_year_of_downtime_the_last_hundred_moments_run() -> None:
    due = plan(HOURLY, "UTC", "all", last_at=NOON, next_at=NOON + timedelta(hours=1), now=NOON + timedelta(days=365))
    assert len(due.run) == MOST_AT_ONCE
    assert due.run[-1] == NOON + timedelta(days=365)


def test_a_clock_set_back_runs_nothing_again_and_one_that_was_corrected_is_believed() -> None:
    an_hour_back = plan(
        HOURLY, "UTC", "all", last_at=NOON, next_at=NOON + timedelta(hours=1), now=NOON - timedelta(hours=1)
    )
    assert (an_hour_back.run, an_hour_back.next_at) == ((), NOON + timedelta(hours=1))
    ten_years_back = NOON - timedelta(days=3650)
    corrected = plan(HOURLY, "UTC", "all", last_at=NOON, next_at=NOON + timedelta(hours=1), now=ten_years_back)
    assert corrected.run == ()
    assert corrected.next_at == ten_years_back + timedelta(hours=1)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-7200, 20_000), min_size=1, max_size=20), st.sampled_from(CATCH_UPS))
def test_however_the_clock_jumps_no_moment_runs_twice_and_none_out_of_order(
    jumps: list[int], catch_up: CatchUp
) -> None:
    moment, last_at, next_at = NOON, None, None
    ran: list[datetime] = []
    for jump in jumps:
        moment += timedelta(seconds=jump)
        due = plan("*/20 * * * *", "Europe/Berlin", catch_up, last_at=last_at, next_at=next_at, now=moment)
        ran += due.run
        last_at, next_at = due.last_at, due.next_at
        assert next_at is not None
        assert last_at is None or next_at > last_at
    assert ran == sorted(set(ran))


async def test_a_moment_is_fired_once_by_however_many_processes(yard: Yard) -> None:
    """Eight processes look at the same moment, each with its own connections."""
    schedule = Schedule("test.every_minute", "test.quick", "* * * * *", catch_up="all")
    async with yard.db.write() as session:
        await queries.add_schedule(session, {"name": schedule.name, "enabled": True})
    start = now()
    await yard.jobs.schedules.fire(start)
    later = start + timedelta(minutes=5)
    databases = [Database(yard.settings) for _ in range(8)]
    engine: Engine = yard.jobs._engine
    lookers = [Schedules(db, [schedule], Transitions(engine, yard.jobs.kinds)) for db in databases]
    answers = await asyncio.gather(*(each.fire(later) for each in lookers), return_exceptions=True)
    assert {answer for answer in answers if not isinstance(answer, AppError)}, answers
    for db in databases:
        await db.close()
    async with yard.db.read() as session:
        jobs = await queries.jobs_before(session, now=now(), limit=100, schedule=schedule.name)
    moments = [job.scheduled_for for job in jobs]
    assert len(moments) == len(set(moments)) == 5


async def test_a_schedule_whose_last_job_still_runs_is_not_started_again(yard: Yard) -> None:
    async with yard.db.write() as session:
        await queries.add_schedule(session, {"name": "jobs.tidy", "enabled": True})
        first = await yard.jobs.schedules.run_now(session, "jobs.tidy", "us_1")
    await yard.jobs.schedules.fire(now())
    await yard.jobs.schedules.fire(now() + timedelta(days=2))
    async with yard.db.write() as session:
        assert [job.id for job in await queries.jobs_before(session, now=now(), limit=9, schedule="jobs.tidy")] == [
            first
        ]
        with pytest.raises(AppError, match="runs or waits already"):
            await yard.jobs.schedules.run_now(session, "jobs.tidy", "us_1")


@pytest.mark.slow
@pytest.mark.timeout(150)
async def test_schedules_fire_by_the_clock_in_one_of_several_workers(yard: Yard) -> None:
    """A real minute passes."""
    async with yard.db.write() as session:
        await queries.add_schedule(session, {"name": "test.every_minute", "enabled": True})
    async with yard.worker(), yard.second_worker():
        await asyncio.sleep(62 - now().second % 60)
        for _ in range(100):
            if await effects(yard.db):
                break
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)
    assert len(await effects(yard.db)) == 1
