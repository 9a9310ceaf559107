"""What a job does and how it ends."""

import pytest

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
