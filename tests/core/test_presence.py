"""Presence: a person's tabs know of each other, on whatever server, and never of anybody else's."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from guildhall.core import presence, queries
from guildhall.core.clock import now
from tests.conftest import MakeSettings
from tests.followers import CARRIERS, Carrier, following
from tests.services import product
from tests.services.product import Running
from tests.sockets import listening

pytestmark = pytest.mark.slow

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def stream_of(http: httpx.AsyncClient) -> str:
    return f"user.{(await http.get('/api/v1/me')).json()['id']}"


def tabs_in(told: list[dict[str, Any]]) -> list[set[str]]:
    return [{tab["id"] for tab in frame["body"]["tabs"]} for frame in told if frame["type"] == "presence.changed"]


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_tab_that_opens_and_closes_is_told_to_the_others(
    carrier: Carrier, server: Running, member: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_LINGER_SECONDS", 0.3)
    tab = f"tab-{carrier}"
    async with following("websocket", member, await stream_of(member)) as watching:
        async with _open(member, carrier, tab):
            await watching.until(lambda: any(tab in tabs for tabs in tabs_in(watching.events)))
        await watching.until(lambda: tab not in tabs_in(watching.events)[-1])
    named = [t for frame in watching.events for t in frame["body"].get("tabs", []) if t["id"] == tab]
    assert {(t["device"], t["carrier"]) for t in named} == {("Firefox on Linux", carrier)}


async def test_a_tab_that_comes_back_at_once_never_left(
    server: Running, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_LINGER_SECONDS", 3)
    async with following("sse", other, await stream_of(other)) as watching:
        for _ in range(3):
            async with _open(other, "websocket", "flapping"):
                await asyncio.sleep(0.6)
        assert len(tabs_in(watching.events)) == 1


async def test_tabs_on_two_servers_know_of_each_other(make_settings: MakeSettings, mode: str) -> None:
    settings = make_settings()
    if mode == "embedded":
        assert settings.is_embedded  # one process is all there is
        return
    async with (
        product.serving(settings) as here,
        product.serving(settings) as there,
        product.signed_in(here.url, "ada@example.org", "Ada") as http,
        product.client(there.url, headers={"authorization": http.headers["authorization"]}) as elsewhere,
        _open(http, "websocket", "here"),
        following("poll", http, await stream_of(http)) as watching,
    ):
        async with _open(elsewhere, "sse", "there"):
            await watching.until(lambda: {"here", "there"} in tabs_in(watching.events), 15)
        await watching.until(lambda: tabs_in(watching.events)[-1] == {"here"}, 15)


async def test_tabs_of_a_server_that_died_are_cleared_away(server: Running, member: httpx.AsyncClient) -> None:
    hall, stream = server.app.hall, await stream_of(member)
    long_ago = now() - timedelta(minutes=5)
    row = {"user_id": stream.removeprefix("user."), "id": "ghost", "device": "A browser", "carrier": "sse"}
    async with hall.db.write() as session:
        await queries.put_tabs(session, [{**row, "since": long_ago, "seen_at": long_ago}])
    async with following("websocket", member, stream) as watching:
        assert "ghost" in {tab["id"] for tab in watching.snapshots[0]["body"]["tabs"]}
        await hall.presence._renew()
        await watching.until(lambda: bool(tabs_in(watching.events)) and "ghost" not in tabs_in(watching.events)[-1])


async def test_programs_that_name_no_tab_leave_no_trace(server: Running, member: httpx.AsyncClient) -> None:
    async with listening(member) as listener:
        await listener.say(op="ping")
        await listener.hear()
        await asyncio.sleep(0.7)
        async with server.app.hall.db.read() as session:
            tabs = await queries.tabs_of(session, (await stream_of(member)).removeprefix("user."), 50)
        assert "" not in {tab.id for tab in tabs}


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_called_what_people_call_it(user_agent: str, device: str) -> None:
    assert presence.device_of(user_agent) == device


class _open:  # noqa: N801 - reads as a verb where it is used
    """A tab that is open for the length of a block."""

    def __init__(self, http: httpx.AsyncClient, carrier: Carrier, tab: str) -> None:
        self._http, self._carrier, self._tab = http, carrier, tab
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        begun = asyncio.Event()
        self._task = asyncio.create_task(self._hold(begun))
        async with asyncio.timeout(10):
            await begun.wait()

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _hold(self, begun: asyncio.Event) -> None:
        stream = await stream_of(self._http)
        if self._carrier == "websocket":
            async with listening(self._http, query=f"&tab={self._tab}", user_agent_header=FIREFOX) as listener:
                await listener.subscribe(stream)
                begun.set()
                while True:
                    await listener.hear(60)
        params: dict[str, Any] = {"stream": stream, "tab": self._tab}
        headers = {"user-agent": FIREFOX}
        if self._carrier == "sse":
            async with self._http.stream("GET", "/api/v1/events", params=params, headers=headers) as answer:
                begun.set()
                async for _ in answer.aiter_lines():
                    pass
        begun.set()
        while True:
            told = await self._http.get("/api/v1/events", params={**params, "wait": 2}, headers=headers)
            params["after"] = told.json()["seq"]
