"""An agent at work in a chat: from a person's message to files on disk."""

import asyncio
from typing import Any

import httpx
import pytest_asyncio

from tests.chat.talk import INSTANT, SESSIONS, connect_simulator, ended, say
from tests.engines.stage import call
from tests.engines.stage import say as says


@pytest_asyncio.fixture
async def session(admin: httpx.AsyncClient, member: httpx.AsyncClient, workspace: str) -> str:
    """A session of the member's in a workspace, whose agent asks."""
    await connect_simulator(admin)
    body = {"model": INSTANT, "mode": "ask", "workspace_id": workspace}
    created = await member.post(SESSIONS, json=body)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


async def pending(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    """The permission that the session waits for."""
    async with asyncio.timeout(15):
        while True:
            found = await http.get("/api/v1/chat/permissions", params={"session_id": session_id, "status": "pending"})
            assert found.status_code == 200, found.text
            mine = [one for one in found.json()["items"] if one["session_id"] == session_id]
            if mine:
                return dict(mine[0])
            await asyncio.sleep(0.05)


async def test_an_agent_reads_asks_writes_and_says_so(member: httpx.AsyncClient, session: str, workspace: str) -> None:
    text = " ".join(
        [
            call("list"),
            call("write", path="hello.txt", content="hello\n"),
            call("bash", command="cat hello.txt"),
            says("Written."),
        ]
    )
    await say(member, session, text)
    for tool in ("write", "bash"):
        permission = await pending(member, session)
        assert permission["tool"] == tool
        decided = await member.post(f"/api/v1/chat/permissions/{permission['id']}/decide", json={"decision": "once"})
        assert decided.status_code == 200, decided.text
    answer = await ended(member, session)
    assert answer["status"] == "complete", answer
    tools = [part["tool"] for part in answer["parts"] if part["type"] == "tool"]
    assert [(tool["name"], tool["status"]) for tool in tools] == [("list", "done"), ("write", "done"), ("bash", "done")]
    assert answer["parts"][-1]["text"] == "Written."
    read = await member.get(f"/api/v1/workspaces/{workspace}/file/raw", params={"path": "hello.txt"})
    assert (read.status_code, read.text) == (200, "hello\n")


async def test_the_next_turn_knows_what_was_done(member: httpx.AsyncClient, session: str) -> None:
    await member.patch(f"{SESSIONS}/{session}", json={"mode": "full"})
    await say(member, session, call("write", path="a.txt", content="one") + says("Made."))
    await ended(member, session)
    await say(member, session, call("edit", path="a.txt", old_text="one", new_text="two") + says("Changed."))
    answer = await ended(member, session)
    assert [part["tool"]["status"] for part in answer["parts"] if part["type"] == "tool"] == ["done"]


async def test_instructions_hold_for_every_answer(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, workspace: str
) -> None:
    await connect_simulator(admin)
    wanted = f"{call('bash', command='echo ready > bell.txt')} {says('The bell is ready.')}"
    body = {"model": INSTANT, "mode": "full", "workspace_id": workspace, "instructions": wanted}
    session_id = (await member.post(SESSIONS, json=body)).json()["id"]
    for _ in range(2):
        await say(member, session_id, "Please begin.")
        answer = await ended(member, session_id)
        assert [part["tool"]["status"] for part in answer["parts"] if part["type"] == "tool"] == ["done"]
        assert answer["parts"][-1]["text"] == "The bell is ready."
