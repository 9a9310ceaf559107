"""Servers at an address: their tools in a session, asked for as all others, and what happens when they misbehave."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.chat.talk import INSTANT, SESSIONS, connect_simulator, ended, say
from tests.engines.stage import also, call
from tests.engines.stage import say as says
from tests.mcp.conftest import Add, at, cards, tried

PERMISSIONS = "/api/v1/chat/permissions"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def waiting(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    """The permission that a session waits for."""
    async with asyncio.timeout(30):
        while True:
            items = (await http.get(PERMISSIONS, params={"session_id": session_id})).json()["items"]
            if items:
                return dict(items[0])
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("manner", ["", "events"])
async def test_a_test_lists_the_tools(admin: httpx.AsyncClient, add: Add, address: str, manner: str) -> None:
    after = await tried(admin, await add(**at(f"{address}/{manner}")))
    assert (after["state"], after["reason"]) == ("ok", "")
    assert {"name": "echo", "title": "", "description": "Does echo.", "is_read_only": True} in after["tools"]
    assert len(after["tools"]) == 12


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("rubbish", "no message: <html>what is this"),
        ("old", "another version"),
        ("locked", "other credentials (status 401)"),
        ("moved", "redirects to https://elsewhere.example/mcp"),
    ],
)
async def test_a_test_says_what_is_wrong(
    admin: httpx.AsyncClient, add: Add, address: str, manner: str, words: str
) -> None:
    after = await tried(admin, await add(**at(f"{address}/{manner}")))
    assert after["state"] == "failed"
    assert words in after["reason"]


async def test_headers_reach_the_server(admin: httpx.AsyncClient, add: Add, address: str) -> None:
    secrets = {"Authorization": "Bearer open sesame"}
    assert (await tried(admin, await add(**at(f"{address}/locked"), secrets=secrets)))["state"] == "ok"


async def test_a_tool_is_asked_for_and_its_answer_is_a_card(
    member: httpx.AsyncClient, session: str, add: Add, address: str
) -> None:
    server = await add(**at(f"{address}/events"))
    tool = f"{server['name']}_echo"
    await member.patch(f"{SESSIONS}/{session}", json={"mode": "ask"})
    await say(member, session, call(tool, text="hello") + call(tool, text="again") + says("Done."))
    permission = await waiting(member, session)
    assert (permission["tool"], permission["patterns"], permission["suggestions"]) == (tool, ["hello"], ["*"])
    assert permission["details"]["arguments"] == {"text": "hello"}
    decision = {"decision": "always", "scope": "session"}
    assert (await member.post(f"{PERMISSIONS}/{permission['id']}/decide", json=decision)).status_code == 200
    answer = await ended(member, session, 30)
    assert cards(answer) == [(tool, "done", "hello"), (tool, "done", "again")]
    assert answer["parts"][-1]["text"] == "Done."


async def test_plan_mode_has_only_what_says_that_it_reads_and_asks_for_it(
    member: httpx.AsyncClient, session: str, add: Add, address: str
) -> None:
    name = (await add(**at(address)))["name"]
    await member.patch(f"{SESSIONS}/{session}", json={"mode": "plan"})
    await say(member, session, call(f"{name}_add", a=1, b=2) + call(f"{name}_echo", text="hi") + says("Seen."))
    permission = await waiting(member, session)
    assert permission["tool"] == f"{name}_echo"
    await member.post(f"{PERMISSIONS}/{permission['id']}/decide", json={"decision": "once"})
    first, second = cards(await ended(member, session, 30))
    assert (first[1], first[2].startswith("There is no tool")) == ("failed", True)
    assert second == (f"{name}_echo", "done", "hi")


async def test_what_goes_wrong_is_a_failed_card_and_the_turn_goes_on(
    member: httpx.AsyncClient, session: str, add: Add, address: str
) -> None:
    name = (await add(**at(address)))["name"]
    hasty = (await add(**at(address), timeout_seconds=2))["name"]
    words = [
        call(f"{name}_{tool}", text=tool) for tool in ("fail", "die", "rubbish", "huge", "long", "odd_name_", "echo")
    ]
    await say(member, session, call(f"{name}_add", a=1, b=2) + call(f"{hasty}_hang") + "".join(words) + says("Done."))
    answer = await ended(member, session, 50)
    told = {tool.removeprefix(f"{name}_"): (status, words) for tool, status, words in cards(answer)}
    assert told["add"] == ("done", '{"sum": 3}')
    assert told["fail"] == ("failed", "It went wrong.")
    assert told["die"] == ("failed", f"{name}: The connection broke before there was an answer.")
    assert told[f"{hasty}_hang"] == ("failed", f"{hasty}: It did not answer within 2 seconds.")
    assert "no message" in told["rubbish"][1]
    assert told["huge"] == ("failed", f"{name}: It answered with more than 4 MB.")
    assert told["long"][0] == "done"
    assert "characters are left out here" in told["long"][1]
    assert told["odd_name_"][1] == "[image: image/png, 6 bytes, which cannot be shown here]\n\nodd.name!"
    assert told["echo"] == ("done", "echo")
    assert answer["status"] == "complete"


async def test_a_session_that_the_server_forgot_is_begun_again(
    member: httpx.AsyncClient, session: str, add: Add, address: str
) -> None:
    name = (await add(**at(f"{address}/forgetful")))["name"]
    await say(member, session, call(f"{name}_echo", text="hello") + says("Done."))
    assert cards(await ended(member, session, 30)) == [(f"{name}_echo", "done", "hello")]


async def test_a_session_without_files_has_tools_too_and_does_without_those_it_leaves_out(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, add: Add, address: str
) -> None:
    await connect_simulator(admin)
    server = await add(**at(address))
    created = await member.post(SESSIONS, json={"model": INSTANT, "mode": "full"})
    session_id = created.json()["id"]
    tool = f"{server['name']}_echo"
    await say(member, session_id, call(tool, text="one") + also(tool, text="two") + says("Done."))
    assert [card[2] for card in cards(await ended(member, session_id, 30))] == ["one", "two"]
    left_out = await member.patch(f"{SESSIONS}/{session_id}", json={"servers_off": [server["id"]]})
    assert left_out.json()["servers_off"] == [server["id"]]
    await say(member, session_id, call(tool, text="three") + says("Done."))
    ((_, status, words),) = cards(await ended(member, session_id, 30))
    assert (status, words) == ("failed", f"There is no tool {tool!r}. There are: .")


async def test_a_tool_never_takes_the_name_of_a_built_in_one(
    member: httpx.AsyncClient, session: str, add: Add, address: str
) -> None:
    await add(name="bash", **at(address))
    await say(member, session, call("bash_output", id="x") + call("bash_output_2", text="mine") + says("Done."))
    first, second = cards(await ended(member, session, 30))
    assert first[1] == "failed"
    assert (second[1], second[2].endswith("output")) == ("done", True)


async def test_a_server_that_cannot_be_reached_is_left_out_and_says_why(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, session: str, add: Add
) -> None:
    server = await add(**at("http://127.0.0.1:9/"))
    await say(member, session, says("Hello."))
    assert (await ended(member, session, 30))["status"] == "complete"
    found = {each["id"]: each for each in (await admin.get("/api/v1/mcp/servers")).json()}[server["id"]]
    assert (found["state"], found["reason"]) == ("failed", "Nothing answers at this address.")
