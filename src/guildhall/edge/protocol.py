"""The fast transport: takes plain chat completions straight from the socket and hands every other connection on.

A connection stays here while each request on it is a `POST /v1/chat/completions` with a `Content-Length`. The first one
that is not goes, byte for byte, to the server's own protocol, and so does all that follows on that connection.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol, cast

from guildhall.core.errors import AppError
from guildhall.edge import heads
from guildhall.edge.answer import Headers, WholeAnswer, error_answer
from guildhall.edge.heads import Head
from guildhall.edge.visit import CHAT, RequestTimeoutError, Visits
from guildhall.edge.wheel import Wheel

_PREFIX = f"POST {CHAT} HTTP/1.1\r\n".encode()
_HEAD_BYTES = 64 * 1024
_AHEAD_BYTES = 64 * 1024  # of the next request, while this one is being answered
_IDLE_SECONDS = 30.0
_HEAD_SECONDS = 10.0
_BODY_SECONDS = 60.0
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_NOSNIFF = b"x-content-type-options: nosniff\r\n"


class HeadTooLargeError(AppError):
    """431: the request's headers are too large."""

    status = 431
    type = "invalid_request_error"


class ServerState(Protocol):
    """What the server keeps of its connections; it closes them and waits for their tasks when it stops."""

    connections: set[Any]
    tasks: set[asyncio.Task[None]]
    default_headers: Headers


