"""Sub-agents in the chat: their calls stand under their task, and are nobody else's."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from guildhall.engines.api import PermissionRequest, ToolCalled, ToolEnded, ToolOutput, ToolUse
from tests.chat.scripted import ScriptedEngine, Step, text
from tests.chat.talk import SESSIONS, begin, ended, say
from tests.services.product import Running

pytestmark = pytest.mark.usefixtures("simulated")
TASK = ToolCalled("task_1", "task", {"description": "Look", "prompt": "Look around", "agent": "general"}, 0)
ASKED = PermissionRequest("call_1", "bash", "run", ("make a",), (), {"command": "make a", "task": "Look"})
NESTED: Sequence[Step] = (
    TASK,
    ToolCalled("call_1", "bash", {"command": "make a"}, 0, "task_1"),
    ASKED,
    ToolOutput("task_1", "I have looked"),
    ToolEnded("task_1", "done", "All is well."),
    text("Done."),
)


@pytest.fixture
def engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine of the server, for one test."""
    scripted = ScriptedEngine(NESTED)
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", scripted)
    return scripted


async def waiting(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    """What waits in a session."""
    async with asyncio.timeout(10):
        while True:
            items = (await http.get("/api/v1/chat/permissions", params={"session_id": session_id})).json()["items"]
            if items:
                return dict(items[0])
            await asyncio.sleep(0.02)


async def asked(http: httpx.AsyncClient) -> tuple[str, dict[str, Any]]:
    """A session in which a sub-agent asks, and what it asks."""
    session_id = await begin(http)
    await say(http, session_id, "Look")
    return session_id, await waiting(http, session_id)


async def allow(http: httpx.AsyncClient, permission: dict[str, Any]) -> None:
    """Give leave once."""
    decided = await http.post(f"/api/v1/chat/permissions/{permission['id']}/decide", json={"decision": "once"})
    assert decided.status_code == 200, decided.text


async def played(http: httpx.AsyncClient) -> str:
    """A session in which a sub-agent has worked."""
    session_id, permission = await asked(http)
    await allow(http, permission)
    assert (await ended(http, session_id))["status"] == "complete"
    return session_id


def tools(message: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """The calls of a message: id, parent, status."""
    called = [part["tool"] for part in message["parts"] if part["tool"]]
    return [(tool["call_id"], tool["parent"], tool["status"]) for tool in called]


async def test_a_call_says_for_which_task_it_is_and_for_which_it_asks(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id, permission = await asked(member)
    assert (permission["tool_call_id"], permission["details"]["task"]) == ("call_1", "Look")
    await allow(member, permission)
    last = await ended(member, session_id)
    assert tools(last) == [("task_1", None, "done"), ("call_1", "task_1", "done")]
    assert [part["text"] for part in last["parts"]] == ["All is well.", "done", "Done."]
    assert len(engine.turns) == 1


async def test_the_agent_is_told_what_came_of_a_task_and_not_its_steps(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await played(member)
    engine.steps = [text("Bye")]
    await say(member, session_id, "And now?")
    await ended(member, session_id)
    told = engine.turns[-1].history[1].parts
    assert told == (ToolUse("task_1", "task", TASK.arguments, "done", "All is well.", 0), "Done.")


@pytest.mark.usefixtures("engine")
async def test_an_export_has_the_steps_of_a_sub_agent_within_its_task(member: httpx.AsyncClient) -> None:
    session_id = await played(member)
    exported = (await member.get(f"{SESSIONS}/{session_id}/export", params={"format": "markdown"})).text
    task = exported[exported.index("<summary>Tool: task · done") : exported.index("All is well.")]
    assert "<summary>Tool: bash · done" in task
    assert exported.count("make a") == 1
    document = (await member.get(f"{SESSIONS}/{session_id}/export", params={"format": "json"})).json()
    assert tools(document["messages"][-1])[1] == ("call_1", "task_1", "done")


@pytest.mark.usefixtures("engine")
async def test_a_shared_copy_shows_what_is_nested_as_far_as_its_owner_says(member: httpx.AsyncClient) -> None:
    session_id = await played(member)
    shared = await member.post(f"{SESSIONS}/{session_id}/shares", json={"with_details": False})
    assert shared.status_code == 201, shared.text
    token = shared.json()["link"].rpartition("/")[2]
    said = (await member.get(f"/api/v1/shares/{token}/messages")).json()["items"][-1]
    assert tools(said) == [("task_1", None, "done"), ("call_1", "task_1", "done")]
    assert [part["tool"]["arguments"] for part in said["parts"] if part["tool"]] == [{}, {}]


@pytest.mark.usefixtures("engine")
async def test_what_a_sub_agent_did_is_found(member: httpx.AsyncClient) -> None:
    session_id = await played(member)
    found = (await member.get("/api/v1/chat/search", params={"q": "make a"})).json()["items"]
    assert session_id in [each["session_id"] for each in found]
