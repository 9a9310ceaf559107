"""The gate in one process: fast, counted in the background, and unmoved by a database that is away."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from guildhall.accounts import ip_rule_queries as queries
from guildhall.accounts import ip_rules
from guildhall.accounts.audit import Actor
from guildhall.accounts.ip_gate import IpGate
from guildhall.core.addresses import network_of
from guildhall.core.bus import MemoryBus
from guildhall.core.db import Database, Session
from guildhall.core.errors import UnavailableError
from tests.conftest import MakeSettings

ADA = Actor(None, "192.0.2.1")


class Moody(Database):
    """A database that can be told to be away, and counts its transactions."""

    is_away = False
    writes = 0

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        if self.is_away:
            raise UnavailableError("database_unavailable", "The database does not answer.")
        self.writes += 1
        async with super().write() as session:
            yield session


@pytest_asyncio.fixture
async def db(make_settings: MakeSettings) -> AsyncIterator[Moody]:
    made = Moody(make_settings())
    yield made
    await made.close()


@pytest_asyncio.fixture
async def gate(db: Moody) -> AsyncIterator[IpGate]:
    async with db.write() as session:
        await ip_rules.create(session, ADA, network_of("203.0.113.0/24"), "deny")
        await ip_rules.create(session, ADA, network_of("203.0.113.128/25"), "allow")
    made = IpGate(db, MemoryBus())
    await made.start()
    yield made
    await made.stop()


async def _hits(db: Database) -> dict[str, int]:
    async with db.read() as session:
        return {rule.network: rule.hits for rule in await queries.all_rules(session)}


async def test_a_flood_of_refused_requests_is_written_in_one_small_transaction(db: Moody, gate: IpGate) -> None:
    before = db.writes
    for _ in range(20_000):
        assert not gate.allowed("203.0.113.9")
        gate.refused("203.0.113.9", "/")
    for _ in range(10):
        assert gate.allowed("203.0.113.200")
        assert gate.allowed("198.51.100.1")
    await gate.stop()
    assert db.writes - before <= 2
    assert await _hits(db) == {"203.0.113.0/24": 20_000, "203.0.113.128/25": 10}
    async with db.read() as session:
        assert len(await queries.attempts(session, rule_id=None, limit=200, after=None)) == 50


@pytest.mark.slow
async def test_what_was_counted_while_the_database_was_away_is_written_later(db: Moody, gate: IpGate) -> None:
    db.is_away = True
    for _ in range(30):
        assert not gate.allowed("203.0.113.9")
        gate.refused("203.0.113.9", "/")
    await asyncio.sleep(2.5)
    assert not gate.allowed("203.0.113.9")  # the rules stay in force
    db.is_away = False
    await gate.stop()
    assert (await _hits(db))["203.0.113.0/24"] == 31


async def test_a_rule_that_is_gone_takes_what_it_counted_with_it(db: Moody, gate: IpGate) -> None:
    gate.allowed("203.0.113.9")
    gate.refused("203.0.113.9", "/")
    async with db.write() as session:
        assert await ip_rules.clear(session, ADA) == 2
    await gate.stop()
    assert await _hits(db) == {}


async def test_asking_about_very_many_addresses_takes_bounded_memory(gate: IpGate) -> None:
    for number in range(60_000):
        gate.allowed(f"203.0.{number % 250}.{number // 250}")
    assert len(gate._answers) <= 20_000


async def test_asking_costs_little_with_ten_thousand_rules(db: Moody, gate: IpGate) -> None:
    async with db.write() as session:
        rule = await ip_rules.create(session, ADA, network_of("10.0.0.1"), "deny")
        columns = {column.name: getattr(rule, column.name) for column in rule.__table__.columns}
        rows = [
            columns | {"id": f"ip_{number:05}", "network": f"10.{number // 200}.{number % 200}.0/24"}
            for number in range(9_990)
        ]
        await session.execute(rule.__table__.insert(), rows)  # type: ignore[attr-defined]
    await gate.catch_up()
    assert not gate.allowed("10.49.100.7")
    started = time.perf_counter()
    for _ in range(100_000):
        gate.allowed("10.49.100.7")
    assert (time.perf_counter() - started) / 100_000 < 5e-6  # measured: 0.1 microseconds
    async with db.write() as session:
        before = len(await queries.all_rules(session))
    assert before == 9_993
