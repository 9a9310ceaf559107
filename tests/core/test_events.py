"""The event log: numbers without a gap, followers without a gap or a repeat, in both modes."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.core import events, queries
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus


class RolledBackError(Exception):
    """Ends a transaction on purpose."""


@pytest_asyncio.fixture(scope="module")
async def bus(settings: Settings) -> AsyncIterator[Bus]:
    made = create_bus(settings)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module")
async def log(settings: Settings, bus: Bus) -> AsyncIterator[Database]:
    database = Database(settings, info={"bus": bus})
    yield database
    await database.close()


@pytest.fixture
def stream() -> str:
    return f"test.{new_id('st')}"


async def publish(log: Database, stream: str, *names: str) -> int:
    async with log.write() as session:
        return (await events.publish_all(session, {stream: [(name, {}) for name in names]}))[stream]


async def take(log: Database, bus: Bus, stream: str, count: int, *, after: int = 0) -> list[LoggedEvent]:
    taken: list[LoggedEvent] = []
    async with asyncio.timeout(10):
        async for event in events.follow(log, bus, stream, after=after):
            taken.append(event)
            if len(taken) == count:
                break
    return taken


async def test_numbers_count_up_from_one(log: Database, stream: str) -> None:
    assert await publish(log, stream, "a") == 1
    assert await publish(log, stream, "b", "c") == 3
    async with log.read() as session:
        rows = await queries.events_after(session, stream, 0, 10)
    assert [(row.seq, row.type) for row in rows] == [(1, "a"), (2, "b"), (3, "c")]


async def test_a_transaction_that_fails_leaves_no_event_and_no_gap(log: Database, stream: str) -> None:
    await publish(log, stream, "a")
    with pytest.raises(RolledBackError):
        async with log.write() as session:
            await events.publish(session, stream, "lost", {})
            raise RolledBackError
    assert await publish(log, stream, "b") == 2


async def test_numbers_have_no_gap_when_many_publish_at_once(log: Database, stream: str) -> None:
    await asyncio.gather(*(publish(log, stream, f"e{i}") for i in range(60)))
    async with log.read() as session:
        rows = await queries.events_after(session, stream, 0, 100)
    assert [row.seq for row in rows] == list(range(1, 61))


async def test_a_follower_gets_what_was_stored_before_and_what_comes_after(
    log: Database, bus: Bus, stream: str
) -> None:
    await publish(log, stream, "one", "two", "three")
    following = asyncio.create_task(take(log, bus, stream, 4, after=1))
    await asyncio.sleep(0.05)
    await publish(log, stream, "four")
    await publish(log, stream, "five")
    assert [event.type for event in await following] == ["two", "three", "four", "five"]


async def test_followers_that_come_and_go_at_random_miss_and_repeat_nothing(
    log: Database, bus: Bus, stream: str
) -> None:
    total = 300
    seen: list[int] = []
    chance = random.Random(4)

    async def write() -> None:
        for i in range(total):
            await publish(log, stream, f"e{i}")

    writing = asyncio.create_task(write())
    async with asyncio.timeout(30):
        while len(seen) < total:
            wanted = min(chance.randint(1, 80), total - len(seen))
            seen += [event.seq for event in await take(log, bus, stream, wanted, after=len(seen))]
    await writing
    assert seen == list(range(1, total + 1))


async def test_a_slow_follower_is_overrun_and_still_misses_nothing(log: Database, bus: Bus, stream: str) -> None:
    total = 2500  # more than an inbox holds
    seen: list[int] = []

    async def read_slowly() -> None:
        async for event in events.follow(log, bus, stream, after=0):
            if len(seen) == 1:
                await asyncio.sleep(0.5)
            seen.append(event.seq)
            if len(seen) == total:
                return

    reading = asyncio.create_task(read_slowly())
    await asyncio.sleep(0.05)
    for _ in range(5):
        await publish(log, stream, *(["tick"] * (total // 5)))
    async with asyncio.timeout(20):
        await reading
    assert seen == list(range(1, total + 1))


async def test_compacting_moves_the_floor_and_tells_followers_from_below_it(
    log: Database, bus: Bus, stream: str
) -> None:
    await publish(log, stream, "begun", "delta", "delta", "ended")
    async with log.write() as session:
        await queries.compact(session, stream, "delta")
        assert await queries.position(session, stream) == (4, 3)
    with pytest.raises(events.CompactedError):
        await take(log, bus, stream, 1, after=1)
    assert [event.type for event in await take(log, bus, stream, 1, after=3)] == ["ended"]


async def test_events_reach_followers_in_another_process(
    settings: Settings, log: Database, stream: str, mode: str
) -> None:
    """Two buses on one Redis are two processes as far as events go; embedded mode has one process only."""
    if mode == "embedded":
        assert settings.redis_url.get_secret_value() == ""
        return
    far = create_bus(settings)
    await far.start()
    try:
        following = asyncio.create_task(take(log, far, stream, 2))
        await asyncio.sleep(0.1)
        await publish(log, stream, "one")
        await publish(log, stream, "two")
        assert [event.seq for event in await following] == [1, 2]
    finally:
        await far.stop()


async def test_events_of_many_streams_are_appended_together_each_with_numbers_of_its_own(db: Database) -> None:
    streams = [f"many.{new_id('s')}" for _ in range(120)]
    async with db.write() as session:
        await events.publish_all(session, {streams[7]: [("before", {})] * 3})
    items = {stream: [("tick", {"n": n}) for n in range(1 + number % 3)] for number, stream in enumerate(streams)}
    async with db.write() as session:
        last = await events.publish_all(session, items)
    assert last == {stream: len(own) + (3 if stream == streams[7] else 0) for stream, own in items.items()}
    async with db.read() as session:
        rows = await queries.events_after(session, streams[7], 0, 10)
    assert [(row.seq, row.type) for row in rows] == [
        (1, "before"),
        (2, "before"),
        (3, "before"),
        (4, "tick"),
        (5, "tick"),
    ]
