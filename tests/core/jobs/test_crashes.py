"""What survives when workers are killed, frozen or cut off: each step's effect happens exactly once."""

import asyncio
import os
import random
import signal
import time
from collections import Counter

import psycopg
import pytest

from guildhall.core.jobs.tables import JobRow
from tests.core.jobs.conftest import Yard
from tests.core.jobs.workshop import effects

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]
STEPS = 200
KILLS = {"embedded": 30, "scaled": 10}  # another worker takes over slowly what it can't know is dead


async def test_after_kills_at_random_instants_each_of_200_steps_has_taken_effect_exactly_once(
    yard: Yard, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(os.urandom(8))
    began = time.monotonic()
    job_id = await yard.put("test.steps", str(STEPS), "0.04")
    killed_at: list[int] = []
    while len(killed_at) < KILLS[mode]:
        worker = await asyncio.to_thread(yard.start, 1.0)
        try:
            if chance.random() < 0.7:  # the others fall on starting and taking over
                await _running_again(yard, job_id, killed_at)
            await asyncio.sleep(chance.uniform(0, 0.5))
        finally:
            worker.kill()
        killed_at.append(len(await effects(yard.db, job_id)))
    async with yard.worker(1.0):
        row = await yard.ended(job_id, 120)
    done = Counter(effect.step for effect in await effects(yard.db, job_id))
    with capsys.disabled():
        print(  # noqa: T201 - the figure
            f"\njobs, {mode}: {len(killed_at)} kills -9 over {STEPS} steps in {time.monotonic() - began:.0f} s: "
            f"{len(done)} steps took effect, {sum(done.values()) - len(done)} twice, {STEPS - len(done)} never; "
            f"{row.run} runs, {len(set(killed_at))} different places"
        )
    assert done == {f"step-{number}": 1 for number in range(STEPS)}
    assert row.state == "succeeded"
    assert len(set(killed_at)) > KILLS[mode] / 3


async def _running_again(yard: Yard, job_id: str, killed_at: list[int]) -> None:
    """Wait until this worker has done a step, unless the job has ended."""
    before = killed_at[-1] if killed_at else 0
    deadline = time.monotonic() + 20
    while len(await effects(yard.db, job_id)) <= before and (await yard.row(job_id)).ended_at is None:
        assert time.monotonic() < deadline, (await yard.row(job_id)).state
        await asyncio.sleep(0.02)


async def test_of_two_workers_the_other_takes_over_when_one_is_killed(yard: Yard) -> None:
    if yard.settings.is_embedded:
        return  # there is one process only
    async with yard.worker() as first:
        ids = [await yard.put("test.steps", "150", "0.05") for _ in range(3)]
        for job_id in ids:
            await yard.until(job_id, lambda row: row.progress is not None)
        async with yard.worker():
            killed = time.monotonic()
            first.kill()
            for job_id in ids:
                row = await yard.ended(job_id)
                assert (row.state, row.attempts) == ("succeeded", 1)
                assert row.run >= 2  # more if this machine is so busy that a live worker fell silent too
            assert time.monotonic() - killed < 45
    for job_id in ids:
        assert Counter(e.step for e in await effects(yard.db, job_id)) == {f"step-{n}": 1 for n in range(150)}


async def test_a_worker_that_was_frozen_and_taken_over_writes_nothing_more(yard: Yard) -> None:
    if yard.settings.is_embedded:
        return
    async with yard.worker() as first:
        job_id = await yard.put("test.steps", "80", "0.05")
        await yard.until(job_id, lambda row: row.progress is not None)
        os.kill(first.process.pid, signal.SIGSTOP)
        async with yard.worker():
            await yard.until(job_id, _is_second_run)
            os.kill(first.process.pid, signal.SIGCONT)
            row = await yard.ended(job_id)
            assert row.state == "succeeded"
            await asyncio.sleep(1)
        found = await effects(yard.db, job_id)
        assert Counter(effect.step for effect in found) == {f"step-{n}": 1 for n in range(80)}
        runs = [effect.run for effect in found]
        assert runs == sorted(runs), "a run wrote after the one that replaced it"
        assert "job_superseded" in first.output()


async def test_a_worker_that_is_merely_slow_loses_its_job_and_does_no_step_of_it(yard: Yard) -> None:
    """It blocks for longer than the others wait; when it comes to itself its next step is refused."""
    if yard.settings.is_embedded:
        return
    async with yard.worker():
        job_id = await yard.put("test.blocks", "15")
        await yard.until(job_id, lambda row: row.state == "running")
        async with yard.worker():
            row = await yard.ended(job_id, 60)
    assert row.state == "succeeded"
    assert row.run >= 2
    assert Counter(effect.step for effect in await effects(yard.db, job_id)) == {"before": 1, "after": 1}


async def test_a_worker_that_is_stopped_hands_its_jobs_over_at_their_next_step(yard: Yard) -> None:
    job_id = await yard.put("test.steps", "40", "0.1")
    async with yard.worker(10.0) as first:
        await yard.until(job_id, lambda row: row.progress is not None)
        began = time.monotonic()
        assert await asyncio.to_thread(first.stop) == 0
        assert time.monotonic() - began < 5
    row = await yard.row(job_id)
    assert (row.state, row.run, row.attempts) == ("queued", 2, 0)
    async with yard.worker():
        assert (await yard.ended(job_id)).state == "succeeded"
    assert Counter(effect.step for effect in await effects(yard.db, job_id)) == {f"step-{n}": 1 for n in range(40)}


async def test_what_a_step_does_outside_is_not_done_in_two_processes_at_once(yard: Yard) -> None:
    job_id = await yard.put("test.calls", "12", "0.2")
    for _ in range(4):
        worker = await asyncio.to_thread(yard.start, 1.0)
        await yard.until(job_id, lambda row: row.state == "running")
        await asyncio.sleep(0.5)
        worker.kill()
    async with yard.worker(1.0):
        assert (await yard.ended(job_id)).state == "succeeded"
    assert Counter(e.step for e in await effects(yard.db, job_id)) == {f"call-{n}": 1 for n in range(12)}
    notes = [line.split() for line in (yard.settings.data_dir / "notes").read_text().splitlines()]
    begun = Counter(number for _, what, number, _, _ in notes if what == "begin")
    assert set(begun) == {str(number) for number in range(12)}
    assert sum(begun.values()) <= 12 + 5, "only what was under way at a kill is asked for again"


def _is_second_run(row: JobRow) -> bool:
    return row.run >= 2 and row.state == "running"


async def test_a_job_goes_on_after_the_database_was_away(yard: Yard) -> None:
    """On PostgreSQL every connection is cut and none let in; on SQLite another program holds the lock for long."""
    job_id = await yard.put("test.steps", "40", "0.1")
    calls = await yard.put("test.calls", "3", "2")
    async with yard.worker(), yard.second_worker():
        await yard.until(job_id, lambda row: row.progress is not None)
        await (_lock(yard) if yard.settings.is_embedded else _shut_out(yard))
        for each in (job_id, calls):
            row = await yard.ended(each, 60)
            assert (row.state, row.attempts) == ("succeeded", 1)
    done = Counter(effect.step for effect in await effects(yard.db))
    assert done == {f"step-{n}": 1 for n in range(40)} | {f"call-{n}": 1 for n in range(3)}


async def _lock(yard: Yard) -> None:
    async with yard.db.write():
        await asyncio.sleep(17)


async def _shut_out(yard: Yard) -> None:
    server, _, name = yard.settings.database_url.rpartition("/")

    def tell(*statements: str) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    await asyncio.to_thread(tell, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', cut)
    await asyncio.sleep(6)
    await asyncio.to_thread(tell, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
