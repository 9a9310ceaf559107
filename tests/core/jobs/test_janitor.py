"""Who is taken for dead: whoever has not spoken for a while by the listener's watch, whatever the clocks say."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import UnavailableError
from guildhall.core.jobs import queries
from guildhall.core.jobs.context import Interrupt, JobContext, Run
from guildhall.core.jobs.janitor import Janitor
from tests.core.jobs.conftest import Yard


class Watch:
    """A watch that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def say(yard: Yard, executor: str, at: datetime) -> None:
    async with yard.db.write() as session:
        await queries.beat(session, executor, at)


async def known(yard: Yard) -> set[str]:
    async with yard.db.read() as session:
        return set(await queries.executors(session))


def janitor_of(yard: Yard, watch: Watch) -> Janitor:
    return Janitor(yard.db, yard.jobs._engine, yard.jobs.transitions, "me", silent_seconds=10, watch=watch)


async def test_a_worker_whose_clock_is_a_year_off_is_alive_as_long_as_it_speaks(yard: Yard) -> None:
    watch = Watch()
    janitor = janitor_of(yard, watch)
    for round_ in range(10):
        watch.seconds += 8
        await say(yard, "slow-clock", now() - timedelta(days=365) + timedelta(seconds=round_))
        await say(yard, "fast-clock", now() + timedelta(days=365) - timedelta(seconds=round_))
        await janitor.beat()
        await janitor.take_over()
    assert await known(yard) == {"me", "slow-clock", "fast-clock"}


async def test_a_worker_that_is_silent_for_ten_seconds_is_taken_over(yard: Yard) -> None:
    watch = Watch()
    janitor = janitor_of(yard, watch)
    await say(yard, "gone", now() + timedelta(days=365))
    job_id = await yard.put("test.quick")
    async with yard.db.write() as session:
        assert await queries.begin_job(session, job_id, 1, "gone", now()) is not None
    for seconds, left in ((0, True), (9, True), (2, False)):
        watch.seconds += seconds
        await janitor.beat()
        await janitor.take_over()
        assert ("gone" in await known(yard)) is left
    row = await yard.row(job_id)
    assert (row.state, row.run, row.attempts, row.executor) == ("queued", 2, 0, None)


async def test_after_the_database_was_away_everybody_has_time_to_speak_again(yard: Yard) -> None:
    watch = Watch()
    janitor = janitor_of(yard, watch)
    await say(yard, "other", now())
    await janitor.beat()
    await janitor.take_over()
    watch.seconds += 60  # nobody could speak
    original, janitor._db = janitor._db, _Away()  # type: ignore[assignment]
    with pytest.raises(UnavailableError):
        await janitor.beat()
    assert janitor.may_be_presumed_dead
    janitor._db = original
    await janitor.beat()
    await janitor.take_over()
    assert "other" in await known(yard)
    assert not janitor.may_be_presumed_dead


async def test_a_job_that_ends_its_process_each_time_is_given_up_after_a_hundred_runs(yard: Yard) -> None:
    job_id = await yard.put("test.quick")
    async with yard.db.write() as session:
        await queries.change_job(session, job_id, {"run": 100, "state": "running", "executor": "gone"})
    watch = Watch()
    await janitor_of(yard, watch).take_over()
    row = await yard.row(job_id)
    assert (row.state, row.error and row.error["code"]) == ("failed", "job_lost")


async def test_a_run_that_is_not_the_jobs_any_more_can_do_no_step(yard: Yard) -> None:
    job_id = await yard.put("test.quick")
    context = JobContext(yard.db, Run(job_id, 1, 1, None, None, None), {})
    async with yard.db.write() as session:
        await queries.change_job(session, job_id, {"run": 2, "state": "running", "executor": "another"})
    for doing in (context.step("a", _nothing), context.call("b", _soon), context.check(), context.progress(1, 1)):
        with pytest.raises(Interrupt, match="superseded"):
            await doing
    async with yard.db.read() as session:
        assert await queries.steps_of(session, job_id) == []


async def test_what_a_step_does_outside_is_cut_off_when_the_worker_loses_touch(yard: Yard) -> None:
    job_id = await yard.put("test.quick")
    async with yard.db.write() as session:
        assert await queries.begin_job(session, job_id, 1, "me", now()) is not None
    context = JobContext(yard.db, Run(job_id, 1, 1, None, None, None), {})
    calling = asyncio.create_task(context.call("long", asyncio.sleep, 60))
    await asyncio.sleep(0.3)
    context.lose_touch()
    with pytest.raises(UnavailableError):
        await calling


async def test_progress_told_within_a_step_is_stored_with_it(yard: Yard) -> None:
    job_id = await yard.put("test.quick")
    async with yard.db.write() as session:
        await queries.begin_job(session, job_id, 1, "me", now())
    context = JobContext(yard.db, Run(job_id, 1, 1, None, None, f"job.{job_id}"), {})

    async def work(_session: Session) -> dict[str, Any]:
        await context.progress(1, 1, "half way")
        return {"made": [1, "é"]}

    assert await context.step("work", work) == {"made": [1, "é"]}
    assert (await yard.row(job_id)).progress == {"done": 1, "total": 1, "text": "half way"}
    assert await context.step("work", _never) == {"made": [1, "é"]}


async def _nothing(_session: Session) -> None:
    return None


async def _never(_session: Session) -> None:
    raise AssertionError("a step that was done is not done again")


async def _soon() -> None:
    return None


class _Away:
    """A database that is away."""

    def write(self) -> Any:
        raise UnavailableError("database_unavailable", "The database does not answer.")
