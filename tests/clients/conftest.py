"""Fixtures of the clients: a hall of its own as a real process, with a channel of each kind to the simulator."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from guildhall.simulator.app import MODELS
from tests.clients.book import Book
from tests.clients.capabilities import KINDS
from tests.clients.catalogue import Client
from tests.clients.line import Line, opened
from tests.conftest import expect_a_crowd
from tests.gateway.providers import Simulator, simulating
from tests.services import processes, product
from tests.services.databases import Databases

_CHANNELS = {"openai": ("custom", "/v1"), "anthropic": ("anthropic", "/v1"), "gemini": ("gemini", "/v1beta")}
TROUBLES = ("", "-429", "-502", "-broken")


@dataclass(frozen=True)
class Hall:
    """A running product that clients call."""

    url: str
    key: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--record-clients`."""
    parser.addoption("--record-clients", action="store_true", help="keep what clients do as what the page says")


@pytest.fixture(scope="session")
def book(pytestconfig: pytest.Config) -> Iterator[Book]:
    """What is kept about clients, and what this run finds."""
    with contextlib.closing(Book(is_recording=pytestconfig.getoption("record_clients", default=False))) as held:
        yield held


@pytest_asyncio.fixture(scope="session")
async def provider() -> AsyncIterator[Simulator]:
    """The simulator that stands behind every channel here."""
    async with simulating() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def hall(databases: Databases, provider: Simulator) -> AsyncIterator[Hall]:
    """The product, with four channels of each kind: a calm one, and one for each trouble that a case makes."""
    with databases.settings("embedded", port=processes.free_port()) as settings:
        async with product.launch(settings) as served, product.signed_in(served.url, "ada@example.org", "Ada") as admin:
            await expect_a_crowd(admin)
            for kind in KINDS:
                for trouble in TROUBLES:
                    await _add_channel(admin, provider.url, kind, trouble)
            made = await admin.post("/api/v1/keys", json={"name": "clients"})
            yield Hall(served.url, made.json()["key"])


async def _add_channel(admin: httpx.AsyncClient, url: str, kind: str, trouble: str) -> None:
    product_kind, path = _CHANNELS[kind]
    models = [{"name": f"hall-{kind}{trouble}", "upstream_model": "simulated-instant"}]
    if (kind, trouble) == ("openai", ""):
        models += [{"name": name} for name in MODELS]  # what the guide's examples ask
    body = {
        "name": f"{kind}{trouble}",
        "kind": product_kind,
        "base_url": url + path,
        "private": True,
        "api_key": "sk-0123456789abcdef",
        "models": models,
    }
    made = await admin.post("/api/v1/gateway/channels", json=body)
    assert made.status_code == 201, made.text


@pytest_asyncio.fixture(scope="session")
async def line(
    hall: Hall, book: Book, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Callable[[Client], Awaitable[Line]]]:
    """Gives the running program of a client; each is started once."""
    lines: dict[str, Line] = {}
    async with contextlib.AsyncExitStack() as stack:

        async def running(client: Client) -> Line:
            if client.name not in lines:
                log = tmp_path_factory.mktemp("clients") / f"{client.name}.log"
                lines[client.name] = await stack.enter_async_context(opened(client, hall.url, log))
                book.version(client, lines[client.name].version)
            return lines[client.name]

        yield running
