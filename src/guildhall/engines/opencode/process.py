"""One opencode process: started in a workspace's sandbox with a key of its own, and ended with all that it began."""

import asyncio
import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guildhall.core.errors import UnavailableError
from guildhall.core.settings import Settings
from guildhall.engines.opencode import configuration, homes
from guildhall.engines.opencode.client import OpencodeClient
from guildhall.engines.opencode.configuration import ModelFacts, Seen
from guildhall.engines.opencode.program import Program
from guildhall.engines.opencode.remote import RemoteTools
from guildhall.engines.opencode.tools import Place
from guildhall.engines.opencode.tunnel import MODELS_PORT, Tunnel
from guildhall.gateway.doorway import Doorway, Lease
from guildhall.mcp.runtime import McpRuntime
from guildhall.workspaces import bubblewrap, weights
from guildhall.workspaces.running import RunningCommand
from guildhall.workspaces.sandbox import Sandbox
from guildhall.workspaces.shell import Limits
from guildhall.workspaces.skills import Skill

_LISTENING = re.compile(r"opencode server listening on (http://\S+)")
_START_SECONDS = 60.0
MOST_KEPT_BYTES = 1200 * 2**20  # it takes some 600 MB when it starts, and gives little back
# It lives for hours and serves many turns; what a single command may use is not for opencode to say.
_LIMITS = Limits(seconds=12 * 3600.0, cpu_seconds=12 * 3600, open_files=8192, output_bytes=256 * 1024)


@dataclass(frozen=True)
class Owner:
    """Whose process it is: never shared between people or workspaces."""

    user_id: str
    workspace_id: str


class Sidecar:
    """A process that listens."""

    def __init__(
        self,
        owner: Owner,
        running: RunningCommand,
        client: OpencodeClient,
        lease: Lease,
        place: Place,
        models: frozenset[ModelFacts],
        memory: Path,
        tunnel: Tunnel | None,
        held: int,
        *,
        skills: Sequence[Skill],
        remote: RemoteTools,
    ) -> None:
        """`memory` is the file that says which conversation is which chat session; `held` is what `homes.hold` gave."""
        self.skills, self.remote = skills, remote
        self.owner, self.client, self.lease, self.place, self.models = owner, client, lease, place, models
        self.users = 0
        self.used_at = self.started_at = time.monotonic()
        self._running = running
        self._tunnel = tunnel
        self._held = held
        self._memory = memory
        self._sessions: dict[str, tuple[str, str]] = homes.remembered(memory)
        lease.sessions.update({known: session for session, (known, _) in self._sessions.items()})

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._running.ended is None

    @property
    def first_process(self) -> int:
        """The number of the process from which all of its others descend."""
        return self._running.first_process

    @property
    def last_words(self) -> str:
        """The end of what it wrote, for the log."""
        return self._running.output.text[-2000:]

    def session(self, session_id: str, fingerprint: str) -> str | None:
        """The conversation of a chat session, if what it was told is what this fingerprint stands for."""
        known = self._sessions.get(session_id)
        return known[0] if known is not None and known[1] == fingerprint else None

    def remember(self, session_id: str, conversation: str, fingerprint: str) -> None:
        """A turn has ended well: the conversation can go on."""
        self._sessions[session_id] = conversation, fingerprint
        self._keep()

    def forget(self, session_id: str) -> None:
        """What the conversation holds is not what the session says, or not known."""
        if self._sessions.pop(session_id, None) is not None:
            self._keep()

    async def end(self) -> None:
        """Stop it, now."""
        await self.client.close()
        await self._running.stop()
        if self._tunnel is not None:
            await self._tunnel.close()
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    def _keep(self) -> None:
        whole = self._memory.with_suffix(".new")
        with contextlib.suppress(OSError):
            whole.write_text(json.dumps(self._sessions))
            os.replace(whole, self._memory)


