"""A session of the chat with opencode as its engine, in a server of its own."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.core.settings import Settings
from tests.chat.talk import SESSIONS, connect_simulator, ended, say, text_of
from tests.clients.catalogue import OPENCODE, installed
from tests.conftest import MakeSettings
from tests.engines import stage
from tests.gateway.providers import eventually
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
_PERMISSIONS = "/api/v1/chat/permissions"
_QUESTIONS = "/api/v1/chat/questions"


async def _waiting(http: httpx.AsyncClient, session_id: str, kind: str = _PERMISSIONS) -> dict[str, Any]:
    async with asyncio.timeout(90):
        while True:
            items = (await http.get(kind, params={"session_id": session_id})).json()["items"]
            if items:
                return dict(items[0])
            await asyncio.sleep(0.1)


async def _begin(http: httpx.AsyncClient) -> str:
    workspace = (await http.post("/api/v1/workspaces", json={"name": "Work"})).json()["id"]
    wanted = {"model": "simulated-instant", "engine": "opencode", "workspace_id": workspace}
    answer = await http.post(SESSIONS, json=wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _allow(http: httpx.AsyncClient, permission: dict[str, Any]) -> None:
    answer = await http.post(f"{_PERMISSIONS}/{permission['id']}/decide", json={"decision": "once"})
    assert answer.status_code == 200, answer.text


def _settings(make_settings: MakeSettings) -> Settings:
    return make_settings(port=processes.free_port(), opencode=installed(OPENCODE))


async def test_a_person_allows_a_command_and_sees_what_it_printed(make_settings: MakeSettings) -> None:
    async with (
        product.launch(_settings(make_settings)) as served,
        product.signed_in(served.url, "ada@example.org", "Ada") as http,
    ):
        await connect_simulator(http)
        session_id = await _begin(http)
        words = stage.call("bash", command="echo from the workspace", description="x")
        await say(http, session_id, f"{words} {stage.say('Done.')}")
        permission = await _waiting(http, session_id)
        assert (permission["tool"], permission["patterns"]) == ("bash", ["echo from the workspace"])
        await _allow(http, permission)
        answer = await ended(http, session_id, 90)
        assert (answer["status"], text_of(answer)) == ("complete", "Done.")
        (tool,) = (part for part in answer["parts"] if part["type"] == "tool")
        assert (tool["tool"]["status"], tool["text"].strip()) == ("done", "from the workspace")
        figures = (await http.get("/metrics")).text
        assert "guildhall_opencode_processes 1.0" in figures

        async def are_logged() -> bool:
            calls = await http.get("/api/v1/gateway/calls", params={"session_id": session_id})
            return len(calls.json()["items"]) == 2

        await eventually(are_logged)


async def test_a_call_that_waits_survives_the_end_of_the_server(make_settings: MakeSettings) -> None:
    settings = _settings(make_settings)
    async with product.launch(settings) as served:
        async with product.signed_in(served.url, "ada@example.org", "Ada") as http:
            await connect_simulator(http)
            session_id = await _begin(http)
            words = stage.call("bash", command="echo once", description="x")
            await say(http, session_id, f"{words} {stage.say('Done.')}")
            permission = await _waiting(http, session_id)
            headers = dict(http.headers)
        served.kill()
    async with product.launch(settings) as served, product.client(served.url, headers=headers) as http:
        assert (await _waiting(http, session_id))["id"] == permission["id"]
        await _allow(http, permission)
        answer = await ended(http, session_id, 120)
        assert (answer["status"], text_of(answer)) == ("complete", "Done.")
        (tool,) = (part for part in answer["parts"] if part["type"] == "tool")
        assert (tool["tool"]["status"], tool["text"].strip()) == ("done", "once")


async def test_a_person_answers_what_it_asks_also_after_the_end_of_the_server(make_settings: MakeSettings) -> None:
    settings = _settings(make_settings)
    options = [{"label": "Rye", "description": "dark"}, {"label": "Spelt", "description": "light"}]
    asked = {"question": "Which bread?", "header": "Bread", "options": options}
    words = f"{stage.call('question', questions=[asked])} {stage.say('I bake it.')}"
    async with product.launch(settings) as served:
        async with product.signed_in(served.url, "ada@example.org", "Ada") as http:
            await connect_simulator(http)
            session_id = await _begin(http)
            await say(http, session_id, words)
            question = await _waiting(http, session_id, _QUESTIONS)
            assert question["items"] == [
                {"text": "Which bread?", "header": "Bread", "options": options, "is_multiple": False}
            ]
            await http.post(f"{_QUESTIONS}/{question['id']}/answer", json={"answers": [["Spelt"]]})
            answer = await ended(http, session_id, 90)
            assert (answer["status"], text_of(answer)) == ("complete", "I bake it.")
            (tool,) = (part for part in answer["parts"] if part["type"] == "tool")
            assert (tool["tool"]["name"], tool["tool"]["details"]["answers"]) == ("question", [["Spelt"]])
            assert "Spelt" in tool["text"]
            await say(http, session_id, words)
            question = await _waiting(http, session_id, _QUESTIONS)
            headers = dict(http.headers)
        served.kill()
    async with product.launch(settings) as served, product.client(served.url, headers=headers) as http:
        assert (await _waiting(http, session_id, _QUESTIONS))["id"] == question["id"]
        await http.post(f"{_QUESTIONS}/{question['id']}/skip")
        answer = await ended(http, session_id, 120)
        assert (answer["status"], text_of(answer)) == ("complete", "I bake it.")
        (tool,) = (part for part in answer["parts"] if part["type"] == "tool")
        assert (tool["tool"]["status"], tool["tool"]["details"]["answers"]) == ("done", None)


async def test_a_session_goes_on_after_its_opencode_was_killed_in_the_middle_of_a_turn(
    make_settings: MakeSettings,
) -> None:
    async with (
        product.launch(_settings(make_settings)) as served,
        product.signed_in(served.url, "ada@example.org", "Ada") as http,
    ):
        await connect_simulator(http)
        session_id = await _begin(http)
        words = stage.call("bash", command="echo kept > kept.txt; kill -9 $PPID; sleep 60", description="x")
        await say(http, session_id, f"{words} {stage.say('Never said.')}")
        await _allow(http, await _waiting(http, session_id))
        answer = await ended(http, session_id, 90)
        assert (answer["status"], answer["error"]["code"]) == ("failed", "engine_lost")
        await say(http, session_id, f"{stage.call('read', filePath='/workspace/kept.txt')} {stage.say('Here again.')}")
        answer = await ended(http, session_id, 90)
        assert (answer["status"], text_of(answer)) == ("complete", "Here again.")
        (tool,) = (part for part in answer["parts"] if part["type"] == "tool")
        assert "kept" in tool["text"]
        figures = (await http.get("/metrics")).text
        assert "guildhall_opencode_crashes_total 1.0" in figures
