"""Fixtures of the gateway's tests: a simulator, a channel to it, a key, and OpenAI's own SDK in front."""

from collections.abc import AsyncIterator

import httpx
import openai
import pytest_asyncio

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from tests.gateway.past import Past
from tests.gateway.providers import Simulator, channel, simulating
from tests.services.product import PLAIN, Running

MODEL = "plain"


@pytest_asyncio.fixture(scope="session")
async def simulator() -> AsyncIterator[Simulator]:
    """The simulator as a process of its own."""
    async with simulating() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def model(admin: httpx.AsyncClient, simulator: Simulator) -> str:
    """A model that the simulator answers at once."""
    name = f"{MODEL}-{new_id('m')}"
    created = await admin.post("/api/v1/gateway/channels", json=channel(name, simulator.url, name))
    assert created.status_code == 201, created.text
    return name


@pytest_asyncio.fixture
async def ours(admin: httpx.AsyncClient, simulator: Simulator) -> str:
    """A model whose responses this house keeps."""
    name = new_id("m")
    created = await admin.post("/api/v1/gateway/channels", json=channel(name, simulator.url, name))
    assert created.status_code == 201, created.text
    return name


@pytest_asyncio.fixture(scope="session")
async def key(member: httpx.AsyncClient) -> str:
    """An API key of a member."""
    created = await member.post("/api/v1/keys", json={"name": "tests"})
    assert created.status_code == 201, created.text
    return str(created.json()["key"])


@pytest_asyncio.fixture(scope="session")
async def sdk(server: Running, key: str) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's asynchronous client, against the gateway."""
    http = httpx.AsyncClient(trust_env=False)
    async with openai.AsyncOpenAI(
        base_url=f"{server.url}/v1", api_key=key, max_retries=0, timeout=20, http_client=http
    ) as client:
        yield client


@pytest_asyncio.fixture
async def raw(server: Running, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client with the key, for what the SDK would not send."""
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=server.url, headers=headers, timeout=20, trust_env=False, verify=PLAIN
    ) as http:
        yield http


@pytest_asyncio.fixture
async def past(db: Database, member: httpx.AsyncClient) -> Past:
    """A week long ago that belongs to one test alone, in which the member calls."""
    return Past(db, (await member.get("/api/v1/me")).json()["id"])
