"""The network for commands of the built-in agent: offered where an admin allows it, and asked for each time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from guildhall.engines.api import Decision
from guildhall.engines.builtin.engine import BuiltinEngine
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.gateway.completions import Completions
from guildhall.workspaces.command_policy import CommandPolicy
from tests.engines.stage import Stage, call, say
from tests.fakes.host import FakeHost

pytestmark = pytest.mark.slow

DONE = say("Done.")


@pytest_asyncio.fixture
async def listening() -> AsyncIterator[int]:
    """A port of this machine that says hello."""

    async def hello(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello from outside\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hello, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
def open_desk(desk: Stage, completions: Completions, toolbox: Toolbox) -> Stage:
    """A desk where commands may ask for the network."""
    allowing = replace(toolbox, command_policy=lambda: CommandPolicy(network=True))
    return replace(desk, engine=BuiltinEngine(completions, allowing))


def reach(port: int, *, network: bool = True, background: bool = False) -> str:
    """Have the model reach a port."""
    command = f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} && cat <&3'"
    return call("bash", command=command, network=network, background=background)


async def test_a_command_that_was_allowed_the_network_has_it(open_desk: Stage, listening: int) -> None:
    host = FakeHost()
    told = await open_desk.play(reach(listening), reach(listening, network=False), DONE, host=host)
    assert [event.status for event in told.ends] == ["done", "failed"]
    assert "hello from outside" in told.outputs[0]
    assert "hello" not in told.outputs[1]
    wanted, plain = host.asked
    assert all(pattern.startswith("network: ") for pattern in (*wanted.patterns, *wanted.suggestions))
    assert (wanted.details["network"], plain.details.get("network")) == (True, None)
    assert [each.removeprefix("network: ") for each in wanted.patterns] == list(plain.patterns)


async def test_one_that_was_refused_it_is_not_run(open_desk: Stage, listening: int) -> None:
    no = FakeHost({"bash": Decision(is_allowed=False, message="Not now.")})
    told = await open_desk.play(reach(listening), DONE, host=no)
    assert told.ends[0].status == "denied"
    assert "hello" not in told.outputs[0]


async def test_a_command_in_the_background_may_have_it_too(open_desk: Stage, listening: int) -> None:
    told = await open_desk.play(
        reach(listening, background=True), call("bash", command="sleep 1"), call("bash_output", id="bg1"), DONE
    )
    assert "hello from outside" in told.outputs[2]


async def test_where_an_admin_does_not_allow_it_nobody_is_told_of_it(
    desk: Stage, open_desk: Stage, toolbox: Toolbox, listening: int
) -> None:
    async with toolbox.open(desk.turn("Hello")) as tools:
        (bash,) = [tool for tool in tools if tool.name == "bash"]
    assert "network" not in bash.arguments.model_json_schema()["properties"]
    assert "without network" in bash.description
    told = await desk.play(reach(listening), DONE)
    assert told.ends[0].status == "failed"
    assert "network: Extra inputs" in told.outputs[0]


async def test_what_an_admin_switches_off_is_off_for_what_waits(
    desk: Stage, completions: Completions, toolbox: Toolbox, listening: int
) -> None:
    policies = [CommandPolicy(network=True), CommandPolicy()]
    changing = replace(toolbox, command_policy=lambda: policies.pop(0) if len(policies) > 1 else policies[0])
    stage = replace(desk, engine=BuiltinEngine(completions, changing))
    told = await stage.play(reach(listening), DONE)
    assert told.ends[0].status == "failed"
    assert "an admin has switched that off" in told.outputs[0]