class EdgeProtocol(asyncio.Protocol):
    """One connection of a caller, and the `Line` of the visit that is on it, if any."""

    def __init__(
        self,
        visits: Visits,
        wheel: Wheel,
        server: ServerState,
        next_protocol: Callable[[], asyncio.Protocol],
        *,
        max_body_bytes: int,
    ) -> None:
        self._visits = visits
        self._wheel = wheel
        self._server = server
        self._next_protocol = next_protocol
        self._max_body_bytes = max_body_bytes
        self._loop = asyncio.get_running_loop()
        self._transport = cast("asyncio.Transport", None)
        self._address = ""
        self._buffer = b""
        self._pieces: list[bytes] = []
        self._missing = 0  # bytes of the body that are still to come
        self._head_before: Head | None = None
        self._keeps = True
        self._task: asyncio.Task[None] | None = None
        self._gone: Callable[[], None] | None = None
        self._writable: asyncio.Event | None = None
        self._since = 0.0
        self._default_headers: Headers = []
        self._default_lines = _NOSNIFF

    # --- asyncio.Protocol ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller has connected."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._address = peer[0] if peer else ""
        self._since = self._loop.time()
        self._server.connections.add(self)
        self._wheel.add(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of this request, or of the next one."""
        if self._task is not None:
            self._buffer += data
            if len(self._buffer) > _AHEAD_BYTES:
                self._transport.pause_reading()
        elif self._missing:
            self._body_piece(data)
        else:
            if self._buffer:
                self._buffer += data
            else:
                self._buffer = data
                self._since = self._loop.time()
            self._begin()

    def connection_lost(self, _exc: Exception | None) -> None:
        """The caller has gone; whoever works for it is told."""
        self._depart()
        if self._writable is not None:
            self._writable.set()
        if self._gone is not None:
            self._gone()

    def pause_writing(self) -> None:
        """The caller does not read."""
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        """The caller reads again."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    def shutdown(self) -> None:
        """The server is stopping: finish what is under way."""
        self._keeps = False
        if self._task is None:
            self._transport.close()

    # --- requests -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Begin the request at the front of the buffer, if its head is there."""
        buffer = self._buffer
        measured = self._head_before.measure(buffer) if self._head_before else None
        if measured is None:
            if not buffer.startswith(_PREFIX):
                if not _PREFIX.startswith(buffer):
                    self._hand_on()
                return
            end = buffer.find(b"\r\n\r\n", len(_PREFIX) - 2) + 4
            if (len(buffer) if end < 4 else end) > _HEAD_BYTES:
                self._refuse(HeadTooLargeError("headers_too_large", "The request's headers are too large."))
                return
            if end < 4:
                return
            self._head_before = head = heads.read(buffer[:end])
            measured = head.measure(buffer) if head else None
        if measured is None or not 0 < measured[1] <= self._max_body_bytes:
            self._hand_on()
            return
        self._since = self._loop.time()
        self._buffer = b""
        end, self._missing = measured
        self._pieces = []
        self._body_piece(buffer[end:])

    def _body_piece(self, data: bytes) -> None:
        if len(data) < self._missing:
            self._missing -= len(data)
            self._pieces.append(data)
            return
        if len(data) > self._missing:
            self._buffer = data[self._missing :]
            data = data[: self._missing]
        self._pieces.append(data)
        self._missing = 0
        self._task = task = self._loop.create_task(self._visit())
        self._server.tasks.add(task)

    async def _visit(self) -> None:
        head = cast("Head", self._head_before)
        self._keeps = self._keeps and not head.closes
        try:
            await self._visits.receive(self, credential=head.credential, address=self._address)
        finally:
            if self._task is not None:
                self._server.tasks.discard(self._task)
            self._task = None
            self._pieces = []
            self._next()

    def _next(self) -> None:
        """This request is answered: close the connection, wait, or begin the next one."""
        if self._transport.is_closing():
            return
        if not self._keeps:
            self._transport.close()
            return
        self._since = self._loop.time()
        if self._buffer:
            if not self._transport.is_reading():
                self._transport.resume_reading()
            self._begin()

    def _hand_on(self) -> None:
        """Give this connection, with all that was read and not answered, to the server's own protocol."""
        self._depart()
        protocol = self._next_protocol()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._buffer)

    def _depart(self) -> None:
        self._wheel.remove(self)
        self._server.connections.discard(self)

    # --- visit.Line -----------------------------------------------------------------------------------------------

    async def body(self) -> bytes:
        """The request's body, which is here already."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    async def whole(self, answer: WholeAnswer, headers: Headers) -> None:
        """Send a whole answer in one write."""
        length = b"content-length: %d\r\n" % len(answer.body)
        self._write(b"".join([*self._head(answer.status, headers), length, b"\r\n", answer.body]))
        await self._until_writable()

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head of a streamed answer."""
        self._write(b"".join([*self._head(status, headers), b"transfer-encoding: chunked\r\n\r\n"]))

    async def more(self, events: bytes) -> None:
        """Send a chunk."""
        self._write(b"%x\r\n%b\r\n" % (len(events), events))
        await self._until_writable()

    async def end(self, events: bytes) -> None:
        """Send the last chunk."""
        self._write((b"%x\r\n%b\r\n0\r\n\r\n" % (len(events), events)) if events else b"0\r\n\r\n")

    def watch(self, gone: Callable[[], None]) -> None:
        """Remember whom to tell; the socket says when, or has said it already."""
        self._gone = gone
        if self._transport.is_closing():
            self._loop.call_soon(gone)

    def leave(self) -> None:
        """The visit is over."""
        self._gone = None

    def tick(self, now: float = 0.0) -> None:
        """Close what is idle, or has been sending one request for too long."""
        if self._task is not None or not now:
            return
        age = now - self._since
        if self._missing or self._buffer:
            if age > (_BODY_SECONDS if self._missing else _HEAD_SECONDS):
                self._refuse(RequestTimeoutError("request_timeout", "The request took too long to arrive."))
        elif age > _IDLE_SECONDS:
            self._transport.close()

    def _refuse(self, error: AppError) -> None:
        """Answer what will never be a request, and close."""
        answer = error_answer(error)
        self._keeps = False
        length = b"content-length: %d\r\n\r\n" % len(answer.body)
        self._write(b"".join([*self._head(answer.status, answer.headers), length, answer.body]))
        self._transport.close()

    def _head(self, status: int, headers: Headers) -> list[bytes]:
        if self._server.default_headers is not self._default_headers:  # the server makes new ones each second
            self._default_headers = self._server.default_headers
            self._default_lines = b"".join([_NOSNIFF, *[b"%b: %b\r\n" % pair for pair in self._default_headers]])
        lines = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status, self._default_lines]
        lines += [b"%b: %b\r\n" % pair for pair in headers]
        if not self._keeps:
            lines.append(b"connection: close\r\n")
        return lines

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    async def _until_writable(self) -> None:
        if self._writable is not None:
            await self._writable.wait()
