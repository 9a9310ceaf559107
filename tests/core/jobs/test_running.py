"""What a job does and how it ends."""

import asyncio
import time

import pytest
from dbos import WorkflowSerializationFormat
from sqlalchemy import text

from guildhall.core.clock import now
from guildhall.core.jobs import queries
from tests.core.jobs.conftest import Yard
from tests.core.jobs.workshop import effects

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def test_a_job_runs_its_steps_tells_its_progress_and_succeeds(yard: Yard) -> None:
    job_id = await yard.put("test.steps", "5", "0")
    async with yard.worker():
        row = await yard.ended(job_id)
    assert (row.state, row.run, row.attempts, row.error) == ("succeeded", 1, 1, None)
    assert row.progress == {"done": 5, "total": 5, "text": "step-4"}
    assert [effect.step for effect in await effects(yard.db, job_id)] == [f"step-{number}" for number in range(5)]
    async with yard.db.read() as session:
        assert [step.name for step in await queries.steps_of(session, job_id)] == [f"step-{n}" for n in range(5)]
        told = (await session.execute(text(f"SELECT type, body FROM events WHERE stream = 'job.{job_id}'"))).all()
    assert [kind for kind, _ in told][-2:] == ["job.progress", "job.ended"]


async def test_a_job_is_begun_at_once_and_not_at_the_next_poll(yard: Yard) -> None:
    """The queue is looked at every half second; ten jobs, one after the other, would take five seconds at that pace."""
    async with yard.worker():
        waits = []
        for _ in range(10):
            began = time.monotonic()
            await yard.ended(await yard.put("test.quick"))
            waits.append(time.monotonic() - began)
    if yard.settings.is_embedded:  # the bus does not reach the worker of this test, which is a process of its own
        return
    assert sorted(waits)[5] < 0.25, waits


async def test_a_job_that_was_never_committed_never_runs(yard: Yard) -> None:
    with pytest.raises(RuntimeError):
        async with yard.db.write() as session:
            await yard.jobs.enqueue(session, "test.quick")
            raise RuntimeError("the thing it was about was refused")
    async with yard.worker():
        await yard.ended(await yard.put("test.quick"))
    assert len(await effects(yard.db)) == 1


async def test_a_second_job_with_the_same_key_is_not_made(yard: Yard) -> None:
    first = await yard.put("test.quick", key="export-1")
    assert await yard.put("test.quick", key="export-1") == first
    both = await asyncio.gather(*(yard.put("test.quick", key="export-2") for _ in range(5)))
    assert len(set(both)) == 1


async def test_a_failing_job_is_tried_again_after_longer_and_longer_rests(yard: Yard) -> None:
    job_id = await yard.put("test.fails", "2")
    async with yard.worker():
        row = await yard.ended(job_id)
    assert (row.state, row.attempts) == ("succeeded", 3)
    times = [effect.at for effect in await effects(yard.db, job_id)]
    assert times[1] - times[0] >= 0.2
    assert times[2] - times[1] >= 0.4


async def test_a_job_that_fails_for_good_is_kept_with_its_reason_and_what_it_is_about_is_told(yard: Yard) -> None:
    job_id = await yard.put("test.fails", "99")
    hopeless = await yard.put("test.gives_up")
    async with yard.worker():
        row = await yard.ended(job_id)
        assert (row.state, row.attempts, row.error) == ("failed", 3, {"code": "not_yet", "message": "Not yet."})
        assert (await yard.ended(hopeless)).attempts == 1
    steps = sorted(effect.step for effect in await effects(yard.db))
    assert [step for step in steps if step.startswith("abandoned")] == ["abandoned ('99',)", "abandoned ()"]


async def test_a_failed_job_that_is_tried_again_does_not_repeat_its_steps(yard: Yard) -> None:
    job_id = await yard.put("test.fails", "3")
    async with yard.worker():
        assert (await yard.ended(job_id)).state == "failed"
        async with yard.db.write() as session:
            await yard.jobs.transitions.retry(session, job_id)
        row = await yard.until(job_id, lambda row: row.run >= 6 and row.ended_at is not None)
    assert (row.state, row.attempts, row.verdict) == ("failed", 3, None)
    assert [effect.step for effect in await effects(yard.db, job_id)] == ["try-1", "try-2", "try-3"]


