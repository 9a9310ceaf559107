"""A server that is killed while a sub-agent waits for a person."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.core.settings import Settings
from tests.chat.talk import SESSIONS, connect_simulator, ended, say, text_of
from tests.clients.catalogue import OPENCODE, installed
from tests.conftest import MakeSettings
from tests.engines import stage
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
_PERMISSIONS = "/api/v1/chat/permissions"
_COUNT = "echo once >> done.txt"


async def _waiting(http: httpx.AsyncClient, session_id: str, besides: str = "") -> dict[str, Any]:
    async with asyncio.timeout(90):
        while True:
            items = (await http.get(_PERMISSIONS, params={"session_id": session_id})).json()["items"]
            if items and items[0]["id"] != besides:
                return dict(items[0])
            await asyncio.sleep(0.1)


async def _allow(http: httpx.AsyncClient, permission: dict[str, Any]) -> httpx.Response:
    return await http.post(f"{_PERMISSIONS}/{permission['id']}/decide", json={"decision": "once"})


async def _until_it_waits_again(http: httpx.AsyncClient, engine: str) -> tuple[str, dict[str, Any]]:
    """A session whose sub-agent has run one command and waits for leave for the next."""
    await connect_simulator(http)
    workspace = (await http.post("/api/v1/workspaces", json={"name": "Work"})).json()["id"]
    wanted = {"model": "simulated-instant", "engine": engine, "workspace_id": workspace}
    session_id = str((await http.post(SESSIONS, json=wanted)).json()["id"])
    said = [stage.call("bash", command=command, description="x") for command in (_COUNT, "cat done.txt")]
    await say(http, session_id, f"{stage.task(engine, *said, stage.say('Counted.'), kind='general')} [[say=Done.]]")
    first = await _waiting(http, session_id)
    assert (first["details"]["command"], first["details"]["task"]) == (_COUNT, "Look around")
    assert (await _allow(http, first)).status_code == 200
    return session_id, await _waiting(http, session_id, first["id"])


def _tools(answer: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """Of each call its name, whether a sub-agent made it, and how it ended."""
    called = [part["tool"] for part in answer["parts"] if part["tool"]]
    return [(tool["name"], tool["parent"] is not None, tool["status"]) for tool in called]


async def _killed(settings: Settings, engine: str) -> tuple[dict[str, str], str, dict[str, Any]]:
    async with product.launch(settings) as served:
        async with product.signed_in(served.url, "ada@example.org", "Ada") as http:
            session_id, permission = await _until_it_waits_again(http, engine)
            headers = dict(http.headers)
        served.kill()
    return headers, session_id, permission


async def test_the_built_in_engines_goes_on_and_does_nothing_twice(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    headers, session_id, permission = await _killed(settings, "builtin")
    async with product.launch(settings) as served, product.client(served.url, headers=headers) as http:
        assert (await _waiting(http, session_id))["id"] == permission["id"]
        assert (await _allow(http, permission)).status_code == 200
        answer = await ended(http, session_id, 60)
        assert (answer["status"], text_of(answer)) == ("complete", "Done.")
        assert _tools(answer) == [("task", False, "done"), ("bash", True, "done"), ("bash", True, "done")]
        assert answer["parts"][0]["text"] == "Counted."
        assert answer["parts"][2]["text"].startswith("once\n[exit code 0")


async def _all_waiting(http: httpx.AsyncClient, session_id: str, count: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        while len(items) < count:
            items = (await http.get(_PERMISSIONS, params={"session_id": session_id})).json()["items"]
            await asyncio.sleep(0.1)
    return items


async def test_those_that_had_not_begun_begin_when_the_turn_goes_on(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as served:
        async with product.signed_in(served.url, "ada@example.org", "Ada") as http:
            await connect_simulator(http)
            rule = {"tool": "list", "pattern": "*", "action": "ask"}
            assert (await http.post("/api/v1/chat/rules", json=rule)).status_code == 201
            workspace = (await http.post("/api/v1/workspaces", json={"name": "Work"})).json()["id"]
            wanted = {"model": "simulated-instant", "workspace_id": workspace}
            session_id = str((await http.post(SESSIONS, json=wanted)).json()["id"])
            tasks = [
                stage.task("builtin", stage.call("list"), stage.say(f"Saw {n}."), word="also" if n else "call")
                for n in range(6)
            ]
            await say(http, session_id, f"{' '.join(tasks)} [[say=Done.]]")
            await _all_waiting(http, session_id, 4)
            headers = dict(http.headers)
        served.kill()
    async with product.launch(settings) as served, product.client(served.url, headers=headers) as http:
        for permission in await _all_waiting(http, session_id, 4):
            assert (await _allow(http, permission)).status_code == 200
        for permission in await _all_waiting(http, session_id, 2):
            assert (await _allow(http, permission)).status_code == 200
        answer = await ended(http, session_id, 60)
        assert (answer["status"], text_of(answer)) == ("complete", "Done.")
        words = [part["text"] for part in answer["parts"] if part["tool"] and part["tool"]["name"] == "task"]
        assert words == [f"Saw {n}." for n in range(6)]


async def test_opencodes_has_ended_and_the_agent_is_told_so(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port(), opencode=installed(OPENCODE))
    headers, session_id, permission = await _killed(settings, "opencode")
    async with product.launch(settings) as served, product.client(served.url, headers=headers) as http:
        # The simulator begins its script anew, as a model might; the person stops it there.
        await _waiting(http, session_id, permission["id"])
        late = await _allow(http, permission)
        assert (late.status_code, late.json()["error"]["details"]["status"]) == (409, "cancelled")
        await http.post(f"{SESSIONS}/{session_id}/stop")
        answer = await ended(http, session_id, 60)
        assert _tools(answer)[:3] == [("task", False, "failed"), ("bash", True, "done"), ("bash", True, "failed")]
        assert answer["parts"][0]["text"].startswith("Interrupted")
