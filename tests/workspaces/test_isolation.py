"""Isolation: what is found on a machine, what is said of it, and what commands do where there is no sandbox."""

import asyncio
import os
import shutil
from pathlib import Path

import httpx
import pytest

from guildhall.core.errors import AppError
from guildhall.core.settings import Settings
from guildhall.workspaces import isolation
from guildhall.workspaces.sandbox import Sandbox
from guildhall.workspaces.shell import Limits
from tests.services.product import Running
from tests.workspaces.place import Place, busy_machine, gone

_IS_ROOT = os.geteuid() == 0


def settings(folder: Path, sandbox: str = "auto") -> Settings:
    """Settings of a hall in a folder."""
    return Settings(data_dir=folder / "hall", sandbox=sandbox)  # type: ignore[arg-type]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose bubblewrap may not make namespaces, as in many containers."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "bwrap").write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace. See elsewhere.' >&2\nexit 1\n"
    )
    (programs / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))


@pytest.mark.usefixtures("own")
async def test_bubblewrap_is_tried_out(tmp_path: Path) -> None:
    found = await isolation.find(settings(tmp_path))
    assert (found.level, "kept apart by bubblewrap" in found.words) == ("isolated", True)
    assert not (tmp_path / "hall/sandbox-trial").exists()


@pytest.fixture
def stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose bubblewrap begins another process, and neither of them ends."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "bwrap").write_text("#!/bin/sh\nsleep 78178 & sleep 78178\n")
    (programs / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(isolation, "_TRIAL_SECONDS", 0.3)


@pytest.mark.usefixtures("stuck")
async def test_a_trial_that_does_not_end_is_ended_with_all_it_began(tmp_path: Path) -> None:
    async with asyncio.timeout(5):
        assert "bubblewrap does not end" in (await isolation.find(settings(tmp_path))).words
    assert gone("78178")


@pytest.mark.usefixtures("stuck")
async def test_a_trial_ends_though_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    sandbox = Sandbox(settings(tmp_path, "required"))
    first, second = asyncio.create_task(sandbox.probe()), asyncio.create_task(sandbox.probe())
    await asyncio.sleep(0.1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert "does not end" in (await second).words, "what one gives up, the other still gets"
    assert gone("78178")


@pytest.mark.slow
@pytest.mark.usefixtures("own")
async def test_whoever_asks_first_may_be_cancelled_at_any_moment(tmp_path: Path) -> None:
    async with busy_machine():
        for moment in range(40):
            sandbox = Sandbox(settings(tmp_path, "required"))
            asked = asyncio.create_task(sandbox.probe())
            await asyncio.sleep(moment / 2000)
            asked.cancel()
            async with asyncio.timeout(5):
                await sandbox.stop()
                assert (await sandbox.probe()).is_isolated
    assert gone("sandbox-trial")


@pytest.mark.usefixtures("broken")
async def test_where_it_may_not_work_the_reason_is_said(tmp_path: Path) -> None:
    found = await isolation.find(settings(tmp_path))
    assert "bwrap: No permissions to create new namespace" in found.words
    assert found.level == ("refused" if _IS_ROOT else "limited")
    assert (await isolation.find(settings(tmp_path, "required"))).level == "refused"
    state, words = await isolation.look(settings(tmp_path))
    assert (state, "No permissions" in words) == ("warning", True)


async def test_where_it_is_not_installed_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "bubblewrap is not installed" in (await isolation.find(settings(tmp_path))).words


@pytest.mark.usefixtures("broken")
async def test_commands_are_refused_where_they_must_not_run(tmp_path: Path) -> None:
    sandbox = Sandbox(settings(tmp_path, "required"))
    with pytest.raises(AppError) as refusal:
        await Place(sandbox, tmp_path / "hall").run("true")
    assert (refusal.value.status, refusal.value.code) == (503, "commands_refused")
    assert not sandbox.is_isolated


async def test_a_sandbox_that_breaks_later_is_an_error_and_not_a_result(own: Place) -> None:
    shutil.rmtree(own.root)
    own.root.symlink_to("/missing")
    with pytest.raises(AppError) as refusal:
        await own.run("true")
    assert (refusal.value.status, refusal.value.code) == (503, "command_not_started")


async def test_admins_see_how_commands_run(server: Running, admin: httpx.AsyncClient) -> None:
    await server.app.hall.operations.pulse.beat()
    shown = (await admin.get("/api/v1/operations/system")).json()["replicas"]
    (replica,) = [one for one in shown if one["id"] == server.app.hall.operations.pulse.id]
    found = await server.app.hall.sandbox.probe()
    assert replica["figures"]["isolation"] == found.level
    assert replica["figures"]["isolation_words"] == found.words
    metrics = (await admin.get("/metrics")).text
    assert f"guildhall_commands_isolated {float(found.is_isolated)}" in metrics
    assert "guildhall_commands_running 0.0" in metrics


# Without a sandbox: only limits, and nothing is promised beyond them.


async def test_without_a_sandbox_commands_run_with_the_same_words(bare: Place) -> None:
    await bare.run("mkdir -p sub && cd sub && echo kept > ~/kept")
    assert (bare.folder, await bare.says("pwd; cat ~/kept")) == ("sub", f"{bare.root.resolve()}/sub\nkept")
    assert (await bare.run("cd /usr; exit 4"))[1].exit_code == 4
    assert bare.folder == "sub"
    assert not bare.sandbox.is_isolated


async def test_without_a_sandbox_the_servers_environment_is_still_not_there(
    bare: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUILDHALL_SECRET_KEYS", "do-not-show")
    assert "do-not-show" not in await bare.says("env; set")


async def test_without_a_sandbox_what_was_left_running_ends_too(bare: Place) -> None:
    await bare.run("setsid sleep 91091 & (setsid nohup sleep 91091 > /dev/null 2>&1 &) ; exit 0")
    assert gone("91091")
    _, ended = await bare.run("setsid sleep 92092 & sleep 92092", limits=Limits(0.3))
    assert ended.reason == "timed_out"
    assert gone("92092")


async def test_without_a_sandbox_limits_hold(bare: Place) -> None:
    said = await bare.says("ulimit -c; ulimit -d; ulimit -f; ulimit -u; ulimit -t; cat < /dev/stdin")
    assert said == "0\n4194304\n1048576\n256\n600"
