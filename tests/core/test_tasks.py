"""Background tasks end when they are told to, also those that forget that they were."""

import asyncio

import pytest

from guildhall.core import tasks
from guildhall.core.tasks import end


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_AGAIN_SECONDS", 0.02)


async def test_a_task_that_forgets_its_cancellation_is_told_again() -> None:
    bell, rounds = asyncio.Event(), 0

    async def work() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            try:
                await bell.wait()
            except asyncio.CancelledError:
                if rounds < 3:
                    continue  # as `asyncio.wait_for` does when its work ends at this moment
                raise

    working = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(working), 5)
    assert working.cancelled()
    assert rounds == 3


async def test_a_task_may_end_in_its_own_way() -> None:
    async def fail() -> None:
        raise ValueError("on its way out")

    async def tidy() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
        return "never reached"

    failing, tidying, done = (asyncio.create_task(work) for work in (fail(), tidy(), asyncio.sleep(0, "done")))
    await asyncio.sleep(0.01)
    await end(failing, tidying, done)
    assert isinstance(failing.exception(), ValueError)
    assert tidying.cancelled()
    assert done.result() == "done"


async def test_nothing_to_end_is_no_wait() -> None:
    await end()
