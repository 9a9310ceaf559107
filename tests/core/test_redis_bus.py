"""The bus over a real Valkey: it stops at once, whatever it does at that moment."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guildhall.core.bus import LoggedEvent
from guildhall.core.clock import now
from guildhall.core.redis_bus import RedisBus
from tests.services import processes, valkey

pytestmark = pytest.mark.slow


@pytest.fixture
def url() -> Iterator[str]:
    port = processes.free_port()
    with tempfile.TemporaryDirectory() as folder, valkey.running(Path(folder), port):
        yield valkey.address(port)


async def test_it_stops_in_the_middle_of_what_it_says(url: str) -> None:
    async def say(bus: RedisBus) -> None:
        while True:
            bus.publish(LoggedEvent("session:1", 1, "session.changed", {}, now()))
            await asyncio.sleep(0)

    for ticks in range(40):  # each stops it a tick of the loop later than the one before
        bus = RedisBus(url, namespace="stopping")
        await bus.start()
        await asyncio.sleep(0.01)
        saying = asyncio.create_task(say(bus))
        for _ in range(ticks):
            await asyncio.sleep(0)
        saying.cancel()
        await asyncio.wait_for(bus.stop(), 3)
