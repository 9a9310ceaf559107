"""Once: one of many does it, the others get its result, in memory and through Redis alike."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest_asyncio

from guildhall.core.ids import new_id
from guildhall.core.once import BUSY, MINE, OTHER, Claim, Found, MemoryOnce, Once
from guildhall.core.redis_once import RedisOnce
from guildhall.core.settings import Settings
from guildhall.core.shared import create_once

ONE, TWO = b"1" * 32, b"2" * 32


@pytest_asyncio.fixture(scope="module")
async def once(settings: Settings) -> AsyncIterator[Once]:
    made = create_once(settings)
    yield made
    await made.stop()


def claims(count: int = 2, seal: bytes = ONE) -> list[Claim]:
    """So many who want the same under a new name."""
    name = new_id("on")
    return [Claim(name, seal, new_id("call")) for _ in range(count)]


async def test_of_many_at_once_one_does_it(once: Once) -> None:
    found = await asyncio.gather(*(once.begin(claim) for claim in claims(50)))
    assert (found.count(MINE), found.count(BUSY)) == (1, 49)


async def test_the_result_is_for_whoever_asks_again_for_the_same(once: Once) -> None:
    first, second = claims()
    other = Claim(first.name, TWO, second.holder)
    assert await once.begin(first) == MINE
    assert await once.begin(other) == OTHER
    await once.finish(first, b"\0\xffresult", seconds=60)
    assert await once.begin(second) == Found("done", b"\0\xffresult")
    assert await once.begin(other) == OTHER


async def test_what_was_dropped_is_free_again(once: Once) -> None:
    first, second = claims()
    assert await once.begin(first) == MINE
    await once.drop(second)  # which does not hold it
    assert await once.begin(second) == BUSY
    await once.drop(first)
    assert await once.begin(second) == MINE
    await once.finish(first, b"late", seconds=60)  # which holds it no more
    assert await once.begin(claims()[0]) == MINE
    assert await once.begin(first) == BUSY


async def test_a_result_is_forgotten_after_its_time(once: Once) -> None:
    first, second = claims()
    assert await once.begin(first) == MINE
    await once.finish(first, b"result", seconds=0.05)
    await asyncio.sleep(0.1)
    assert await once.begin(second) == MINE


async def test_memory_holds_only_so_much() -> None:
    once = MemoryOnce(most_bytes=1000)
    made = [claims()[0] for _ in range(20)]
    for claim in made:
        assert await once.begin(claim) == MINE
        await once.finish(claim, b"x" * 100, seconds=60)
    assert once.bytes_held == 1000
    found = [await once.begin(Claim(claim.name, ONE, "late")) for claim in made]
    assert [each.state for each in found] == ["mine"] * 10 + ["done"] * 10


async def test_processes_share_what_is_done_and_redis_holds_only_so_much(settings: Settings, mode: str) -> None:
    made = [create_once(settings), create_once(settings)]
    first, second = claims()
    assert await made[0].begin(first) == MINE
    assert await made[1].begin(second) == (BUSY if mode == "scaled" else MINE)
    await made[0].finish(first, b"result", seconds=60)
    if mode == "scaled":
        assert await made[1].begin(second) == Found("done", b"result")
        small = RedisOnce(settings.redis_url.get_secret_value(), namespace=new_id("ns"), most_bytes=150)
        for claim, state in zip(claims(1) + claims(1), ("done", "mine"), strict=True):
            assert await small.begin(claim) == MINE
            await small.finish(claim, b"x" * 100, seconds=60)
            assert (await small.begin(claim)).state == state
        made.append(small)
    for one in made:
        await one.stop()


async def test_without_redis_each_process_decides_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    once = RedisOnce(f"redis://127.0.0.1:{port}/0", namespace="x")
    first, second = claims()
    assert await once.begin(first) == MINE
    assert await once.begin(second) == BUSY
    await once.finish(first, b"result", seconds=60)
    assert await once.begin(second) == Found("done", b"result")
    await once.stop()
