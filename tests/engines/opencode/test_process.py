"""Starting and ending the process, with a stand-in for the program: both in the sandbox and without one."""

import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from guildhall.core.errors import AppError
from guildhall.core.metrics import Metrics
from guildhall.core.settings import Settings
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.engines.opencode import process
from guildhall.engines.opencode.configuration import ModelFacts
from guildhall.engines.opencode.engine import OpencodeEngine
from guildhall.gateway.runtime import Gateway
from guildhall.workspaces.sandbox import Sandbox
from tests.engines.stage import Stage, say

pytestmark = pytest.mark.slow


def _program(tmp_path: Path, text: str | None = None) -> Path:
    """The stand-in, run by a Python that can be seen in the sandbox."""
    made = tmp_path / "program" / "opencode"
    made.parent.mkdir()
    source = (Path(__file__).parent / "stand_in.py").read_text() if text is None else text
    made.write_text(f"#!{os.path.realpath(sys.executable)}\n{source}" if text is None else source)
    made.chmod(0o755)
    made.parent.chmod(0o755)
    tmp_path.chmod(0o755)
    return made


@pytest_asyncio.fixture
async def made(
    settings: Settings, gateway: Gateway, toolbox: Toolbox, model: str, person: str, workspace: str, tmp_path: Path
) -> AsyncIterator[Callable[..., Stage]]:
    """Makes a stage for an engine with its own program and sandbox."""
    root = await toolbox.workspaces.root(workspace)
    async with AsyncExitStack() as stack:

        def make(sandbox: Sandbox, text: str | None = None) -> Stage:
            engine = OpencodeEngine(
                settings.model_copy(update={"opencode": str(_program(tmp_path, text))}),
                doorway=gateway.doorway,
                workspaces=toolbox.workspaces,
                sandbox=sandbox,
                models=lambda: [ModelFacts(model)],
                metrics=Metrics(),
            )
            stack.push_async_callback(engine.stop)
            return Stage(engine, model, person, workspace, root)

        yield make


@pytest.fixture(params=["isolated", "limited"])
def sandbox(request: pytest.FixtureRequest, settings: Settings, toolbox: Toolbox) -> Sandbox:
    """The one of this machine, and none."""
    if request.param == "isolated":
        return toolbox.sandbox
    return Sandbox(settings.model_copy(update={"sandbox": "off"}))


async def test_it_starts_answers_through_the_gateway_and_ends(
    made: Callable[..., Stage], sandbox: Sandbox, gateway: Gateway
) -> None:
    stage = made(sandbox)
    before = set(gateway.doorway._leases)
    told = await stage.play(say("Through the doorway"))
    assert told.tale == [("text", "Through the doorway"), ("ended", "stop")]
    assert len(set(gateway.doorway._leases) - before) == 1
    engine = stage.engine
    assert isinstance(engine, OpencodeEngine)
    await engine.stop()
    assert set(gateway.doorway._leases) == before


async def test_its_home_is_beside_the_files_and_holds_no_secret(made: Callable[..., Stage], sandbox: Sandbox) -> None:
    stage = made(sandbox)
    await stage.play(say("Hello"))
    home = stage.root.resolve().parent / "opencode"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not (home / ".guildhall" / "start").exists()
    assert home.with_suffix(".json").is_file()


async def test_one_that_ends_in_the_middle_is_told_and_the_next_turn_has_another(
    made: Callable[..., Stage], sandbox: Sandbox
) -> None:
    stage = made(sandbox)
    with pytest.raises(AppError) as caught:
        await stage.play("end")
    assert caught.value.code == "engine_lost"
    assert (await stage.play(say("Again"))).tale == [("text", "Again"), ("ended", "stop")]


async def test_one_that_does_not_start_is_told_with_its_words(made: Callable[..., Stage], toolbox: Toolbox) -> None:
    script = '#!/bin/sh\n[ "$1" = --version ] && echo 1.18.33 && exit\necho "no such luck"; exit 1\n'
    with pytest.raises(AppError) as caught:
        await made(toolbox.sandbox, script).play("Hello")
    assert caught.value.code == "engine_not_started"
    assert "no such luck" in caught.value.message


async def test_where_it_is_not_installed_the_turn_says_how_to(made: Callable[..., Stage], toolbox: Toolbox) -> None:
    with pytest.raises(AppError) as caught:
        await made(toolbox.sandbox, "#!/bin/sh\necho 2.0.0\n").play("Hello")
    assert caught.value.code == "engine_missing"
    assert "make opencode" in caught.value.message


async def test_a_turn_without_a_workspace_is_told_what_it_needs(made: Callable[..., Stage], toolbox: Toolbox) -> None:
    with pytest.raises(AppError) as caught:
        await made(toolbox.sandbox).play("Hello", workspace_id=None)
    assert caught.value.code == "workspace_needed"


async def test_its_memory_is_weighed_with_all_that_it_began(
    made: Callable[..., Stage], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = made(sandbox)
    await stage.play(say("Hello"))
    pool = stage.engine._sidecars  # type: ignore[attr-defined]
    running = list(pool._running.values())
    assert await pool._launcher.heavy(running) == []
    monkeypatch.setattr(process, "MOST_KEPT_BYTES", 2**20)
    assert await pool._launcher.heavy(running) == running


@pytest.mark.timeout(120)
async def test_one_that_is_stopped_while_it_is_being_made_leaves_nothing_behind(
    made: Callable[..., Stage], sandbox: Sandbox, gateway: Gateway, tmp_path: Path
) -> None:
    stage = made(sandbox)
    before = set(gateway.doorway._leases)
    for moment in range(30):
        turn = asyncio.create_task(stage.play(say("Hello")))
        await asyncio.sleep(moment / 40)
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
        await _retire_all(stage)
        assert _left(tmp_path) == []
        assert set(gateway.doorway._leases) == before
    assert (await stage.play(say("Here"))).tale == [("text", "Here"), ("ended", "stop")]
    await _retire_all(stage)
    making = asyncio.create_task(stage.play(say("Hello")))
    await asyncio.sleep(0.2)
    assert isinstance(stage.engine, OpencodeEngine)
    await stage.engine.stop()
    await asyncio.gather(making, return_exceptions=True)
    assert _left(tmp_path) == []


async def _retire_all(stage: Stage) -> None:
    """End what was made in time, and is kept."""
    pool = stage.engine._sidecars  # type: ignore[attr-defined]
    for sidecar in list(pool._running.values()):
        await pool._retire(sidecar)


def _left(tmp_path: Path) -> list[str]:
    """Processes of the program that run; not those that only say their version."""
    program = str(tmp_path / "program" / "opencode").encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes()
            if program in words and b"--version" not in words:
                found.append(words.decode())
    return found
