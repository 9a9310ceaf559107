"""Lines: uvicorn's protocols with what long-lived connections need: to be cut, and to hear that the server leaves.

A client that never reads keeps what is written to it in the kernel and in the transport for ever: closing politely
waits for it to read. Routes find their line in the scope's state under `LINE`.
"""

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any, Protocol, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LINE = "line"
_FLUSH_SECONDS = 10


class Line(Protocol):
    """What a route may do with the connection it answers on."""

    on_leaving: Callable[[], None] | None

    def cut(self) -> None:
        """Close at once, without waiting for what has not been read."""


class HttpLine(HttpToolsProtocol):
    """An HTTP connection."""

    on_leaving: Callable[[], None] | None = None

    def on_message_begin(self) -> None:
        """A request begins; routes will find this line in its state."""
        super().on_message_begin()
        self.scope["state"][LINE] = self

    def shutdown(self) -> None:
        """The server stops: what never ends by itself is told so."""
        if self.on_leaving is not None:
            self.on_leaving()
        super().shutdown()

    def cut(self) -> None:
        """Close at once, without waiting for what has not been read."""
        self.transport.abort()


class _Heard:
    """What a client has said and the route has not taken: mostly nothing, for which asyncio's own queue weighs 3 KB."""

    __slots__ = ("_said", "_waiter")

    def __init__(self) -> None:
        self._said: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """Add a message at the end."""
        self._said.append(message)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        """Take the first message, once there is one."""
        while not self._said:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._said.pop(0)

    def empty(self) -> bool:
        """Whether everything has been taken."""
        return not self._said


class SocketLine(WebSocketsSansIOProtocol):
    """A WebSocket connection."""

    on_leaving: Callable[[], None] | None = None

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.queue = cast("asyncio.Queue[Any]", _Heard())

    def handle_connect(self, event: Any) -> None:
        """A handshake begins; the route will find this line in its state."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            scope["state"][LINE] = self

    async def send(self, message: Any) -> None:
        """Send, but do not wait for a client that reads nothing to take the closing frame."""
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
        await super().send(message)
        if message["type"] == "websocket.accept":
            del self.request, self.response  # the handshake is over, and the socket may stay for days

    async def run_asgi(self) -> None:
        """Serve; what the client has not taken some seconds after the end is thrown away."""
        await super().run_asgi()
        self.loop.call_later(_FLUSH_SECONDS, self.cut)

    def cut(self) -> None:
        """Close at once, without waiting for what has not been read."""
        self.transport.abort()


def line_of(scope: MutableMapping[str, Any]) -> Line | None:
    """The line that a request came on; None on a server that is not ours."""
    line: Line | None = scope.get("state", {}).get(LINE)
    return line
