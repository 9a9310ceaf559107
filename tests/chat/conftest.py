"""A hall with the simulator connected, and people who talk in it."""

import httpx
import pytest_asyncio

from tests.chat.talk import connect_simulator


@pytest_asyncio.fixture(scope="session")
async def simulated(admin: httpx.AsyncClient) -> None:
    """The simulator is a channel of this hall."""
    await connect_simulator(admin)