class Launcher:
    """Starts processes."""

    def __init__(
        self,
        settings: Settings,
        doorway: Doorway,
        sandbox: Sandbox,
        models: Callable[[], Sequence[ModelFacts]],
        find: Callable[[], "asyncio.Future[Program]"],
        mcp: McpRuntime | None = None,
    ) -> None:
        """`models` are those that can be called now; `find` looks for the program, once; tools of MCP servers come from
        `mcp`."""
        self._settings = settings
        self._doorway = doorway
        self._sandbox = sandbox
        self._models = models
        self._find = find
        self._mcp = mcp
        self._own: Sandbox | None = None

    def models(self) -> frozenset[ModelFacts]:
        """What a process that starts now could call."""
        return frozenset(self._models())

    async def start(self, owner: Owner, root: Path, skills: Sequence[Skill]) -> Sidecar:
        """A process in the workspace at `root` that listens and has these skills; its home is beside it.

        Raises `UnavailableError`.
        """
        program = await self._find()
        if program.path is None:
            raise UnavailableError("engine_missing", f"opencode can't be used here: {program.plain}")
        root, home = await asyncio.to_thread(homes.beside, root)
        models = self.models()
        held = homes.hold(home)  # in no thread: who is cancelled meanwhile would hold it for ever
        lease = self._doorway.lend(owner.user_id)
        try:
            return await self._start(owner, root, home, program.path, models, lease, held, skills)
        except BaseException:
            os.close(held)
            self._doorway.take_back(lease)
            raise

    async def end(self, sidecar: Sidecar) -> None:
        """Stop a process; its key ends with it."""
        self._doorway.take_back(sidecar.lease)
        await sidecar.end()

    async def heavy(self, sidecars: Sequence[Sidecar]) -> Sequence[Sidecar]:
        """Those whose processes hold more memory together than is worth keeping."""
        limits = {sidecar.first_process: MOST_KEPT_BYTES for sidecar in sidecars}
        found = await asyncio.to_thread(weights.heaviest, limits) if limits else []
        return [sidecar for sidecar in sidecars if sidecar.first_process in found]

    async def stop(self) -> None:
        """End every process, those that are being made too, and start no other."""
        if self._own is not None:
            await self._own.stop()

    async def _start(
        self,
        owner: Owner,
        root: Path,
        home: Path,
        program: Path,
        models: frozenset[ModelFacts],
        lease: Lease,
        held: int,
        skills: Sequence[Skill],
    ) -> Sidecar:
        sandbox = await self._sandbox_with(program)
        url = await self._doorway.open()
        tunnel = Tunnel(home, url) if sandbox.is_isolated else None
        seen_root, seen_home = (bubblewrap.WORKSPACE, bubblewrap.HOME) if tunnel else (str(root), str(home))
        password = secrets.token_urlsafe(24)
        seen_url = f"http://127.0.0.1:{MODELS_PORT}/v1" if tunnel else url
        remote = RemoteTools(self._mcp)
        lease.services[configuration.PATH] = remote.answer
        settings = configuration.configuration(models, Seen(seen_url, seen_home, seen_root), skills)
        given = configuration.environment(settings, password, lease.secret)
        files = configuration.files(str(program), given, is_relayed=tunnel is not None)
        await asyncio.to_thread(homes.put, home, files)
        try:
            running, client = await self._begin(sandbox, root, home, tunnel, password, seen_root)
        except BaseException:
            if tunnel is not None:
                await tunnel.close()
            raise
        finally:
            (home / configuration.START).unlink(missing_ok=True)  # at once: nothing may come between it and its end
        memory = home.with_suffix(".json")
        place = Place(seen_root)
        return Sidecar(owner, running, client, lease, place, models, memory, tunnel, held, skills=skills, remote=remote)

    async def _begin(
        self, sandbox: Sandbox, root: Path, home: Path, tunnel: Tunnel | None, password: str, folder: str
    ) -> tuple[RunningCommand, OpencodeClient]:
        """The process once it answers. Raises `UnavailableError`."""
        if tunnel is not None:
            await tunnel.open()
        running = await sandbox.begin(
            f'. "$HOME/{configuration.START}"', root=root, home=home, network=tunnel is None, limits=_LIMITS
        )
        client = None
        try:
            async with asyncio.timeout(_START_SECONDS):
                url = await _address(running)
                entrance = await tunnel.entrance() if tunnel else None
                client = OpencodeClient(url, password, folder, socket=entrance)
                await _until_well(client, running)
        except BaseException as error:
            await asyncio.shield(running.stop())
            if client is not None:
                await client.close()
            if isinstance(error, TimeoutError):
                raise UnavailableError(
                    "engine_slow", "opencode did not start in time; try again in a moment."
                ) from None
            raise
        return running, client

    async def _sandbox_with(self, program: Path) -> Sandbox:
        """The sandbox in which the program can be read."""
        if self._own is None:
            found = await self._sandbox.probe()
            if found.profile is not None:
                readable = (*found.profile.readable, program.parent)
                found = replace(found, profile=replace(found.profile, readable=readable))
            self._own = Sandbox(self._settings, found=found)
        return self._own


async def _address(running: RunningCommand) -> str:
    async for _text in running:
        found = _LISTENING.search(running.output.text)
        if found is not None:
            return found[1]
    raise _not_started(running)


async def _until_well(client: OpencodeClient, running: RunningCommand) -> None:
    while not await client.is_well():
        if running.ended is not None:
            raise _not_started(running)


def _not_started(running: RunningCommand) -> UnavailableError:
    words = running.output.text.strip()[-300:]
    return UnavailableError("engine_not_started", f"opencode could not be started: {words or 'it gave no reason'}")
