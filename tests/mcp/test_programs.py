"""Servers that are programs: kept apart in the sandbox, started on demand, and gone when they should be."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from tests.chat.talk import INSTANT, SESSIONS, connect_simulator, ended, say
from tests.conftest import MakeSettings
from tests.engines.stage import call
from tests.engines.stage import say as says
from tests.mcp.conftest import SERVERS, Add, cards, program, tried
from tests.mcp.test_addresses import PERMISSIONS, waiting
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def running(mark: str) -> list[int]:
    """The processes of this machine that were given this variable."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


async def gone(mark: str) -> None:
    """Wait until none of them runs."""
    async with asyncio.timeout(30):
        while running(mark):  # noqa: ASYNC110 - nobody tells of the end of processes
            await asyncio.sleep(0.1)


async def test_a_program_is_tried_in_a_sandbox_and_gone_afterwards(admin: httpx.AsyncClient, add: Add) -> None:
    mark = new_id("mark")
    wanted = program()
    wanted["secrets"]["MARK"] = mark
    server = await add(**wanted)
    after = await tried(admin, server)
    assert (after["state"], after["reason"], len(after["tools"])) == ("ok", "", 12)
    await gone(mark)


@pytest.mark.parametrize(
    ("manner", "command", "words"),
    [
        ("old", None, "another version"),
        ("", "echo broken >&2; exit 7", "The program ended with exit code 7: broken"),
        ("", "no-such-program", "ended with exit code 127"),
    ],
)
async def test_a_test_of_a_program_says_what_is_wrong(
    admin: httpx.AsyncClient, add: Add, manner: str, command: str | None, words: str
) -> None:
    wanted = program(manner) | ({"command": command} if command else {})
    after = await tried(admin, await add(**wanted))
    assert after["state"] == "failed"
    assert words in after["reason"]


async def test_a_program_works_in_the_workspace_and_what_it_writes_is_the_agents(
    member: httpx.AsyncClient, session: str, workspace: str, add: Add
) -> None:
    name = (await add(**program("quiet")))["name"]
    hasty = (await add(**program(), timeout_seconds=3))["name"]
    calls: list[tuple[str, dict[str, Any]]] = [
        (f"{name}_write", {"text": "made by a tool"}),
        (f"{name}_variable", {"text": "MODE"}),
        (f"{name}_variable", {"text": "GUILDHALL_DATA_DIR"}),
        (f"{hasty}_hang", {}),
        (f"{hasty}_rubbish", {}),
        (f"{name}_huge", {}),
        (f"{name}_die", {}),
        (f"{name}_echo", {"text": "risen"}),
    ]
    await say(member, session, "".join(call(tool, **given) for tool, given in calls) + says("Done."))
    answer = await ended(member, session, 100)
    told = cards(answer)
    assert [status for _, status, _ in told] == ["done", "done", "done", *["failed"] * 4, "done"]
    assert [words for _, _, words in told[:3]] == ["Written.", "quiet", "(none)"]
    assert told[3][2].startswith(f"{hasty}: It did not answer within 3 seconds.")
    assert "what is this" in told[4][2]
    assert told[5][2] == f"{name}: It answered with more than 4 MB."
    assert told[6][2] == f"{name}: The program ended with exit code 3: ready\nI cannot go on."
    assert (told[7][2], answer["status"]) == ("risen", "complete")
    read = await member.get(f"/api/v1/workspaces/{workspace}/file/raw", params={"path": "made.txt"})
    assert read.text == "made by a tool"
    assert answer["parts"][0]["tool"]["details"]["paths"] == ["made.txt"]


async def test_a_waiting_call_survives_a_kill_and_nothing_is_left_running(make_settings: MakeSettings) -> None:
    settings, mark = make_settings(port=processes.free_port()), new_id("mark")
    async with serving(settings) as (hall, http):
        token = await registered(http)
        http.headers["authorization"] = f"Bearer {token}"
        await connect_simulator(http)
        wanted = program()
        wanted["secrets"]["MARK"] = mark
        server = (await http.post(SERVERS, json={"scope": "hall", "name": "local", **wanted})).json()
        workspace = (await http.post("/api/v1/workspaces", json={"name": "desk"})).json()["id"]
        body = {"model": INSTANT, "mode": "ask", "workspace_id": workspace}
        session = (await http.post(SESSIONS, json=body)).json()["id"]
        await say(http, session, call("local_echo", text="after all") + says("Done."))
        permission = await waiting(http, session)
        assert running(mark), server
        hall.kill()
    await gone(mark)
    async with serving(settings) as (_, http):
        http.headers["authorization"] = f"Bearer {token}"
        assert (await waiting(http, session))["id"] == permission["id"]
        await http.post(f"{PERMISSIONS}/{permission['id']}/decide", json={"decision": "once"})
        assert cards(await ended(http, session, 60)) == [("local_echo", "done", "after all")]
    await gone(mark)


async def test_without_a_sandbox_programs_are_refused_in_words(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port(), sandbox="off")
    async with serving(settings) as (_, http):
        http.headers["authorization"] = f"Bearer {await registered(http)}"
        server = (await http.post(SERVERS, json={"scope": "hall", "name": "local", **program()})).json()
        assert (await tried(http, server))["reason"].startswith("Programs of tool servers need a sandbox")


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[product.Launched, httpx.AsyncClient]]:
    """A hall of its own, as a process that can be killed."""
    async with product.launch(settings) as hall, product.client(hall.url) as http:
        yield hall, http


async def registered(http: httpx.AsyncClient) -> str:
    """The first account's access token."""
    account = {"email": "first@example.org", "password": product.PASSWORD, "name": "First"}
    answer = await http.post("/api/v1/auth/register", json=account)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["access_token"])
