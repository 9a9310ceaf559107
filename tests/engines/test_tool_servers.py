"""Tools of MCP servers, as both engines call them: the same names, the same leave, the same words."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from guildhall.core.ids import new_id
from guildhall.engines.api import Decision, Spoken, ToolUse
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.mcp.connections import Connection
from tests.engines.stage import Stage, call, say
from tests.fakes.host import FakeHost
from tests.gateway.providers import eventually
from tests.mcp.conftest import SERVERS, at, program, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

DONE = say("Done.")


@pytest_asyncio.fixture(scope="session")
async def address() -> AsyncIterator[str]:
    """Where an MCP server answers."""
    async with serving() as address:
        yield address


@pytest_asyncio.fixture
async def tools(admin: httpx.AsyncClient, address: str, stage: Stage) -> AsyncIterator[dict[str, Any]]:
    """A server of the hall's, for one test."""
    if stage.engine.name == "fake":
        pytest.skip("the fake has no tools of its own")
    name = f"d{new_id('ms')[-8:].lower()}".replace("_", "-")
    answer = await admin.post(SERVERS, json={"scope": "hall", "name": name, **at(address)})
    assert answer.status_code == 201, answer.text
    yield answer.json()
    await admin.delete(f"{SERVERS}/{answer.json()['id']}")


def remote(stage: Stage, tools: dict[str, Any], tool: str, **arguments: Any) -> str:
    """Have the model call a tool of a server, as it sees its name."""
    name = f"{tools['name']}_{tool}"
    return call(f"hall_{name}" if stage.engine.name == "opencode" else name, **arguments)


async def test_a_tool_is_asked_for_with_its_arguments_and_called(stage: Stage, tools: dict[str, Any]) -> None:
    host = FakeHost()
    given = {"text": "hello", "path": "/workspace/x", "description": "why"}
    told = await stage.play(remote(stage, tools, "echo", **given), DONE, host=host)
    name = f"{tools['name']}_echo"
    assert told.tale == [("called", name), ("done", name), ("text", "Done."), ("ended", "stop")]
    assert told.outputs == ["hello"]
    (asked,) = host.asked
    assert (asked.tool, asked.kind, asked.suggestions) == (name, "fetch", ("*",))
    assert asked.patterns == ("hello", "/workspace/x", "why")
    assert asked.details == {"server": tools["name"], "tool": "echo", "arguments": given}


async def test_a_refused_call_never_reaches_the_server(stage: Stage, tools: dict[str, Any]) -> None:
    no = Decision(is_allowed=False, message="Not this one.")
    name = f"{tools['name']}_die"
    told = await stage.play(remote(stage, tools, "die", text="x"), DONE, host=FakeHost({name: no}))
    assert told.tale[:2] == [("called", name), ("denied", name)]
    assert "Not this one." in told.outputs[0]
    told = await stage.play(remote(stage, tools, "echo", text="still there"), DONE)
    assert told.outputs == ["still there"]


async def test_what_goes_wrong_is_told_and_the_turn_goes_on(stage: Stage, tools: dict[str, Any]) -> None:
    fail = remote(stage, tools, "fail", text="x")
    told = await stage.play(fail, remote(stage, tools, "output", text="x"), DONE)
    assert [event.status for event in told.ends] == ["failed", "done"]
    assert "It went wrong." in told.outputs[0]
    assert "[image: image/png" in told.outputs[1]


async def test_a_session_does_without_servers_and_a_new_one_is_there_at_once(
    stage: Stage, tools: dict[str, Any], admin: httpx.AsyncClient
) -> None:
    echo = remote(stage, tools, "echo", text="hello")
    told = await stage.play(echo, DONE, servers_off=(tools["id"],))
    assert told.ends[0].status == "failed"
    assert (await stage.play(echo, DONE)).outputs == ["hello"]
    await admin.patch(f"{SERVERS}/{tools['id']}", json={"is_enabled": False})
    assert (await stage.play(echo, DONE)).ends[0].status == "failed"
    await admin.patch(f"{SERVERS}/{tools['id']}", json={"is_enabled": True})
    assert (await stage.play(echo, DONE)).outputs == ["hello"]


async def test_plan_mode_has_only_tools_that_read(stage: Stage, tools: dict[str, Any]) -> None:
    both = [remote(stage, tools, name, text="x") for name in ("echo", "write")]
    told = await stage.play(*both, DONE, mode="plan")
    assert [event.status for event in told.ends] == ["done", "failed"]


async def test_a_server_that_ends_is_told_and_the_next_call_has_another(
    stage: Stage, admin: httpx.AsyncClient, tools: dict[str, Any]
) -> None:
    wanted = {"scope": "hall", "name": f"p{tools['name']}", **program()}
    made = (await admin.post(SERVERS, json=wanted)).json()
    told = await stage.play(
        remote(stage, made, "die", text="x"), remote(stage, made, "write", text="by a program"), DONE
    )
    await admin.delete(f"{SERVERS}/{made['id']}")
    assert [event.status for event in told.ends] == ["failed", "done"]
    assert "I cannot go on." in told.outputs[0]
    assert (stage.root / "made.txt").read_text() == "by a program"


async def test_a_turn_that_was_cut_off_while_it_waited_goes_on_with_its_call(
    stage: Stage, tools: dict[str, Any]
) -> None:
    name = f"{tools['name']}_echo"
    waiting = ToolUse("prt_before", name, {"text": "hello"}, "waiting", "", 0)
    host = FakeHost()
    question = Spoken("user", (f"{remote(stage, tools, 'echo', text='hello')} {DONE}",))
    told = await stage.play(history=(question,), begun=(waiting,), host=host)
    assert [request.tool_call_id for request in host.asked] == ["prt_before"]
    assert [(event.id, event.status, event.output) for event in told.ends] == [("prt_before", "done", "hello")]


async def test_a_turn_that_is_stopped_stops_its_call(stage: Stage, tools: dict[str, Any], toolbox: Toolbox) -> None:
    connections = toolbox.mcp._connections._open  # type: ignore[union-attr]
    playing = asyncio.create_task(stage.play(remote(stage, tools, "hang", text="x")))
    await eventually(lambda: _busy(connections.values()), 60)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await eventually(lambda: _idle(connections.values()), 30)


async def _busy(connections: Iterable[Connection]) -> bool:
    return any(connection.users for connection in connections)


async def _idle(connections: Iterable[Connection]) -> bool:
    return not await _busy(connections)
