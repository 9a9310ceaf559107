"""Realtime while what it stands on is restarted: Redis and PostgreSQL go away in the middle and come back."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from guildhall.core import queries, schema
from guildhall.core.db import Database
from guildhall.core.settings import Settings
from tests.chat import talk
from tests.core.test_health import failing
from tests.followers import CARRIERS, Carrier, Follower, following
from tests.services import postgres, processes, product, valkey
from tests.services.databases import Databases, make_settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]
every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


@contextlib.asynccontextmanager
async def renaming(http: httpx.AsyncClient, session_id: str) -> AsyncIterator[list[str]]:
    """Rename a session over and over for as long as the block lasts; gives the titles that were acknowledged."""
    acknowledged: list[str] = []

    async def run() -> None:
        for number in range(100_000):
            with contextlib.suppress(httpx.HTTPError):
                answer = await http.patch(f"/api/v1/chat/sessions/{session_id}", json={"title": f"Nr {number}"})
                assert answer.status_code in {200, 503}, answer.text
                if answer.status_code == 200:
                    acknowledged.append(answer.json()["title"])
            await asyncio.sleep(0.03)

    writing = asyncio.create_task(run())
    try:
        yield acknowledged
    finally:
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing


async def holds_everything(follower: Follower, settings: Settings, stream: str, acknowledged: list[str]) -> None:
    """The follower was told exactly what the log holds, and nothing acknowledged is missing from it."""
    log = Database(settings)
    async with log.read() as session:
        rows = await queries.events_after(session, stream, follower.snapshots[0]["seq"], 100_000)
    await log.close()
    await follower.until(lambda: bool(follower.events) and follower.events[-1]["seq"] == rows[-1].seq, 30)
    assert [(frame["seq"], frame["type"]) for frame in follower.events] == [(row.seq, row.type) for row in rows]
    assert set(acknowledged) <= {frame["body"]["session"]["title"] for frame in follower.events}
    assert len(follower.snapshots) == 1


@every_carrier
async def test_redis_restarted_in_the_middle_loses_nothing_and_even_its_absence_is_bridged(
    carrier: Carrier, databases: Databases, tmp_path: Path
) -> None:
    port = processes.free_port()
    with (
        databases.settings("scaled", redis_url=valkey.address(port)) as settings,
        contextlib.ExitStack() as lives,
        contextlib.ExitStack() as first_life,
    ):
        first_life.enter_context(valkey.running(tmp_path, port))
        async with (
            product.serving(settings) as here,
            product.serving(settings) as there,
            product.signed_in(here.url, "ada@example.org", "Ada") as http,
            product.client(there.url, headers={"authorization": http.headers["authorization"]}) as elsewhere,
        ):
            session_id = await talk.begin(http, None)
            stream = f"chat.session.{session_id}"
            async with following(carrier, http, stream) as follower:
                async with renaming(elsewhere, session_id) as acknowledged:
                    await follower.until(lambda: len(follower.events) > 5)
                    await asyncio.to_thread(first_life.close)
                    await follower.until(lambda: here.app.hall.bus.is_alone, 15)
                    assert await failing(http) == ["events"]
                    while_away = len(follower.events)
                    await follower.until(lambda: len(follower.events) > while_away + 20, 15)
                    lives.enter_context(valkey.running(tmp_path, port))
                    await follower.until(lambda: not here.app.hall.bus.is_alone, 15)
                    since = len(follower.events)
                    await follower.until(lambda: len(follower.events) > since + 20)
                await holds_everything(follower, settings, stream, acknowledged)


def _cluster_in(folder: Path) -> postgres.Cluster:
    folder.chmod(0o755)
    return postgres.Cluster(folder)


@every_carrier
async def test_postgresql_restarted_in_the_middle_loses_nothing(carrier: Carrier, databases: Databases) -> None:
    with (
        # PostgreSQL may run as nobody, for whom pytest closes its own folder whenever it starts.
        tempfile.TemporaryDirectory(prefix="guildhall-cluster-") as place,
        databases.settings("scaled") as outer,
        contextlib.ExitStack() as lives,
        contextlib.ExitStack() as first_life,
    ):
        cluster = _cluster_in(Path(place))
        first_life.enter_context(cluster.running())
        settings = make_settings(
            data_dir=outer.data_dir,
            redis_url=outer.redis_url,
            database_url=f"{cluster.url}/postgres",
            port=processes.free_port(),
        )
        await asyncio.to_thread(schema.upgrade, settings)
        async with (
            product.launch(settings) as server,
            product.signed_in(server.url, "ada@example.org", "Ada") as http,
        ):
            session_id = await talk.begin(http, None)
            stream = f"chat.session.{session_id}"
            async with following(carrier, http, stream) as follower:
                async with renaming(http, session_id) as acknowledged:
                    await follower.until(lambda: len(follower.events) > 5)
                    await asyncio.to_thread(first_life.close)
                    assert "database" in await failing(http)
                    await asyncio.sleep(1.5)
                    lives.enter_context(cluster.running())
                    before = len(acknowledged)
                    await follower.until(lambda: len(acknowledged) > before + 20, 40)
                await holds_everything(follower, settings, stream, acknowledged)
