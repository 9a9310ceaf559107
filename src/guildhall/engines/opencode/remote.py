"""Remote tools: one opencode process's MCP server, which is the hall itself and has the tools of all its servers.

The process lists what the turns under way are offered. A call is made once a person, or a rule, has given leave for it
in its turn, and for that call alone: whatever else reaches this gets a refusal.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog

from guildhall import __version__
from guildhall.core.errors import AppError, UnavailableError
from guildhall.engines import offers
from guildhall.engines.api import PermissionRequest, Turn
from guildhall.engines.opencode.client import OpencodeClient
from guildhall.engines.opencode.tools import SERVER
from guildhall.mcp import wire
from guildhall.mcp.errors import McpError
from guildhall.mcp.runtime import McpRuntime, Offer

_VERSION = "2025-06-18"
_PATIENCE_SECONDS = 10.0
_NO_METHOD, _NO_TOOL = -32601, -32602
_NOBODY_ALLOWED = "Not done: nobody gave leave for this call."
_log = structlog.get_logger("guildhall.engines")


class RemoteTools:
    """What one process may call of whose servers."""

    def __init__(self, runtime: McpRuntime | None) -> None:
        self._runtime = runtime
        self._turns: dict[str, Mapping[str, Offer]] = {}
        self._listed: Mapping[str, Offer] = {}
        self._leave: list[tuple[str, str, Offer]] = []  # the turn, the call
        self._calls: dict[object, asyncio.Task[wire.Message]] = {}  # named by their turns

    @contextlib.asynccontextmanager
    async def offering(self, turn: Turn, client: OpencodeClient) -> AsyncIterator[None]:
        """Have opencode know the tools that a turn is offered, as long as the turn lasts."""
        self._turns[turn.id] = offers.named(await offers.offered(self._runtime, turn))
        try:
            if _shown(self._offered) != _shown(self._listed):
                await self._have_listed(client)
            yield
        finally:
            del self._turns[turn.id]
            self._leave = [left for left in self._leave if left[0] != turn.id]
            for work in self._calls.values():
                if work.get_name() == turn.id:
                    work.cancel()

    def asked(self, turn_id: str, request: PermissionRequest) -> PermissionRequest | None:
        """What a person is asked about a call, from what opencode asks; None where the turn has no such tool."""
        offer = self._turns[turn_id].get(request.tool)
        if offer is None:
            return None
        return offers.request_of(request.tool_call_id, request.tool, offer, request.details["arguments"])

    def allow(self, turn_id: str, request: PermissionRequest) -> None:
        """Leave was given for what `asked` gave: opencode may make this call, once."""
        offer = self._turns[turn_id][request.tool]
        self._leave.append((turn_id, _call(request.tool, request.details["arguments"]), offer))

    async def answer(self, body: bytes) -> bytes:
        """What the server says to what opencode's client says; nothing to what needs no answer."""
        said = [await self._said(message) for message in wire.read(body)]
        answers = [each for each in said if each is not None]
        return wire.written(answers[0]) if answers else b""

    async def _have_listed(self, client: OpencodeClient) -> None:
        """Failing that, the turn goes on with what is known. Connecting anew ends calls of others: they come first."""
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=_PATIENCE_SECONDS)
        try:
            if self._calls:
                raise UnavailableError("tools_busy", "Calls of other turns are under way.")
            await client.connect(SERVER)
        except AppError as error:
            _log.warning("opencode_tools_not_listed", reason=error.message)

    async def _said(self, message: wire.Message) -> wire.Message | None:
        params = message.get("params")
        params = params if isinstance(params, dict) else {}
        method = message.get("method")
        if method == "notifications/cancelled" and (work := self._calls.get(_id(params.get("requestId")))):
            work.cancel()
        if "id" not in message or not isinstance(method, str):
            return None
        answer: wire.Message = {"jsonrpc": "2.0", "id": message["id"]}
        if method == "initialize":
            return answer | {"result": _greeting()}
        if method == "ping":
            return answer | {"result": {}}
        if method == "tools/list":
            self._listed = self._offered
            return answer | {"result": {"tools": _shown(self._listed)}}
        if method == "tools/call":
            return answer | await self._called(_id(message["id"]), params)
        return answer | {"error": {"code": _NO_METHOD, "message": "This server does not do that."}}

    async def _called(self, key: object, params: Mapping[str, Any]) -> wire.Message:
        name, arguments = params.get("name"), params.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return {"error": {"code": _NO_TOOL, "message": "There is no such tool."}}
        call = _call(name, arguments)
        given = next((left for left in self._leave if left[1] == call), None)
        if given is None:
            return _result(_NOBODY_ALLOWED, is_failed=True)
        self._leave.remove(given)
        work = self._calls[key] = asyncio.create_task(self._made(given[2], arguments), name=given[0])
        try:
            await asyncio.wait([work])
        finally:
            work.cancel()
            self._calls.pop(key, None)
        return _result("It was cancelled.", is_failed=True) if work.cancelled() else work.result()

    async def _made(self, offer: Offer, arguments: Mapping[str, Any]) -> wire.Message:
        if self._runtime is None:
            return _result(_NOBODY_ALLOWED, is_failed=True)
        try:
            outcome = await self._runtime.call(offer, arguments)
        except McpError as error:
            return _result(f"{offer.server.name}: {error.message}", is_failed=True)
        return _result(outcome.words, is_failed=outcome.is_failed)

    @property
    def _offered(self) -> Mapping[str, Offer]:
        """What the turns under way are offered together; each is refused what only another one has."""
        return {name: offer for found in self._turns.values() for name, offer in found.items()}


def _greeting() -> wire.Message:
    about = {"name": "guildhall", "version": __version__}
    return {"protocolVersion": _VERSION, "capabilities": {"tools": {}}, "serverInfo": about}


def _shown(found: Mapping[str, Offer]) -> list[wire.Message]:
    """The tools as MCP lists them."""
    return [
        {
            "name": name,
            "description": offer.tool.description or offer.tool.title or offer.tool.name,
            "inputSchema": dict(offer.tool.schema),
        }
        for name, offer in found.items()
    ]


def _result(words: str, *, is_failed: bool) -> wire.Message:
    return {"result": {"content": [{"type": "text", "text": words}], "isError": is_failed}}


def _call(name: str, arguments: Mapping[str, Any]) -> str:
    """The same for the same call."""
    return json.dumps([name, arguments], sort_keys=True)


def _id(given: object) -> object:
    return given if isinstance(given, str | int) else None
