"""The wire: what is said between the hall and an MCP server, in JSON-RPC, whatever carries it."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from itertools import count
from typing import Any, Protocol

from guildhall import __version__
from guildhall.mcp.errors import McpError

MOST_BYTES = 4 * 1024 * 1024  # of one message
MOST_TOOLS = 100  # of one server
_VERSIONS = ("2025-06-18", "2025-11-25", "2025-03-26", "2024-11-05")
_MOST_PAGES = 20
_CANCEL_SECONDS = 2.0
_PING_SECONDS = 3.0
_NO_METHOD = -32601

Message = dict[str, Any]


class Link(Protocol):
    """What carries messages. All of it raises `McpError`."""

    @property
    def is_open(self) -> bool:
        """Whether there is somebody at the other end, as far as is known."""

    @property
    def hint(self) -> str:
        """What may explain that it does not answer."""

    async def open(self) -> None:
        """Reach the server."""

    async def ask(self, request: Message) -> Message:
        """Send a request, and wait for its answer for as long as it takes."""

    async def tell(self, notification: Message) -> None:
        """Send what has no answer."""

    def agreed(self, version: str) -> None:
        """The version of the protocol that holds from now on."""

    async def close(self) -> None:
        """Part."""


class Client:
    """The hall's end of one connection."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._ids = count(1)

    async def begin(self) -> None:
        """Reach the server and greet it."""
        await self.link.open()
        about = {"name": "guildhall", "version": __version__}
        result = await self._ask(
            "initialize", {"protocolVersion": _VERSIONS[0], "capabilities": {}, "clientInfo": about}
        )
        version = result.get("protocolVersion")
        if version not in _VERSIONS:
            raise McpError(f"It speaks another version of the protocol ({str(version)[:40]}).")
        self.link.agreed(version)
        await self.link.tell({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def tools(self) -> list[Message]:
        """What it offers, as it says it."""
        found: list[Message] = []
        cursor: object = None
        for _ in range(_MOST_PAGES):
            result = await self._ask("tools/list", {"cursor": cursor} if cursor else {})
            page = result.get("tools")
            if not isinstance(page, list):
                raise McpError("Its list of tools can't be read.")
            found += [tool for tool in page if isinstance(tool, dict)]
            cursor = result.get("nextCursor")
            if not cursor or len(found) >= MOST_TOOLS:
                break
        return found[:MOST_TOOLS]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Message:
        """What came of a tool; who gives up waiting tells the server so."""
        return await self._ask("tools/call", {"name": name, "arguments": dict(arguments)})

    async def is_well(self) -> bool:
        """Whether it answers at all."""
        with contextlib.suppress(McpError, TimeoutError):
            async with asyncio.timeout(_PING_SECONDS):
                await self.link.ask({"jsonrpc": "2.0", "id": next(self._ids), "method": "ping"})
                return True
        return False

    async def _ask(self, method: str, params: Message) -> Message:
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        try:
            answer = await self.link.ask(request)
        except asyncio.CancelledError:
            if method == "tools/call":
                await self._cancel(request["id"])
            raise
        if isinstance(answer.get("result"), dict):
            return dict(answer["result"])
        error = answer.get("error")
        words = error.get("message") if isinstance(error, dict) else None
        raise McpError(f"It refused: {str(words)[:500]}" if words else "Its answer can't be read.")

    async def _cancel(self, request_id: object) -> None:
        params = {"requestId": request_id, "reason": "Nobody waits for it any more."}
        with contextlib.suppress(McpError, TimeoutError):
            async with asyncio.timeout(_CANCEL_SECONDS):
                await self.link.tell({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})


def written(message: Message) -> bytes:
    """A message in one line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def read(line: bytes | bytearray | str) -> list[Message]:
    """The messages that a line or a body holds; none where it is rubbish."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def reply_to(request: Message) -> Message:
    """What a server is told that asks something of us: we are there, and do nothing else for it."""
    answer: Message = {"jsonrpc": "2.0", "id": request["id"]}
    if request.get("method") == "ping":
        return answer | {"result": {}}
    return answer | {"error": {"code": _NO_METHOD, "message": "This client does not do that."}}
