"""Connections: the servers that this process talks with, each for one person in one workspace, as few as possible."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import structlog

from guildhall.core.tasks import end
from guildhall.mcp.errors import McpError
from guildhall.mcp.servers import Server
from guildhall.mcp.tools import RemoteTool, remote_tools
from guildhall.mcp.wire import Client, Link, Message

MOST_PROGRAMS = 24
IDLE_SECONDS = 300.0
BEGIN_SECONDS = 20.0
_FRESH_SECONDS = 60.0  # how long a list of tools is taken as it was
_SULK_SECONDS = 30.0  # how long one that could not be reached is left alone
_LOOK_SECONDS = 10.0
_log = structlog.get_logger("guildhall.mcp")


@dataclass(frozen=True)
class Owner:
    """For whom: no session with a server is shared between people or workspaces."""

    user_id: str
    workspace_id: str | None


Key = tuple[str, str, str, str | None]
MakeLink = Callable[[Server, Owner], Awaitable[Link]]


@dataclass
class Connection:
    """A server that has been greeted."""

    server: Server
    client: Client
    users: int = 0
    used_at: float = field(default_factory=time.monotonic)
    _tools: list[RemoteTool] = field(default_factory=list)
    _listed_at: float | None = None

    async def tools(self) -> list[RemoteTool]:
        """What it offers, as of a moment ago. Raises `McpError`."""
        if self._listed_at is None or time.monotonic() - self._listed_at > _FRESH_SECONDS:
            async with _patience(self.client.link):
                self._tools = remote_tools(await self.client.tools())
            self._listed_at = time.monotonic()
        return self._tools

    async def call(self, name: str, arguments: dict[str, Any]) -> Message:
        """What came of a tool. Raises `McpError`; one that answers nothing at all by then is given up."""
        try:
            async with asyncio.timeout(self.server.timeout_seconds):
                return await self.client.call(name, arguments)
        except TimeoutError:
            words = _too_slow(self.server.timeout_seconds, self.client.link)
            raise McpError(words, is_lost=not await self.client.is_well()) from None


class Connections:
    """Makes them on demand, and ends the idle ones."""

    def __init__(self, link: MakeLink, *, idle_seconds: float = IDLE_SECONDS, most: int = MOST_PROGRAMS) -> None:
        self._link, self._idle_seconds, self._most = link, idle_seconds, most
        self._open: dict[Key, Connection] = {}
        self._making: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._failed: dict[Key, tuple[float, str]] = {}
        self._reaper: asyncio.Task[None] | None = None
        self._parting: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    @asynccontextmanager
    async def use(self, server: Server, owner: Owner) -> AsyncIterator[Connection]:
        """A connection that stays at least until the block ends. Raises `McpError`."""
        key = (server.id, server.version, owner.user_id, owner.workspace_id)
        async with self._making.setdefault(key, asyncio.Lock()):
            connection = await self._known(key) or await self._make(key, server, owner)
            connection.users += 1
        try:
            yield connection
        except McpError as error:
            if error.is_lost:
                await self._drop(key, connection)
            raise
        finally:
            connection.users -= 1
            connection.used_at = time.monotonic()

    def forgive(self, server_id: str) -> None:
        """Try one again at once that could not be reached."""
        self._failed = {key: failed for key, failed in self._failed.items() if key[0] != server_id}

    async def end(self, server_id: str, owner: Owner | None = None) -> None:
        """End what is connected to a server, for one owner or for all."""
        of = (owner.user_id, owner.workspace_id) if owner else None
        await self._end([key for key in self._open if key[0] == server_id and of in (None, key[2:])])

    def part(self, server_id: str) -> None:
        """The same, without waiting for it."""
        parting = asyncio.create_task(self.end(server_id))
        self._parting.add(parting)
        parting.add_done_callback(self._parting.discard)

    async def stop(self) -> None:
        """End all, and begin no other."""
        self._is_stopping = True
        if self._reaper is not None:
            await end(self._reaper)
        for making in list(self._making.values()):
            async with making:  # what was being made is made, or has failed
                pass
        await self._end(list(self._open))
        await asyncio.gather(*self._parting)

    async def _known(self, key: Key) -> Connection | None:
        connection = self._open.get(key)
        if connection is None or connection.client.link.is_open:
            return connection
        await self._drop(key, connection)
        return None

    async def _make(self, key: Key, server: Server, owner: Owner) -> Connection:
        until, words = self._failed.get(key, (0.0, ""))
        if time.monotonic() < until:
            raise McpError(words)
        await self._make_room(server)
        client = Client(await self._link(server, owner))
        try:
            async with _patience(client.link):
                await client.begin()
        except BaseException as error:
            await asyncio.shield(client.link.close())
            if isinstance(error, McpError):
                self._failed[key] = time.monotonic() + _SULK_SECONDS, error.message
            raise
        self._failed.pop(key, None)
        self._open[key] = connection = Connection(server, client)
        if self._reaper is None:
            self._reaper = asyncio.create_task(self._reap(), name="mcp-connections")
        return connection

    async def _make_room(self, server: Server) -> None:
        """End the program that has been idle longest when there are as many as may be. Raises `McpError`."""
        if self._is_stopping:
            raise McpError("The hall is stopping.")
        programs = [key for key, known in self._open.items() if known.server.kind == "stdio"]
        if server.kind != "stdio" or len(programs) < self._most:
            return
        idle = [key for key in programs if not self._open[key].users]
        if not idle:
            raise McpError("Too many programs of tool servers run now; try again later.")
        await self._end([min(idle, key=lambda key: self._open[key].used_at)])

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(min(_LOOK_SECONDS, self._idle_seconds))
            moment = time.monotonic()
            idle = [
                key
                for key, known in self._open.items()
                if not known.users and (moment - known.used_at > self._idle_seconds or not known.client.link.is_open)
            ]
            await self._end(idle)
            self._failed = {key: failed for key, failed in self._failed.items() if failed[0] > moment}

    async def _drop(self, key: Key, connection: Connection) -> None:
        if self._open.get(key) is connection:
            del self._open[key]
        await asyncio.shield(connection.client.link.close())

    async def _end(self, keys: list[Key]) -> None:
        ended = [self._open.pop(key) for key in keys if key in self._open]
        results = await asyncio.gather(*(known.client.link.close() for known in ended), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                _log.warning("mcp_not_closed", reason=str(result))


@asynccontextmanager
async def _patience(link: Link) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(BEGIN_SECONDS):
            yield
    except TimeoutError:
        raise McpError(_too_slow(BEGIN_SECONDS, link), is_lost=True) from None


def _too_slow(seconds: float, link: Link) -> str:
    return f"It did not answer within {seconds:g} seconds. {link.hint}".strip()