async def test_cancelling_a_running_job_takes_effect_at_its_next_step(yard: Yard) -> None:
    job_id = await yard.put("test.steps", "500", "0.05")
    async with yard.worker():
        await yard.until(job_id, lambda row: row.progress is not None)
        async with yard.db.write() as session:
            await yard.jobs.transitions.cancel(session, job_id)
        began = time.monotonic()
        row = await yard.ended(job_id)
        assert time.monotonic() - began < 2
        done = len(await effects(yard.db, job_id))
        await asyncio.sleep(0.5)
    assert row.state == "cancelled"
    assert len(await effects(yard.db, job_id)) == done < 100


async def test_cancelling_a_waiting_job_ends_it_at_once(yard: Yard) -> None:
    job_id = await yard.put("test.quick", delay_seconds=1.0)
    async with yard.db.write() as session:
        await yard.jobs.transitions.cancel(session, job_id)
    assert (await yard.row(job_id)).state == "cancelled"
    async with yard.worker():
        await yard.ended(await yard.put("test.quick"))
        await asyncio.sleep(2)
    assert await effects(yard.db, job_id) == []


async def test_a_queue_for_one_at_a_time_runs_one_at_a_time_over_all_workers(yard: Yard) -> None:
    ids = [await yard.put("test.single", "0.2") for _ in range(6)]
    async with yard.worker(), yard.second_worker():
        for job_id in ids:
            await yard.ended(job_id)
    steps = [effect.step for effect in await effects(yard.db)]
    assert steps == ["begin", "end"] * 6


async def test_a_queue_with_a_rate_never_begins_more_in_any_such_time(yard: Yard) -> None:
    ids = [await yard.put("test.rated") for _ in range(12)]
    async with yard.worker(), yard.second_worker():
        for job_id in ids:
            await yard.ended(job_id)
    times = sorted(effect.at for effect in await effects(yard.db))
    gaps = [later - earlier for earlier, later in zip(times, times[3:], strict=False)]
    assert min(gaps) > 0.7, gaps  # three a second, seen where they were done rather than where they were begun


async def test_tidying_leaves_nothing_of_a_job_that_retention_removed(yard: Yard) -> None:
    gone, kept = await yard.put("test.steps", "2", "0"), await yard.put("test.steps", "2", "0")
    async with yard.worker():
        await yard.ended(gone)
        later = (await yard.ended(kept)).created_at.replace(year=2100)
    async with yard.db.write() as session:
        await session.execute(text(f"DELETE FROM jobs WHERE id = '{gone}'"))
    await yard.jobs.tidy(later)
    schema = "" if yard.settings.is_embedded else "dbos."
    async with yard.db.read() as session:
        left = (await session.execute(text(f"SELECT COUNT(*) FROM {schema}workflow_status"))).scalar_one()
        streams = (await session.scalars(text("SELECT name FROM event_streams"))).all()
        assert (left, streams) == (0, [f"job.{kept}"])
        assert await queries.steps_of(session, gone) == []
        assert len(await queries.steps_of(session, kept)) == 2


async def test_a_job_that_an_older_release_put_in_is_done_by_this_one(yard: Yard) -> None:
    """Until 0.1 the engine was handed a job by its name, and there was no row of ours."""
    client = yard.jobs._engine._client
    assert client is not None
    options = {"workflow_name": "test.quick", "queue_name": "test-steps", "app_version": "1"}
    await client.enqueue_async({**options, "serialization_type": WorkflowSerializationFormat.PORTABLE}, "an-id")
    async with yard.worker():
        for _ in range(100):
            if await effects(yard.db):
                break
            await asyncio.sleep(0.1)
        async with yard.db.read() as session:
            (job,) = await queries.jobs_before(session, now=now(), limit=5)
        assert (await yard.ended(job.id)).state == "succeeded"
    assert (job.name, job.args, len(await effects(yard.db))) == ("test.quick", ["an-id"], 1)
