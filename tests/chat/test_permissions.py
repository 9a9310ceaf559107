"""Tool calls that wait for their session's owner: asking, deciding, rules, stopping, and who may."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from guildhall.engines.api import Todo, TodosChanged, ToolCalled, ToolEnded, ToolOutput, ToolUse
from tests.chat.scripted import ScriptedEngine, Step, called, text
from tests.chat.talk import SESSIONS, begin, ended, messages, say
from tests.followers import following
from tests.services.product import Running

PERMISSIONS = "/api/v1/chat/permissions"
RULES = "/api/v1/chat/rules"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]


@pytest.fixture
def engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine of the server, for one test."""
    scripted = ScriptedEngine()
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", scripted)
    return scripted


async def waiting(http: httpx.AsyncClient, session_id: str, count: int = 1) -> list[dict[str, Any]]:
    """What waits in a session, once so much does."""
    async with asyncio.timeout(10):
        while True:
            items = (await http.get(PERMISSIONS, params={"session_id": session_id})).json()["items"]
            if len(items) >= count:
                return list(items)
            await asyncio.sleep(0.03)


async def decide(http: httpx.AsyncClient, permission: dict[str, Any], decision: str, **more: Any) -> httpx.Response:
    return await http.post(f"{PERMISSIONS}/{permission['id']}/decide", json={"decision": decision, **more})


async def asked(http: httpx.AsyncClient, engine: ScriptedEngine, *steps: Step) -> str:
    """A session whose agent does these things."""
    engine.steps = list(steps)
    session_id = await begin(http)
    await say(http, session_id, "Do it")
    return session_id


def tools(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**part["tool"], "text": part["text"]} for part in message["parts"] if part["type"] == "tool"]


@pytest.mark.parametrize("is_sandboxed", [True, False])
async def test_who_is_asked_is_told_where_a_command_has_no_sandbox(
    member: httpx.AsyncClient,
    server: Running,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
    is_sandboxed: bool,
) -> None:
    monkeypatch.setattr(server.app.hall.turns, "_is_sandboxed", lambda: is_sandboxed)
    session_id = await asked(member, engine, *called("call_1", "ls"))
    (permission,) = await waiting(member, session_id)
    assert permission["details"].get("unconfined", False) is not is_sandboxed
    await decide(member, permission, "reject")
    await ended(member, session_id)


