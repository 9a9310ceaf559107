"""Fixtures of every test. Servers live as long as the session; each test brings tenants of its own.

`mode` is "embedded" (SQLite, one process) or "scaled" (PostgreSQL and Valkey). A test that asks for it, or for anything
built on it (`settings`, `db`, `server`, `http`, `admin`, `member`, `other`, `make_settings`), runs once in each;
`--mode embedded` leaves the second out; `--mode scaled` leaves out the first and what has no mode.
"""

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from tests.services import processes, product
from tests.services.databases import MODES, Databases, Mode
from tests.services.product import Launched, Running

MakeSettings = Callable[..., Settings]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--mode`."""
    parser.addoption("--mode", choices=[*MODES, "both"], default="both", help="which mode to test (default: both)")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of this shell out of the tests; end as by Ctrl-C when asked to end, so that servers stop."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it puts into the background ignore it
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    # Hypothesis blames a strategy when another thread of this process, such as the server's, draws a random number.
    config.addinivalue_line("filterwarnings", "ignore:Do not use the `random` module inside strategies")
    for name in [name for name in os.environ if name.startswith("GUILDHALL_")]:
        del os.environ[name]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what depends on `mode` once in each mode asked for."""
    if "mode" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--mode")
        metafunc.parametrize("mode", MODES if asked == "both" else [asked], indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that start an external worker are slow, whoever wrote them."""
    for item in items:
        if "worker" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    if config.getoption("--mode") == "scaled":
        left_out = [item for item in items if "mode" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "mode" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Gives out settings for either mode; owns the PostgreSQL and Valkey servers."""
    with contextlib.closing(Databases()) as given:
        yield given


@pytest.fixture(scope="session")
def mode(request: pytest.FixtureRequest) -> Mode:
    """The mode under test."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def settings(databases: Databases, mode: Mode) -> Iterator[Settings]:
    """Settings of the product that `server` runs; its database is migrated."""
    with databases.settings(mode) as given:
        yield given


@pytest.fixture
def make_settings(databases: Databases, mode: Mode) -> Iterator[MakeSettings]:
    """Makes settings of a fresh product in this mode: `make_settings(allow_registration=False)`."""
    with contextlib.ExitStack() as stack:
        yield lambda **overrides: stack.enter_context(databases.settings(mode, **overrides))


@pytest_asyncio.fixture(scope="session")
async def db(settings: Settings) -> AsyncIterator[Database]:
    """The database of this mode's product."""
    database = Database(settings)
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="session")
async def server(settings: Settings) -> AsyncIterator[Running]:
    """The whole product, served by this process."""
    async with product.serving(settings, runs_jobs=True) as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def admin(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A client signed in as the first account, which is admin."""
    async with product.signed_in(server.url, _address("admin"), "Ada Admin") as http:
        assert (await http.get("/api/v1/me")).json()["role"] == "admin", "another test registered the first account"
        await expect_a_crowd(http)
        yield http


@pytest_asyncio.fixture(scope="session")
async def http(server: Running, admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is not signed in; the first account exists already."""
    async with product.client(server.url) as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def member(server: Running, admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client signed in as a member."""
    async with product.signed_in(server.url, _address("member"), "Mo Member") as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def other(server: Running, admin: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client signed in as another member, who must not see what belongs to the first."""
    async with product.signed_in(server.url, _address("other"), "Ola Other") as client:
        yield client


@dataclass(frozen=True)
class Split:
    """A process that serves and runs no jobs, and one that runs them."""

    server: Launched
    process: Launched


@pytest_asyncio.fixture
async def worker(databases: Databases) -> AsyncIterator[Split]:
    """A fresh scaled product: one `guildhall serve` process, whose jobs run in a `guildhall worker` process."""
    with databases.settings("scaled", worker="external", port=processes.free_port()) as given:
        async with product.launch(given, "worker") as process, product.launch(given) as server:
            yield Split(server, process)


async def expect_a_crowd(admin: httpx.AsyncClient) -> None:
    """All people of the tests come from one address, and few people do what many would: allow them as much."""
    guesses = {"wrong_sign_ins_per_address": 10_000, "wrong_keys_per_address": 10_000}
    for name, wider in (
        ("accounts", {"registrations_per_address": 100_000, **guesses}),
        ("workspaces", {"workspaces_per_person": 1000}),
    ):
        document = f"/api/v1/configuration/{name}"
        found = (await admin.get(document)).json()
        answer = await admin.put(document, json={"revision": found["revision"], "value": found["value"] | wider})
        assert answer.status_code == 200, answer.text


def _address(who: str) -> str:
    return f"{who}-{new_id('us')}@example.org".replace("_", "-")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the servers when they are not the tests' own."""
    given: dict[str, Any] = {name: os.environ.get(name) for name in ("TEST_PG_URL", "TEST_REDIS_URL")}
    return [f"{name} is set" for name, value in given.items() if value]
