"""Turns that were cut off while a tool call waited: they go on, and nothing that had begun is done again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from guildhall.chat import permissions, queries
from guildhall.chat.tables import Message, TurnRow
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.jobs.context import JobContext
from guildhall.engines.api import PermissionRequest, ToolEnded, ToolUse
from tests.chat.scripted import ScriptedEngine, called, text
from tests.chat.talk import SESSIONS, begin, messages
from tests.services.product import Running

pytestmark = pytest.mark.usefixtures("simulated")
DECIDE = "/api/v1/chat/permissions/{}/decide"


@pytest.fixture
def engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine of the server, for one test."""
    scripted = ScriptedEngine([*called("call_1", "make a"), *called("call_2", "make b"), text("Done.")])
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", scripted)
    return scripted


async def cut_off(db: Database, session_id: str, *, second: str = "waiting") -> tuple[str, str]:
    """What a killed process left: one call that ran and one that was `second`. Gives the turn's and permission's id."""
    moment = now()
    async with db.write() as session:
        made = [Message(id=new_id("me"), session_id=session_id, created_at=moment) for _ in range(2)]
        for position, (message, role, status) in enumerate(
            zip(made, ("user", "assistant"), ("complete", "streaming"), strict=True), start=1
        ):
            message.position, message.role, message.status, message.model = position, role, status, "simulated-instant"
            await queries.add(session, message)
        made[1].parent_id = made[0].id
        turn = TurnRow(id=new_id("tu"), session_id=session_id, state="running", stop_requested=False, created_at=moment)
        turn.question_id, turn.answer_id = made[0].id, made[1].id
        await queries.add(session, turn)
        call = {"name": "bash", "step": 1, "details": {}, "began_at": None}
        tools: list[dict[str, Any] | None] = [
            None,
            call | {"call_id": "call_1", "arguments": {"command": "make a"}, "status": "running"},
            call | {"call_id": "call_2", "arguments": {"command": "make b"}, "status": second},
        ]
        await queries.add_part(session, _part(made[0], 1, None, text="Make both", ended_at=moment))
        for position, tool in enumerate(tools, start=1):
            said = {"text": ""} if tool else {"text": "I make:", "ended_at": moment}
            await queries.add_part(session, _part(made[1], position, tool, **said))
        row = await queries.session_by_id(session, session_id)
        assert row is not None
        row.state, row.head_id = "running", made[1].id
        permission = await permissions.ask(
            session, row, turn.id, PermissionRequest("call_2", "bash", "run", ("make b",))
        )
        return turn.id, permission.id


