"""Sidecars: the opencode processes of this server, one for each workspace that needs one, as few as possible."""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import structlog

from guildhall.core.errors import UnavailableError
from guildhall.core.tasks import end
from guildhall.engines.opencode.process import Launcher, Owner, Sidecar
from guildhall.workspaces.skills import Skill

MOST = 8
IDLE_SECONDS = 600.0
_LONGEST_LIFE_SECONDS = 11 * 3600.0
_LOOK_SECONDS = 15.0
_MOST_CRASHES, _CRASH_SECONDS = 3, 300.0
_log = structlog.get_logger("guildhall.engines")


class Sidecars:
    """Starts them on demand, ends the idle ones, and gives up on a workspace whose process keeps ending."""

    def __init__(self, launcher: Launcher, *, most: int = MOST, idle_seconds: float = IDLE_SECONDS) -> None:
        self._launcher = launcher
        self._most = most
        self._idle_seconds = idle_seconds
        self._running: dict[str, Sidecar] = {}  # by workspace
        self._starting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._to_come = 0
        self._crashes: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_MOST_CRASHES))
        self._reaper: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.started = 0
        self.crashed = 0

    @property
    def running(self) -> int:
        """How many there are."""
        return len(self._running)

    @property
    def busy(self) -> int:
        """How many have a turn under way."""
        return sum(1 for sidecar in self._running.values() if sidecar.users)

    @contextlib.asynccontextmanager
    async def use(self, owner: Owner, root: Path, model: str, skills: Sequence[Skill] = ()) -> AsyncIterator[Sidecar]:
        """The workspace's process, which stays at least until the block ends. Raises `UnavailableError`.

        One that others use meanwhile may not know the newest of these skills.
        """
        async with self._starting[owner.workspace_id]:
            sidecar = await self._fitting(owner, model, skills) or await self._start(owner, root, skills)
            sidecar.users += 1
        try:
            yield sidecar
        finally:
            sidecar.users -= 1
            sidecar.used_at = time.monotonic()

    async def end(self, sidecar: Sidecar) -> None:
        """End one that does not answer; the next turn gets another."""
        if self._running.get(sidecar.owner.workspace_id) is sidecar:
            del self._running[sidecar.owner.workspace_id]
            self._note_crash(sidecar)
        await self._launcher.end(sidecar)

    async def stop(self) -> None:
        """End all, those that are being made too, and start no other."""
        self._is_stopping = True
        if self._reaper is not None:
            await end(self._reaper)
            self._reaper = None
        await self._end_all()
        await self._launcher.stop()
        for starting in list(self._starting.values()):
            async with starting:  # what was being made has failed, or runs
                pass
        await self._end_all()

    async def _end_all(self) -> None:
        running = list(self._running.values())
        self._running.clear()
        await asyncio.gather(*(self._launcher.end(sidecar) for sidecar in running))

    async def _fitting(self, owner: Owner, model: str, skills: Sequence[Skill]) -> Sidecar | None:
        """The one that runs, unless it has ended, or does not know a model or what skills there are since."""
        sidecar = self._running.get(owner.workspace_id)
        if sidecar is None:
            return None
        if not sidecar.is_alive:
            await self.end(sidecar)
            return None
        knows = sidecar.skills == skills and self._knows(sidecar, model)
        if sidecar.owner == owner and (sidecar.users or knows):
            return sidecar
        if sidecar.users:
            raise UnavailableError("engines_busy", "Somebody else uses opencode in this workspace; try again later.")
        await self._retire(sidecar)
        return None

    def _knows(self, sidecar: Sidecar, model: str) -> bool:
        """Whether a new process would know no more of this model."""
        return any(facts.name == model for facts in sidecar.models) or sidecar.models == self._launcher.models()

    async def _start(self, owner: Owner, root: Path, skills: Sequence[Skill]) -> Sidecar:
        if self._is_stopping:
            raise UnavailableError("engine_not_started", "opencode is not started: the server is stopping.")
        crashes = self._crashes[owner.workspace_id]
        if len(crashes) == _MOST_CRASHES and time.monotonic() - crashes[0] < _CRASH_SECONDS:
            raise UnavailableError(
                "engine_degraded",
                "opencode has ended unexpectedly several times: use the built-in engine, or try again in five minutes.",
            )
        self._to_come += 1
        try:
            await self._make_room()
            sidecar = await self._launcher.start(owner, root, skills)
        finally:
            self._to_come -= 1
        self._running[owner.workspace_id] = sidecar
        self.started += 1
        if self._reaper is None and not self._is_stopping:
            self._reaper = asyncio.create_task(self._reap(), name="opencode-reaper")
        return sidecar

    async def _make_room(self) -> None:
        """End the one that has been idle for longest, if there would be more than there may be."""
        if len(self._running) + self._to_come <= self._most:
            return
        idle = [sidecar for sidecar in self._running.values() if not sidecar.users]
        if not idle:
            raise UnavailableError(
                "engines_busy", f"{self._most} workspaces use opencode at present; try again in a moment."
            )
        await self._retire(min(idle, key=lambda sidecar: sidecar.used_at))

    async def _retire(self, sidecar: Sidecar) -> None:
        if self._running.get(sidecar.owner.workspace_id) is sidecar:
            del self._running[sidecar.owner.workspace_id]
        await self._launcher.end(sidecar)

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(min(_LOOK_SECONDS, self._idle_seconds / 2))
            for sidecar in list(self._running.values()):
                if not sidecar.is_alive and not sidecar.users:
                    await self.end(sidecar)
                elif self._is_over(sidecar):
                    await self._retire(sidecar)
            idle = [sidecar for sidecar in self._running.values() if not sidecar.users]
            for sidecar in await self._launcher.heavy(idle):
                if not sidecar.users:  # nobody has come meanwhile
                    await self._retire(sidecar)

    def _is_over(self, sidecar: Sidecar) -> bool:
        moment = time.monotonic()
        is_old = moment - sidecar.started_at > _LONGEST_LIFE_SECONDS
        return not sidecar.users and (is_old or moment - sidecar.used_at > self._idle_seconds)

    def _note_crash(self, sidecar: Sidecar) -> None:
        self.crashed += 1
        self._crashes[sidecar.owner.workspace_id].append(time.monotonic())
        _log.warning("opencode_ended", workspace=sidecar.owner.workspace_id, output=sidecar.last_words)
