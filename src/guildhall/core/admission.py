"""Admission: by its address, whether a request may reach the product at all, and whether what is open may stay open."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from guildhall.core.addresses import parsed
from guildhall.core.errors import ForbiddenError
from guildhall.core.middleware import AsgiApp, Message, Receive, Scope, Send, address_of, refuse

DENIED_CODE = 4403
_PROBES = {"/healthz", "/readyz"}


class Gate(Protocol):
    """Decides by address. Everything that takes requests asks the same one."""

    listeners: list[Callable[[], None]]
    """Called whenever the answers may have changed."""

    def allowed(self, address: str) -> bool:
        """Whether a request from this address may come in; counts it."""

    def admits(self, address: str) -> bool:
        """The same without counting, for what came in earlier."""

    def refused(self, address: str, path: str) -> None:
        """Take note of a request that was turned away."""


@dataclass(eq=False)
class _Open:
    """Something that stays open: a socket or a stream of events."""

    address: str
    end: Callable[[], object]
    is_denied: bool = False


class Admission:
    """The ASGI layer that asks the gate, and ends what is open to addresses that are denied later on."""

    def __init__(self, app: AsgiApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate
        self._open: set[_Open] = set()
        self._closing: set[asyncio.Task[None]] = set()
        gate.listeners.append(self._look_again)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        address = address_of(scope)
        if not self._gate.allowed(address) and not _is_probe(scope, address):
            self._gate.refused(address, scope["path"])
            await refuse(scope, receive, send, denied())
        elif scope["type"] == "websocket":
            await self._socket(address, scope, receive, send)
        else:
            await self._request(address, scope, receive, send)

    async def _socket(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        def end() -> None:
            closing = send({"type": "websocket.close", "code": DENIED_CODE, "reason": "This address is denied."})
            task = asyncio.ensure_future(closing)
            self._closing.add(task)
            task.add_done_callback(self._closed)

        this = _Open(address, end)

        async def send_while_open(message: Message) -> None:
            if this.is_denied:  # it is being told through `receive`
                return
            await send(message)
            if message["type"] == "websocket.accept":
                self._open.add(this)

        try:
            await self._app(scope, receive, send_while_open)
        finally:
            self._open.discard(this)

    async def _request(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the server runs each request in a task
        this = _Open(address, task.cancel)

        async def send_watched(message: Message) -> None:
            if message["type"] == "http.response.start" and not _has_length(message):  # a stream: it may last
                self._open.add(this)
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except asyncio.CancelledError:
            if not this.is_denied or task.uncancel() > 0:
                raise
            with contextlib.suppress(Exception):  # the caller may be gone
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._open.discard(this)

    def _look_again(self) -> None:
        for this in [each for each in self._open if not self._gate.admits(each.address)]:
            self._open.discard(this)
            this.is_denied = True
            this.end()

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        if not task.cancelled():
            task.exception()  # the socket was closed already


def denied() -> ForbiddenError:
    """The one answer to a denied address."""
    return ForbiddenError("address_denied", "This address may not enter.")


def _is_probe(scope: Scope, address: str) -> bool:
    """Whether this machine asks if the process is well; else denying everybody would have it restarted for ever."""
    found = parsed(address) if scope["path"] in _PROBES else None
    return found is not None and found.is_loopback


def _has_length(message: Message) -> bool:
    return any(name.lower() == b"content-length" for name, _ in message.get("headers", ()))