def _part(message: Message, position: int, tool: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    kind = "tool" if tool else "text"
    return {
        "id": new_id("pa"),
        "message_id": message.id,
        "position": position,
        "type": kind,
        "tool": tool,
        "started_at": message.created_at,
        "ended_at": None,
        **more,
    }


@pytest.fixture
async def taken_up(server: Running) -> AsyncIterator[Any]:
    """Runs a turn as its job does when it is found after a crash."""
    tasks: list[asyncio.Task[None]] = []

    def run(turn_id: str) -> asyncio.Task[None]:
        context = JobContext.__new__(JobContext)
        tasks.append(asyncio.create_task(server.app.hall.turns.run(context, turn_id)))
        return tasks[-1]

    yield run
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_turn_goes_on_where_it_waited(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id)
    running = taken_up(turn_id)
    async with asyncio.timeout(10):
        await engine.begun.wait()
        statuses = [part.status if isinstance(part, ToolUse) else part for part in engine.turns[0].begun]
        assert statuses == ["I make:", "interrupted", "waiting"]
        assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "waiting"
        await member.post(DECIDE.format(permission_id), json={"decision": "once"})
        await running
    last = (await messages(member, session_id))[-1]
    assert [(part["type"], part["tool"] and part["tool"]["status"]) for part in last["parts"]] == [
        ("text", None),
        ("tool", "interrupted"),
        ("tool", "done"),
        ("text", None),
    ]
    assert last["status"] == "complete"
    assert engine.done == ["call_2"]


async def _make_task(db: Database, turn_id: str) -> None:
    """The call that ran becomes a task, and the one that waits its sub-agent's."""
    async with db.write() as session:
        turn = await queries.turn_by_id(session, turn_id)
        assert turn is not None
        for part in (await queries.parts_of(session, [turn.answer_id]))[turn.answer_id]:
            if part.tool and part.tool["call_id"] == "call_1":
                part.tool = {**part.tool, "name": "task"}
            elif part.tool:
                part.tool = {**part.tool, "parent": "call_1"}


async def test_a_task_whose_sub_agent_waits_waits_with_it(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id)
    await _make_task(db, turn_id)
    engine.steps = [*called("call_2", "make b"), ToolEnded("call_1", "done", "Made."), text("Done.")]
    running = taken_up(turn_id)
    async with asyncio.timeout(10):
        await engine.begun.wait()
        uses = [part for part in engine.turns[0].begun if isinstance(part, ToolUse)]
        assert [(use.name, use.parent, use.status) for use in uses] == [
            ("task", None, "waiting"),
            ("bash", "call_1", "waiting"),
        ]
        await member.post(DECIDE.format(permission_id), json={"decision": "once"})
        await running
    last = (await messages(member, session_id))[-1]
    assert [part["tool"] and part["tool"]["status"] for part in last["parts"]] == [None, "done", "done", None]
    assert engine.done == ["call_2"]


async def test_a_call_that_ends_while_it_waits_is_asked_about_no_more(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id)
    engine.steps = [ToolEnded("call_2", "failed", "Lost."), *called("call_3", "make c"), text("Done.")]
    running = taken_up(turn_id)
    async with asyncio.timeout(10):
        while True:
            answer = await member.get("/api/v1/chat/permissions", params={"session_id": session_id})
            waiting = {each["tool_call_id"]: each["id"] for each in answer.json()["items"]}
            if "call_3" in waiting:
                break
            await asyncio.sleep(0.02)
        assert list(waiting) == ["call_3"]
        late = await member.post(DECIDE.format(permission_id), json={"decision": "once"})
        assert late.json()["error"]["details"]["status"] == "cancelled"
        await member.post(DECIDE.format(waiting["call_3"]), json={"decision": "once"})
        await running


async def test_what_was_decided_while_nobody_ran_it_counts(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id)
    answer = await member.post(DECIDE.format(permission_id), json={"decision": "reject", "message": "No."})
    assert answer.status_code == 200
    async with asyncio.timeout(10):
        await taken_up(turn_id)
    assert [(decision.is_allowed, decision.message) for decision in engine.decisions] == [(False, "No.")]
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"


async def test_a_turn_whose_calls_had_all_begun_is_interrupted(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id, second="running")
    async with asyncio.timeout(10):
        await taken_up(turn_id)
    last = (await messages(member, session_id))[-1]
    assert last["status"] == "interrupted"
    assert [part["tool"]["status"] for part in last["parts"][1:]] == ["interrupted", "interrupted"]
    assert not engine.turns
    late = await member.post(DECIDE.format(permission_id), json={"decision": "once"})
    assert late.json()["error"]["details"]["status"] == "cancelled"


async def test_a_turn_that_was_to_stop_does_not_go_on(
    member: httpx.AsyncClient, db: Database, engine: ScriptedEngine, taken_up: Any
) -> None:
    session_id = await begin(member)
    turn_id, _ = await cut_off(db, session_id)
    await member.post(f"{SESSIONS}/{session_id}/stop")
    async with asyncio.timeout(10):
        await taken_up(turn_id)
    assert (await messages(member, session_id))[-1]["status"] in {"interrupted", "stopped"}
    assert not engine.turns


async def test_what_nobody_decides_in_a_day_is_refused(
    member: httpx.AsyncClient,
    db: Database,
    engine: ScriptedEngine,
    taken_up: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session_id = await begin(member)
    turn_id, permission_id = await cut_off(db, session_id)
    monkeypatch.setattr("guildhall.chat.host._PATIENCE", now() - now())
    async with asyncio.timeout(10):
        await taken_up(turn_id)
    assert [(decision.is_allowed, decision.by) for decision in engine.decisions] == [(False, "nobody")]
    late = await member.post(DECIDE.format(permission_id), json={"decision": "once"})
    assert late.json()["error"]["details"]["status"] == "expired"
    assert late.json()["error"]["message"] == "This has waited too long; the agent has stopped asking."
