"""Which processes run, for whom and how long; the processes themselves are stand-ins here."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from guildhall.core.errors import UnavailableError
from guildhall.engines.opencode import sidecars
from guildhall.engines.opencode.configuration import ModelFacts
from guildhall.engines.opencode.homes import hold, put
from guildhall.engines.opencode.process import Launcher, Owner, Sidecar
from guildhall.engines.opencode.sidecars import Sidecars
from guildhall.workspaces.skills import Skill

_ROOT = Path("/nowhere")


@dataclass(eq=False)
class _Process:
    owner: Owner
    models: frozenset[ModelFacts]
    is_alive: bool = True
    users: int = 0
    used_at: float = 0.0
    started_at: float = 0.0
    last_words: str = ""
    is_heavy: bool = False
    skills: Sequence[Skill] = ()


@dataclass
class _Launcher:
    """Starts nothing, and remembers what it was asked."""

    known: list[str] = field(default_factory=lambda: ["m"])
    started: list[_Process] = field(default_factory=list)
    ended: list[_Process] = field(default_factory=list)

    def models(self) -> frozenset[ModelFacts]:
        return frozenset(map(ModelFacts, self.known))

    async def start(self, owner: Owner, _root: Path, skills: Sequence[Skill]) -> _Process:
        await asyncio.sleep(0)
        moment = asyncio.get_running_loop().time()
        self.started.append(_Process(owner, self.models(), used_at=moment, started_at=moment, skills=skills))
        return self.started[-1]

    async def end(self, process: _Process) -> None:
        process.is_alive = False
        self.ended.append(process)

    async def heavy(self, processes: Sequence[_Process]) -> list[_Process]:
        return [process for process in processes if process.is_heavy]

    async def stop(self) -> None:
        """Nothing more is asked of it."""


@asynccontextmanager
async def _pool(launcher: _Launcher, *, most: int = 3, idle_seconds: float = 600.0) -> AsyncIterator[Sidecars]:
    made = Sidecars(cast("Launcher", launcher), most=most, idle_seconds=idle_seconds)
    yield made
    await made.stop()


async def _used(pool: Sidecars, workspace: str, *, user: str = "us_a", model: str = "m") -> Sidecar:
    async with pool.use(Owner(user, workspace), _ROOT, model) as sidecar:
        return sidecar


async def test_a_workspace_has_one_process_however_many_turns_begin_at_once() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        found = await asyncio.gather(*(_used(pool, "ws_a") for _ in range(5)))
        assert len(set(map(id, found))) == len(launcher.started) == pool.started == 1


async def test_no_process_is_shared_between_workspaces() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        assert await _used(pool, "ws_a") is not await _used(pool, "ws_b")


async def test_the_one_that_was_idle_for_longest_makes_room() -> None:
    launcher = _Launcher()
    async with _pool(launcher, most=2) as pool:
        for workspace in ("ws_a", "ws_b", "ws_a", "ws_c"):
            await _used(pool, workspace)
        assert [process.owner.workspace_id for process in launcher.ended] == ["ws_b"]
        assert pool.running == 2


async def test_where_all_are_busy_another_workspace_has_to_wait() -> None:
    async with _pool(_Launcher(), most=2) as pool, AsyncExitStack() as stack:
        for workspace in ("ws_a", "ws_b"):
            await stack.enter_async_context(pool.use(Owner("us_a", workspace), _ROOT, "m"))
        assert pool.busy == 2
        with pytest.raises(UnavailableError) as caught:
            await _used(pool, "ws_c")
        assert caught.value.code == "engines_busy"


async def test_as_many_as_start_at_once_are_counted_too() -> None:
    launcher = _Launcher()
    async with _pool(launcher, most=2) as pool:
        found = await asyncio.gather(*(_used(pool, f"ws_{number}") for number in range(6)), return_exceptions=True)
        assert pool.running <= 2
        assert all(isinstance(each, _Process | UnavailableError) for each in found)


async def test_an_idle_process_ends() -> None:
    launcher = _Launcher()
    async with _pool(launcher, idle_seconds=0.05) as pool:
        await _used(pool, "ws_a")
        async with asyncio.timeout(5):
            while pool.running:  # noqa: ASYNC110 - another task ends it
                await asyncio.sleep(0.01)
        assert pool.crashed == 0


@pytest.mark.parametrize("why", ["heavy", "old"])
async def test_a_process_that_has_grown_or_is_old_ends_once_nobody_uses_it(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecars, "_LOOK_SECONDS", 0.01)
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        async with pool.use(Owner("us_a", "ws_a"), _ROOT, "m"):
            (process,) = launcher.started
            process.is_heavy = why == "heavy"
            process.started_at -= 0 if process.is_heavy else 12 * 3600
            await asyncio.sleep(0.1)
            assert process.is_alive
        async with asyncio.timeout(5):
            while pool.running:  # noqa: ASYNC110 - another task ends it
                await asyncio.sleep(0.01)
        assert (process.is_alive, pool.crashed) == (False, 0)


async def test_a_busy_process_does_not_end_however_quiet_it_is() -> None:
    launcher = _Launcher()
    async with _pool(launcher, idle_seconds=0.02) as pool, pool.use(Owner("us_a", "ws_a"), _ROOT, "m"):
        await asyncio.sleep(0.15)
        assert not launcher.ended


async def test_a_process_that_ended_is_replaced_until_it_ends_too_often() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        for _ in range(3):
            await _used(pool, "ws_a")
            launcher.started[-1].is_alive = False
        with pytest.raises(UnavailableError) as caught:
            await _used(pool, "ws_a")
        assert caught.value.code == "engine_degraded"
        assert (pool.crashed, len(launcher.started)) == (3, 3)
        await _used(pool, "ws_b")


async def test_a_model_that_has_come_since_is_known_to_the_next_process() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        first = await _used(pool, "ws_a")
        launcher.known.append("newer")
        assert await _used(pool, "ws_a") is first
        assert await _used(pool, "ws_a", model="newer") is not first
        assert pool.crashed == 0


async def test_a_workspace_that_has_another_owner_gets_another_process() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        first = await _used(pool, "ws_a", user="us_a")
        second = await _used(pool, "ws_a", user="us_b")
        assert first is not second
        assert not first.is_alive


def test_a_home_is_held_by_one_server_or_worker(tmp_path: Path) -> None:
    held = hold(tmp_path / "opencode")
    with pytest.raises(UnavailableError) as caught:
        hold(tmp_path / "opencode")
    assert caught.value.code == "engines_busy"
    os.close(held)
    os.close(hold(tmp_path / "opencode"))


@pytest.mark.parametrize("trap", ["link to a folder", "link in the folder", "file", "fifo"])
def test_what_commands_left_in_a_home_is_not_followed(tmp_path: Path, trap: str) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "start").write_text("precious")
    home = tmp_path / "opencode"
    home.mkdir()
    folder = home / ".guildhall"
    if trap == "link to a folder":
        folder.symlink_to(precious)
    elif trap == "file":
        folder.write_text("x")
    else:
        folder.mkdir()
    if trap == "link in the folder":
        (folder / "start").symlink_to(precious / "start")
    elif trap == "fifo":
        os.mkfifo(folder / "start")
    put(home, {".guildhall/start": ("ours", 0o600)})
    assert (folder / "start").read_text() == "ours"
    assert (folder / "start").stat().st_mode & 0o777 == 0o600
    assert [place.read_text() for place in precious.iterdir()] == ["precious"]


async def test_all_end_with_the_server() -> None:
    launcher = _Launcher()
    async with _pool(launcher) as pool:
        for workspace in ("ws_a", "ws_b"):
            await _used(pool, workspace)
    assert len(launcher.ended) == 2


async def test_one_that_is_being_made_ends_with_the_server_too_and_no_other_begins() -> None:
    launcher = _Launcher()
    pool = Sidecars(cast("Launcher", launcher))
    making = asyncio.create_task(_used(pool, "ws_a"))
    await asyncio.sleep(0)
    await pool.stop()
    await asyncio.wait([making])
    assert (len(launcher.started), len(launcher.ended), pool.running) == (1, 1, 0)
    with pytest.raises(UnavailableError):
        await _used(pool, "ws_b")
    assert len(launcher.started) == 1
