"""A pool lends each connection to one call at a time, never more than its bound, and loses none."""

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.core.guard import Origin
from guildhall.edge.connection import Connection
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.outbox import Outbox
from guildhall.edge.pool import Pool
from guildhall.edge.wheel import Wheel
from tests.gateway.providers import saying, socket_server


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[Pool]:
    """A pool of at most one connection, to a server that is there."""
    async with socket_server(saying(b"")) as url:
        origin = Origin("http", "127.0.0.1", int(url.rpartition(":")[2]), private=True)
        pool = Pool(origin, Wheel(), Outbox(), ssl.create_default_context, limit=1)
        yield pool
        pool.close()


async def waiting(pool: Pool) -> asyncio.Task[Connection]:
    task = asyncio.create_task(pool.connect(1))
    await asyncio.sleep(0.01)
    return task


async def test_a_connection_given_back_goes_to_whoever_has_waited_longest(pool: Pool) -> None:
    first = await pool.connect(1)
    second, third = await waiting(pool), await waiting(pool)
    pool.keep(first)
    assert await second is first
    pool.keep(first)
    assert await third is first


async def test_a_connection_handed_to_a_waiter_that_leaves_is_not_lost(pool: Pool) -> None:
    first = await pool.connect(1)
    leaving = await waiting(pool)
    pool.keep(first)
    leaving.cancel()
    await asyncio.wait([leaving])
    assert leaving.cancelled()
    assert pool.take() is first


async def test_a_place_given_to_a_waiter_that_leaves_goes_to_the_next(pool: Pool) -> None:
    first = await pool.connect(1)
    leaving, staying = await waiting(pool), await waiting(pool)
    first.abort()
    leaving.cancel()
    assert not (await staying).is_closed


async def test_a_connection_that_closes_on_its_way_to_a_waiter_is_replaced(pool: Pool) -> None:
    first = await pool.connect(1)
    staying = await waiting(pool)
    pool.keep(first)
    first.abort()
    assert not (await staying).is_closed


async def test_a_place_that_somebody_else_took_is_waited_for_again(pool: Pool) -> None:
    first = await pool.connect(1)
    staying = await waiting(pool)
    first.abort()
    quick = await pool.connect(1)
    assert not staying.done()
    pool.keep(quick)
    assert await staying is quick


async def test_waiting_ends_when_nothing_is_given_back(pool: Pool) -> None:
    await pool.connect(1)
    with pytest.raises(UpstreamFailure) as caught:
        await pool.connect(0.01)
    assert caught.value.reason == "busy"
