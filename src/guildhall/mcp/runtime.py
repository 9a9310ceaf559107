"""The MCP servers of one process: what an agent may call in a turn, what comes of it, and whether a server works."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings
from guildhall.mcp import queries, servers
from guildhall.mcp.connections import IDLE_SECONDS, Connections, Owner
from guildhall.mcp.errors import McpError
from guildhall.mcp.policy import McpPolicy
from guildhall.mcp.servers import Server
from guildhall.mcp.stdio import Program
from guildhall.mcp.streamable import Address
from guildhall.mcp.tables import McpServer
from guildhall.mcp.tools import RemoteTool, outcome
from guildhall.mcp.wire import Link
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.sandbox import Sandbox

_TRIAL = "trial"
_LONGEST_TRIAL_SECONDS = 3600.0
_MOST_OFFERED = 100  # providers take some more, and models get lost before


@dataclass(frozen=True)
class Offer:
    """A tool that an agent may call, of a server, for one person in one workspace."""

    server: Server
    owner: Owner
    tool: RemoteTool

    @property
    def touches_files(self) -> bool:
        """Whether it may change files of the workspace."""
        return self.server.kind == "stdio"


@dataclass(frozen=True)
class Outcome:
    """What came of a call, in words for the model."""

    words: str
    is_failed: bool


@dataclass(frozen=True)
class _Found:
    state: str
    reason: str
    tools: Sequence[RemoteTool] = ()

    def shown(self, row: McpServer) -> list[dict[str, Any]]:
        """The tools for people; one that can't be reached keeps those it had."""
        return [tool.shown() for tool in self.tools] if self.state == "ok" else row.tools


class McpRuntime:
    """Connects on demand; `stop` ends all that it began."""

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database,
        keyring: Keyring,
        workspaces: Workspaces,
        sandbox: Sandbox,
        policy: Callable[[], McpPolicy],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.policy = policy
        self._settings, self._db, self._keyring = settings, db, keyring
        self._workspaces, self._sandbox = workspaces, sandbox
        self._own: Sandbox | None = None
        self._connections = Connections(self._link, idle_seconds=idle_seconds)

    async def offers(self, user_id: str, workspace_id: str | None, off: Collection[str]) -> list[Offer]:
        """What may be called in a session; servers that can't be used are left out, and say why where they are shown.

        `off` are servers that the session does without.
        """
        async with self._db.read() as session:
            rows = [row for row in await queries.servers_for(session, user_id) if row.is_enabled and row.id not in off]
        fitting = [row for row in rows if workspace_id is not None or row.kind == "http"]
        owner = Owner(user_id, workspace_id)
        offers: list[Offer] = []
        looked = await asyncio.gather(*(self._look(row, owner) for row in fitting))
        for row, (server, found) in zip(fitting, looked, strict=True):
            if row.checked_at is None or (row.state, row.reason, row.tools) != (
                found.state,
                found.reason,
                found.shown(row),
            ):
                await self._note(row, found)
            offers += [Offer(server, owner, tool) for tool in found.tools] if server else []
        return offers[:_MOST_OFFERED]

    async def call(self, offer: Offer, arguments: Mapping[str, Any]) -> Outcome:
        """Call a tool. A session that the server has forgotten is begun again, once. Raises `McpError`."""
        try:
            return await self._call(offer, arguments)
        except McpError as error:
            if not error.is_unheard:
                raise
        return await self._call(offer, arguments)

    async def test(self, row: McpServer, user_id: str) -> None:
        """Connect to a server, keep what came of it, and part. A program is tried in a folder of its own."""
        self._connections.forgive(row.id)
        owner = Owner(user_id, _TRIAL)
        try:
            _, found = await self._look(row, owner)
        finally:
            await self._connections.end(row.id, owner)
        await self._note(row, found)

    def changed(self, server_id: str) -> None:
        """Part from a server that is not what it was; nobody has to wait for that."""
        self._connections.forgive(server_id)
        self._connections.part(server_id)

    async def program_hindrance(self) -> str:
        """Why programs can't run here; empty when they can."""
        found = await self._sandbox.probe()
        return "" if found.is_isolated else f"Programs of tool servers need a sandbox: {found.words}"

    async def stop(self) -> None:
        """End every connection and program."""
        await self._connections.stop()
        if self._own is not None:
            await self._own.stop()

    async def _call(self, offer: Offer, arguments: Mapping[str, Any]) -> Outcome:
        async with self._connections.use(offer.server, offer.owner) as connection:
            return Outcome(*outcome(await connection.call(offer.tool.name, dict(arguments))))

    async def _look(self, row: McpServer, owner: Owner) -> tuple[Server | None, _Found]:
        """What a server offers now, or why not."""
        server = None
        try:
            server = servers.opened(row, self._keyring)
            async with self._connections.use(server, owner) as connection:
                found = _Found("ok", "", await connection.tools())
        except (McpError, AppError) as error:
            found = _Found("failed", error.message[:500])
        except OSError as error:
            found = _Found("failed", f"It can't be started: {error.strerror or error}"[:500])
        return server, found

    async def _note(self, row: McpServer, found: _Found) -> None:
        """Keep what came of looking, where people see it."""
        values = {"state": found.state, "reason": found.reason, "tools": found.shown(row), "checked_at": now()}
        async with self._db.write() as session:
            await queries.note(session, row.id, values)

    async def _link(self, server: Server, owner: Owner) -> Link:
        if server.kind == "http":
            return Address(server.url, server.secrets, is_private=server.is_private)
        if hindrance := await self.program_hindrance():
            raise McpError(hindrance)
        if self._own is None:  # commands of agents shall not stand in the way of programs, nor they in theirs
            self._own = Sandbox(self._settings, found=await self._sandbox.probe())
        passing = None
        if owner.workspace_id == _TRIAL:
            passing = await asyncio.to_thread(_trial_folder, self._settings.data_dir)
            root, home = passing / "files", passing / "home"
        else:
            root = await self._workspaces.root(owner.workspace_id or "")
            home = root.parent / "mcp" / server.id
        command, network = server.command, server.has_network
        return Program(self._own, command, server.secrets, root, home, network=network, passing=passing)


def _trial_folder(data_dir: Path) -> Path:
    """A workspace to try a program in; those that a killed server left are removed."""
    place = data_dir / "mcp-trials"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in place.iterdir():
        if time.time() - left.stat().st_mtime > _LONGEST_TRIAL_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(dir=place))
    (made / "files").mkdir(mode=0o700)
    return made
