"""Limits: never more than allowed, in memory and through Redis, by one caller or by many at once."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.errors import RateLimitedError
from guildhall.core.ids import new_id
from guildhall.core.limits import Charge, Limit, Limiter, MemoryLimiter, enforce, give_back
from guildhall.core.redis_limits import RedisLimiter
from guildhall.core.settings import Settings
from guildhall.core.shared import create_limiter

HOURLY = Limit(10, 3600)


@pytest_asyncio.fixture(scope="module")
async def limiter(settings: Settings) -> AsyncIterator[Limiter]:
    made = create_limiter(settings)
    yield made
    await made.stop()


async def test_exactly_the_count_goes_through_when_all_come_at_once(limiter: Limiter) -> None:
    charge = [Charge(new_id("su"), HOURLY)]
    decisions = await asyncio.gather(*(limiter.take(charge) for _ in range(200)))
    assert sum(decision.is_allowed for decision in decisions) == 10
    assert sorted(d.remaining for d in decisions if d.is_allowed) == list(range(10))
    assert all(0 < d.wait_seconds <= 360 for d in decisions if not d.is_allowed)


async def test_several_processes_share_one_count(settings: Settings, mode: str) -> None:
    made = [create_limiter(settings) for _ in range(3)]
    charge = [Charge(new_id("su"), HOURLY)]
    decisions = await asyncio.gather(*(one.take(charge) for one in made for _ in range(20)))
    assert sum(decision.is_allowed for decision in decisions) == (10 if mode == "scaled" else 30)
    for one in made:
        await one.stop()


async def test_a_refused_request_charges_nobody(limiter: Limiter) -> None:
    full, other = Charge(new_id("su"), Limit(1, 3600)), Charge(new_id("su"), HOURLY)
    assert (await limiter.take([full])).is_allowed
    for _ in range(30):
        assert not (await limiter.take([full, other])).is_allowed
    assert (await limiter.take([other])).remaining == 9


async def test_a_lowered_limit_shuts_nobody_out_for_longer_than_itself(limiter: Limiter) -> None:
    subject = new_id("su")
    assert (await limiter.take([Charge(subject, HOURLY, cost=10)])).is_allowed
    refused = await limiter.take([Charge(subject, Limit(10, 60))])
    assert 0 < refused.wait_seconds <= 6


async def test_what_is_given_back_can_be_used_again(limiter: Limiter) -> None:
    charge = Charge(new_id("su"), HOURLY)
    await give_back(limiter, charge)
    for _ in range(10):
        await enforce(limiter, charge)
    await give_back(limiter, charge, Charge(new_id("su"), HOURLY))
    assert (await limiter.take([charge])).remaining == 0
    assert not (await limiter.take([charge])).is_allowed


async def test_a_cost_counts_as_that_many(limiter: Limiter) -> None:
    subject = new_id("su")
    assert (await limiter.take([Charge(subject, HOURLY, cost=7)])).remaining == 3
    assert not (await limiter.take([Charge(subject, HOURLY, cost=4)])).is_allowed
    assert (await limiter.take([Charge(subject, HOURLY, cost=3)])).is_allowed


async def test_waiting_as_long_as_told_is_enough(limiter: Limiter) -> None:
    charge = [Charge(new_id("su"), Limit(2, 0.4))]
    assert (await limiter.take(charge)).is_allowed
    assert (await limiter.take(charge)).is_allowed
    refused = await limiter.take(charge)
    assert 0 < refused.wait_seconds <= 0.2
    await asyncio.sleep(refused.wait_seconds + 0.01)
    assert (await limiter.take(charge)).is_allowed


async def test_refusing_says_when_to_come_back(limiter: Limiter) -> None:
    charge = Charge(new_id("su"), Limit(1, 60))
    await enforce(limiter, charge)
    with pytest.raises(RateLimitedError) as refusal:
        await enforce(limiter, charge)
    assert refusal.value.code == "rate_limit_exceeded"
    assert 58 <= int(refusal.value.headers["retry-after"]) <= 60


async def test_without_redis_each_process_goes_on_by_itself() -> None:
    limiter = RedisLimiter("redis://127.0.0.1:1/0", namespace="none")
    charge = [Charge("one", Limit(2, 3600))]
    decisions = [await limiter.take(charge) for _ in range(4)]
    assert [decision.is_allowed for decision in decisions] == [True, True, False, False]
    await limiter.stop()


@pytest.mark.slow
async def test_a_redis_that_does_not_answer_slows_down_only_the_first_requests() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limiter = RedisLimiter(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", namespace="test")
        charge = Charge("a", Limit(5, 60))
        await asyncio.gather(*(limiter.take([charge]) for _ in range(5)))
        started = time.perf_counter()
        assert not (await limiter.take([charge])).is_allowed  # counted by this process meanwhile
        assert time.perf_counter() - started < 0.1
        await limiter.stop()


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 3)), min_size=1, max_size=80),
)
def test_no_stretch_of_time_holds_more_than_a_burst_and_what_refilled(
    count: int, requests: list[tuple[float, int]]
) -> None:
    limit = Limit(count, 5.0)
    now = 100.0
    limiter = MemoryLimiter(lambda: now)
    passed: list[tuple[float, int]] = []

    async def run() -> None:
        nonlocal now
        for pause, cost in requests:
            now += pause
            if (await limiter.take([Charge("one", limit, cost)])).is_allowed:
                passed.append((now, cost))

    with asyncio.Runner() as runner:
        runner.run(run())
    for start in range(len(passed)):
        total = 0
        for at, cost in passed[start:]:
            total += cost
            assert total <= count + (at - passed[start][0]) / limit.interval + 1e-3
