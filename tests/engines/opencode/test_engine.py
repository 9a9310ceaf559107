"""The real opencode, with the simulator behind the real gateway: what is its own, beside the contract of engines."""

import asyncio
import base64
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.edge.tables import Call
from guildhall.engines.api import Picture, Spoken, ToolOutput
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.engines.opencode.engine import OpencodeEngine
from tests.engines.stage import Stage, Told, call, say
from tests.fakes.host import FakeHost
from tests.gateway.providers import eventually

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest_asyncio.fixture
async def ours(
    opencode: OpencodeEngine, model: str, person: str, shared_workspace: str, toolbox: Toolbox
) -> AsyncIterator[Stage]:
    """opencode in a workspace of many tests."""
    root = await toolbox.workspaces.root(shared_workspace)
    yield Stage(opencode, model, person, shared_workspace, root, "glob", {"pattern": "*"})


def _home(stage: Stage) -> Path:
    return stage.root.resolve().parent / "opencode"


async def test_its_model_calls_are_the_persons_and_belong_to_the_session(ours: Stage, db: Database) -> None:
    session_id = new_id("se")
    await ours.play(say("Hello"), session_id=session_id)
    rows: list[Call] = []

    async def are_there() -> bool:
        async with db.read() as session:
            rows.extend(await session.scalars(select(Call).where(Call.session_id == session_id)))
        return bool(rows)

    await eventually(are_there)
    assert {(row.user_id, row.model, row.status) for row in rows} == {(ours.user_id, ours.model, 200)}


async def test_pictures_are_shown_to_the_model(ours: Stage) -> None:
    picture = Picture("hall.png", "image/png", base64.b64decode(PIXEL))
    told = await ours.play(history=(Spoken("user", ("What is this?",), (picture,)),))
    text = "".join(words for kind, words in told.tale if kind == "text")
    assert "Pictures shown: 1." in text


async def test_a_conversation_goes_on_where_it_was_and_begins_anew_where_history_says_otherwise(
    ours: Stage,
) -> None:
    session_id = new_id("se")
    memory = _home(ours).with_suffix(".json")

    async def conversation(turn_id: str, *history: Spoken, after: str | None = None) -> str:
        await ours.play(id=turn_id, session_id=session_id, history=history, after=after)
        return str(json.loads(memory.read_text())[session_id][0])

    async def said(known: str) -> list[str]:
        pool: Any = ours.engine._sidecars  # type: ignore[attr-defined]
        client = pool._running[ours.workspace_id].client
        found = (await client._send("GET", f"/session/{known}/message")).json()
        return [each["parts"][0]["text"] for each in found if each["info"]["role"] == "user"]

    first = Spoken("user", (say("One"),))
    answer = Spoken("assistant", ("One",))
    one, two, three = new_id("tu"), new_id("tu"), new_id("tu")
    begun = await conversation(one, first)
    assert await conversation(two, first, answer, Spoken("user", (say("Two"),)), after=one) == begun
    assert await said(begun) == [say("One"), say("Two")]
    anew = await conversation(three, Spoken("user", (say("Other"),)), answer, Spoken("user", (say("Two"),)), after=two)
    assert anew != begun
    before, asked = await said(anew)
    assert "[[say=Other]]" in before
    assert asked == say("Two")


async def test_a_file_it_writes_has_a_version_of_the_agents(ours: Stage, member: httpx.AsyncClient) -> None:
    host = FakeHost()
    told = await ours.play(call("write", filePath="made.txt", content="made\n"), say("Done."), host=host)
    assert told.tale[:2] == [("called", "write"), ("done", "write")]
    assert (ours.root / "made.txt").read_text() == "made\n"
    assert (host.asked[0].kind, host.asked[0].patterns) == ("edit", ("made.txt",))
    assert "+made" in host.asked[0].details["diff"]
    found = await member.get(f"/api/v1/workspaces/{ours.workspace_id}/versions", params={"path": "made.txt"})
    assert "agent" in found.text


async def test_a_command_sees_no_secret_and_no_network(ours: Stage, toolbox: Toolbox) -> None:
    command = "env; while read -r line; do echo $line; done < /proc/net/dev"
    told = await ours.play(call("bash", command=command), say("Done."))
    seen = told.outputs[0]
    assert "PATH=" in seen
    assert "GUILDHALL_KEY" not in seen
    assert "OPENCODE" not in seen
    if toolbox.sandbox.is_isolated:
        assert [line.split(":")[0] for line in seen.splitlines() if re.match(r"\w+: \d", line)] == ["lo"]


async def test_a_path_outside_the_workspace_is_refused_without_asking(ours: Stage) -> None:
    host = FakeHost()
    told = await ours.play(call("read", filePath="/etc/passwd"), say("Done."), host=host)
    assert told.tale[:2] == [("called", "read"), ("failed", "read")]
    assert not host.asked


async def test_a_workspaces_own_configuration_changes_nothing(ours: Stage) -> None:
    (ours.root / "opencode.json").write_text(json.dumps({"permission": {"bash": "allow"}}))
    host = FakeHost()
    await ours.play(call("bash", command="true"), say("Done."), host=host)
    assert [request.tool for request in host.asked] == ["bash"]


async def test_a_process_that_is_killed_is_told_and_the_next_turn_has_another(ours: Stage) -> None:
    told = Told()
    with pytest.raises(AppError) as caught:
        async with asyncio.timeout(90):
            async with aclosing(ours.follow(ours.turn(call("bash", command="echo begun; sleep 60")))) as events:
                async for event in events:
                    told.events.append(event)
                    if isinstance(event, ToolOutput):
                        _kill(ours)
    assert caught.value.code == "engine_lost"
    again = await ours.play(say("Here again"))
    assert again.tale == [("text", "Here again"), ("ended", "stop")]


def _kill(stage: Stage) -> None:
    pool: Any = stage.engine._sidecars  # type: ignore[attr-defined]
    os.killpg(pool._running[stage.workspace_id]._running._process.pid, signal.SIGKILL)


async def test_a_turn_without_a_workspace_is_told_what_it_needs(ours: Stage) -> None:
    with pytest.raises(AppError) as caught:
        await ours.play(say("Hello"), workspace_id=None)
    assert caught.value.code == "workspace_needed"


async def test_an_unknown_model_is_told_as_by_the_gateway(ours: Stage) -> None:
    with pytest.raises(AppError) as caught:
        await ours.play(say("Hello"), model="nothing-of-that-name")
    assert caught.value.code in {"model_not_found", "engine_failed"}


async def test_secrets_are_not_left_in_its_home(ours: Stage) -> None:
    await ours.play(say("Hello"))
    assert not (_home(ours) / ".guildhall" / "start").exists()
