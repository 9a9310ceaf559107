"""The system page: processes that live, fall silent or stop; one of them leads; what stands underneath."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from guildhall import __version__
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.lag import LoopLag
from guildhall.operations.system import queries
from guildhall.operations.system.processes import Pulse
from guildhall.operations.system.tables import Process
from tests.conftest import MakeSettings, Split
from tests.gateway.providers import eventually
from tests.services import product
from tests.services.databases import Mode
from tests.services.product import Running

SYSTEM = "/api/v1/operations/system"


async def test_the_page_tells_what_stands_here(server: Running, admin: httpx.AsyncClient, mode: Mode) -> None:
    await server.app.hall.operations.pulse.beat()
    shown = (await admin.get(SYSTEM)).json()
    assert shown["mode"] == mode
    assert shown["versions"]["product"] == __version__
    assert shown["database"]["kind"] == ("sqlite" if mode == "embedded" else "postgresql")
    assert shown["database"]["bytes"] > 10_000
    assert shown["database"]["schema_found"] == shown["database"]["schema_expected"]
    assert shown["redis"]["state"] == ("unused" if mode == "embedded" else "ok")
    (replica,) = [one for one in shown["replicas"] if one["id"] == server.app.hall.operations.pulse.id]
    assert (replica["role"], replica["silent"], replica["leads"]) == ("server", False, True)
    assert replica["figures"]["memory_bytes"] > 10_000_000
    assert replica["figures"]["loop_lag_seconds"] >= 0


async def test_a_process_that_said_nothing_for_long_is_silent(server: Running, admin: httpx.AsyncClient) -> None:
    async with server.app.hall.db.write() as session:
        await queries.describe(session, gone())
    shown = (await admin.get(SYSTEM)).json()["replicas"]
    assert {one["id"]: one["silent"] for one in shown}["pr_gone"]
    metrics = {one["name"]: one["readings"] for one in (await admin.get("/api/v1/operations/alerts/metrics")).json()}
    assert any(one["subject"] == "pr_gone" and one["value"] > 100 for one in metrics["processes.silent_seconds"])
    async with server.app.hall.db.write() as session:
        await queries.forget_process(session, "pr_gone")


async def test_a_server_that_is_alone_does_not_miss_the_one_before_it(make_settings: MakeSettings, mode: Mode) -> None:
    settings = make_settings()
    db = Database(settings)
    async with db.write() as session:
        await queries.describe(session, gone())
    await db.close()
    async with product.serving(settings) as running, running.app.hall.db.read() as session:
        remembered = {process.id for process in await queries.processes(session)}
    assert ("pr_gone" in remembered) == (mode == "scaled"), "in embedded mode it was killed, or is from a back-up"


def gone() -> Process:
    """A worker that has been killed two minutes ago."""
    moment = now()
    return Process(
        id="pr_gone",
        role="worker",
        runs_jobs=True,
        version="0.0.1",
        host="elsewhere:1",
        started_at=moment - timedelta(hours=2),
        seen_at=moment - timedelta(minutes=2),
        figures={},
    )


class Looks:
    """Counts what a process was asked to do as leader."""

    def __init__(self) -> None:
        self.times: list[float] = []

    async def __call__(self, elapsed: float) -> None:
        self.times.append(elapsed)


async def _nothing() -> None:
    """The database never goes away here."""


def pulse(db: Database, looks: Looks) -> Pulse:
    """A process that beats when told to."""
    figures: Mapping[str, Any] = {"loop_lag_seconds": 0.0}
    return Pulse(
        db,
        role="server",
        runs_jobs=False,
        figures=lambda: figures,
        lead=looks,
        without_database=Looks(),
        database_back=_nothing,
    )


async def test_one_process_leads_and_another_when_it_stops(make_settings: MakeSettings) -> None:
    db, looks = Database(make_settings()), [Looks() for _ in range(5)]
    pulses = [pulse(db, look) for look in looks]
    for _ in range(3):
        await asyncio.gather(*(one.beat() for one in pulses))
    assert sorted(len(look.times) for look in looks) == [0, 0, 0, 0, 3]
    leader = next(one for one in pulses if one.leads)
    leader.start()
    await leader.stop()
    others = [one for one in pulses if one is not leader]
    await asyncio.gather(*(one.beat() for one in others))
    assert [one.leads for one in others].count(True) == 1
    async with db.read() as session:
        assert len(await queries.processes(session)) == 4, "who stops says good-bye"
    await db.close()


async def test_a_leader_that_died_is_followed_when_its_lease_ends(make_settings: MakeSettings) -> None:
    db, moment = Database(make_settings()), now()
    for holder, at, expected in [
        ("a", 0, True),
        ("b", 10, False),
        ("a", 20, True),
        ("b", 50, False),
        ("b", 56, True),
        ("a", 57, False),
        ("a", -3600, True),
    ]:
        async with db.write() as session:
            lasting = timedelta(seconds=35)
            taken = await queries.take_lease(session, "lead", holder, moment + timedelta(seconds=at), lasting)
            assert taken == expected, (holder, at)
    await db.close()


async def test_the_loops_lag_is_measured() -> None:
    lag = LoopLag()
    lag.start()
    await asyncio.sleep(0.4)
    time.sleep(0.4)  # noqa: ASYNC251 - holding up the loop is what is measured
    await asyncio.sleep(0.1)
    assert 0.2 < lag.worst() < 1.5
    lag.stop()


@pytest.mark.slow
async def test_a_worker_is_seen_beside_the_server_until_it_stops(worker: Split) -> None:
    async with product.signed_in(worker.server.url, "ada@example.org", "Ada") as http:

        async def are(*wanted: str) -> bool:
            return sorted(one["role"] for one in (await http.get(SYSTEM)).json()["replicas"]) == list(wanted)

        await eventually(lambda: are("server", "worker"), 20)
        await worker.process.stop()
        assert await are("server")