async def test_a_call_waits_shows_and_goes_on_once_it_is_allowed(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await asked(member, engine, text("I look."), *called("call_1", "ls -l"), text("Seen."))
    (permission,) = await waiting(member, session_id)
    assert permission["patterns"] == ["ls -l"]
    assert permission["details"]["command"] == "ls -l"
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "waiting"
    half = (await messages(member, session_id))[-1]
    assert [part["type"] for part in half["parts"]] == ["text", "tool"]
    assert tools(half)[0]["status"] == "waiting"
    assert tools(half)[0]["began_at"] is None
    asked_at = datetime.now(UTC)
    answer = await decide(member, permission, "once")
    assert (answer.status_code, answer.json()["status"]) == (200, "allowed")
    last = await ended(member, session_id)
    assert last["status"] == "complete"
    assert [part["type"] for part in last["parts"]] == ["text", "tool", "text"]
    (tool,) = tools(last)
    assert asked_at < datetime.fromisoformat(tool.pop("began_at")) <= datetime.now(UTC)
    assert tool == {
        "call_id": "call_1",
        "name": "bash",
        "arguments": {"command": "ls -l"},
        "step": 1,
        "parent": None,
        "status": "done",
        "details": {"exit_code": 0},
        "text": "done",
    }
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"
    assert not (await member.get(PERMISSIONS, params={"session_id": session_id})).json()["items"]


async def test_a_refusal_tells_the_agent_why(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id = await asked(member, engine, *called("call_1", "rm x"))
    await decide(member, (await waiting(member, session_id))[0], "reject", message="Keep it, please.")
    last = await ended(member, session_id)
    assert (tools(last)[0]["status"], tools(last)[0]["text"]) == ("denied", "Keep it, please.")
    assert engine.done == []


async def test_the_first_word_counts(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id = await asked(member, engine, *called("call_1", "ls"), 0.2)
    (permission,) = await waiting(member, session_id)
    answers = await asyncio.gather(*(decide(member, permission, word) for word in ("once", "reject", "once")))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    first = next(answer.json()["status"] for answer in answers if answer.status_code == 200)
    others = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert all(error["code"] == "already_decided" and error["details"]["status"] == first for error in others)
    await ended(member, session_id)


async def test_always_becomes_a_rule_that_frees_what_else_waits_and_can_be_edited(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await asked(member, engine, *called("call_1", "make a"), *called("call_2", "make b"))
    (permission,) = await waiting(member, session_id)
    await decide(member, permission, "always", patterns=["make *"], scope="session")
    assert (await ended(member, session_id))["status"] == "complete"
    assert engine.done == ["call_1", "call_2"]
    rules = [rule for rule in (await member.get(RULES)).json()["items"] if rule["session_id"] == session_id]
    assert [(rule["tool"], rule["pattern"], rule["action"]) for rule in rules] == [("bash", "make *", "allow")]
    changed = await member.patch(f"{RULES}/{rules[0]['id']}", json={"action": "deny"})
    assert changed.json()["action"] == "deny"
    await say(member, session_id, "Again")
    last = await ended(member, session_id)
    assert [tool["status"] for tool in tools(last)] == ["denied", "denied"]
    assert (await member.delete(f"{RULES}/{rules[0]['id']}")).status_code == 204
    assert (await member.delete(f"{RULES}/{rules[0]['id']}")).status_code == 404


async def test_a_session_rule_holds_in_no_other_session(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    first = await asked(member, engine, *called("call_1", "npm test"))
    await decide(member, (await waiting(member, first))[0], "always")
    await ended(member, first)
    second = await asked(member, engine, *called("call_1", "npm test"))
    await decide(member, (await waiting(member, second))[0], "reject")
    await ended(member, second)


async def test_stopping_takes_back_what_was_asked(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id = await asked(member, engine, *called("call_1", "ls"))
    (permission,) = await waiting(member, session_id)
    await member.post(f"{SESSIONS}/{session_id}/stop")
    last = await ended(member, session_id)
    assert (last["status"], tools(last)[0]["status"]) == ("stopped", "interrupted")
    late = await decide(member, permission, "once")
    assert (late.status_code, late.json()["error"]["details"]["status"]) == (409, "cancelled")
    assert engine.closed == 1


async def test_only_the_owner_may_decide(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await asked(member, engine, *called("call_1", "ls"))
    (permission,) = await waiting(member, session_id)
    assert (await decide(admin, permission, "once")).status_code == 404
    assert permission["id"] not in (await admin.get(PERMISSIONS)).text
    assert (await decide(member, {"id": "pe_none"}, "once")).status_code == 404
    assert (await decide(member, permission, "perhaps")).status_code == 400
    assert (await decide(member, permission, "reject", message="a\x00b")).status_code == 400
    await decide(member, permission, "once")
    await ended(member, session_id)


async def test_every_tab_is_told_and_a_newcomer_is_shown_what_waits(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    todos = (Todo("look", "active"), Todo("act", "pending"))
    session_id = await asked(
        member,
        engine,
        TodosChanged(todos),
        ToolCalled("call_0", "bash", {"command": "seq 3"}, 1),
        ToolOutput("call_0", "1\n2\n"),
        0.3,
        ToolEnded("call_0", "done", "1\n2\n3\n"),
        *called("call_1", "ls"),
    )
    (permission,) = await waiting(member, session_id)
    async with following("websocket", member, f"chat.session.{session_id}") as follower:
        shown = follower.snapshots[0]["body"]
        assert [each["id"] for each in shown["permissions"]] == [permission["id"]]
        assert shown["todos"] == [{"text": "look", "status": "active"}, {"text": "act", "status": "pending"}]
        assert [part["text"] for part in shown["messages"][-1]["parts"]] == ["1\n2\n3\n", ""]
        await decide(member, permission, "once")
        await follower.until(lambda: "message.completed" in [event["type"] for event in follower.events])
    kinds = [event["type"] for event in follower.events]
    assert kinds.index("permission.decided") < kinds.index("part.completed") < kinds.index("message.completed")
    marked = [event["body"]["part"]["tool"]["status"] for event in follower.events if event["type"] == "part.changed"]
    assert marked == ["running"]


async def test_what_was_done_is_part_of_the_conversation(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id = await asked(member, engine, text("Look: "), *called("call_1", "ls"))
    await decide(member, (await waiting(member, session_id))[0], "once")
    await ended(member, session_id)
    engine.steps = [text("Bye")]
    await say(member, session_id, "And now?")
    await ended(member, session_id)
    told = engine.turns[-1].history[1].parts
    assert told == ("Look: ", ToolUse("call_1", "bash", {"command": "ls"}, "done", "done", 1))


async def test_how_an_agent_works_is_the_sessions_to_choose(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    made = await member.post(SESSIONS, json={"mode": "full", "instructions": "Be brief."})
    session_id = made.json()["id"]
    engine.steps = called("call_1", "git push")
    await say(member, session_id, "Push it")
    await decide(member, (await waiting(member, session_id))[0], "once")
    await ended(member, session_id)
    assert (engine.turns[-1].mode, engine.turns[-1].instructions) == ("full", "Be brief.")
    changed = await member.patch(f"{SESSIONS}/{session_id}", json={"mode": "plan", "instructions": None})
    assert (changed.json()["mode"], changed.json()["instructions"]) == ("plan", None)
    await say(member, session_id, "Again")
    last = await ended(member, session_id)
    assert (tools(last)[0]["status"], engine.decisions[-1].by) == ("denied", "mode")
    assert "plan mode" in tools(last)[0]["text"]
    assert (await member.patch(f"{SESSIONS}/{session_id}", json={"mode": "wild"})).status_code == 400


async def test_a_workspace_is_ones_own_and_gone_once_it_is_deleted(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    foreign = (await admin.post("/api/v1/workspaces", json={"name": "Hers"})).json()["id"]
    own = (await member.post("/api/v1/workspaces", json={"name": "Mine"})).json()["id"]
    session_id = await begin(member)
    rule = {"tool": "bash", "pattern": "ls", "action": "allow"}
    for answer in (
        await member.post(SESSIONS, json={"workspace_id": foreign}),
        await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": foreign}),
        await member.post(RULES, json={**rule, "workspace_id": foreign}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "workspace_not_found")
    chosen = await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": own})
    assert chosen.json()["workspace_id"] == own
    engine.steps = [text("Hello")]
    await say(member, session_id, "Here?")
    await ended(member, session_id)
    await member.delete(f"/api/v1/workspaces/{own}")
    await say(member, session_id, "Still here?")
    await ended(member, session_id)
    assert [turn.workspace_id for turn in engine.turns] == [own, None]


async def test_the_workspace_stays_while_an_answer_is_made(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    here, there = [(await member.post("/api/v1/workspaces", json={"name": name})).json()["id"] for name in "AB"]
    await member.post(RULES, json={"tool": "bash", "pattern": "ls *", "action": "allow", "workspace_id": there})
    session_id = (await member.post(SESSIONS, json={"workspace_id": here})).json()["id"]
    engine.steps = [*called("call_1", "pwd"), *called("call_2", "ls")]
    await say(member, session_id, "Look here")
    (first,) = await waiting(member, session_id)
    for elsewhere in (there, None):
        refused = await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": elsewhere})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "session_busy")
    same = await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": here, "title": "Same"})
    assert (same.status_code, same.json()["workspace_id"]) == (200, here)
    await decide(member, first, "once")
    (second,) = await waiting(member, session_id)
    assert second["patterns"] == ["ls"]
    await decide(member, second, "once")
    await ended(member, session_id)
    moved = await member.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": there})
    assert (moved.status_code, moved.json()["workspace_id"]) == (200, there)


async def test_rules_have_a_limit_and_name_only_ones_own_sessions(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    foreign = await begin(admin)
    rule = {"tool": "bash", "pattern": "ls *", "action": "allow"}
    answer = await member.post(RULES, json={**rule, "session_id": foreign})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "session_not_found")
    for bad in ({"action": "maybe"}, {"pattern": ""}, {"tool": "x" * 300}, {"extra": 1}):
        assert (await member.post(RULES, json={**rule, **bad})).status_code == 400


async def test_an_agent_works_only_in_workspaces_of_its_owner(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    foreign = (await admin.post("/api/v1/workspaces", json={"name": "Foreign"})).json()["id"]
    own = (await member.post("/api/v1/workspaces", json={"name": "Own"})).json()["id"]
    made = await member.post(SESSIONS, json={"workspace_id": own})
    assert (made.status_code, made.json()["workspace_id"]) == (201, own)
    rule = {"tool": "bash", "pattern": "ls *", "action": "allow"}
    for refused in (
        await member.post(SESSIONS, json={"workspace_id": foreign}),
        await member.patch(f"{SESSIONS}/{made.json()['id']}", json={"workspace_id": foreign}),
        await member.post(RULES, json={**rule, "workspace_id": foreign}),
        await member.post(RULES, json={**rule, "workspace_id": "ws_none"}),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "workspace_not_found")
    assert (await member.post(RULES, json={**rule, "workspace_id": own})).status_code == 201
    freed = await member.patch(f"{SESSIONS}/{made.json()['id']}", json={"workspace_id": None})
    assert freed.json()["workspace_id"] is None
