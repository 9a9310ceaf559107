"""The fast transport: takes plain chat completions straight from the socket and hands every other connection on.

A connection stays here while each request on it is a `POST /v1/chat/completions` with a `Content-Length`. The first one
that is not goes, byte for byte, to the server's own protocol, and so does all that follows on that connection.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from guildhall.core.addresses import TrustedProxies
from guildhall.core.admission import Gate, denied
from guildhall.core.errors import AppError
from guildhall.edge import heads
from guildhall.edge.answer import Headers, WholeAnswer, error_answer
from guildhall.edge.answer_heads import AnswerHeads
from guildhall.edge.endpoints import CHAT
from guildhall.edge.express import Express
from guildhall.edge.heads import Head
from guildhall.edge.outbox import Mailbox, Outbox
from guildhall.edge.visit import RequestTimeoutError, Visits
from guildhall.edge.wheel import Wheel

_PREFIX = f"POST {CHAT.path} HTTP/1.1\r\n".encode()
_HEAD_BYTES = 64 * 1024
_AHEAD_BYTES = 64 * 1024  # of the next request, while this one is being answered
_IDLE_SECONDS = 30.0
_HEAD_SECONDS = 10.0
_BODY_SECONDS = 60.0
_LAST_REQUEST_SECONDS = 1.0  # for one to arrive whose caller connected before the server stopped


class HeadTooLargeError(AppError):
    """431: the request's headers are too large."""

    status = 431
    type = "invalid_request_error"


class ServerState(Protocol):
    """What the server keeps of its connections; it closes them and waits for their tasks when it stops."""

    connections: set[Any]
    tasks: set[asyncio.Task[None]]
    default_headers: Headers


@dataclass(frozen=True)
class Reception:
    """What the connections of all callers share."""

    visits: Visits
    express: Express
    wheel: Wheel
    outbox: Outbox
    gate: Gate
    proxies: TrustedProxies
    max_body_bytes: int
    answer_heads: AnswerHeads = field(default_factory=AnswerHeads)


class EdgeProtocol(asyncio.Protocol):
    """One connection of a caller, and the `Line` of the visit that is on it, if any."""

    def __init__(
        self, reception: Reception, server: ServerState, next_protocol: Callable[[], asyncio.Protocol]
    ) -> None:
        self._reception = reception
        self._server = server
        self._next_protocol = next_protocol
        self._loop = asyncio.get_running_loop()
        self._transport = cast("asyncio.Transport", None)
        self._peer = ""
        self._address = ""
        self._buffer = b""
        self._pieces: list[bytes] = []
        self._missing = 0  # bytes of the body that are still to come
        self._head_before: Head | None = None
        self._keeps = True
        self._is_busy = False
        self._task: asyncio.Task[None] | None = None
        self._gone: Callable[[], None] | None = None
        self._writable: asyncio.Event | None = None
        self._since = 0.0

    # --- asyncio.Protocol ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller has connected."""
        self._transport = cast("asyncio.Transport", transport)
        self._mailbox = Mailbox(self._transport)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else ""
        self._since = self._loop.time()
        self._server.connections.add(self)
        self._reception.wheel.add(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of this request, or of the next one."""
        if self._is_busy:
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
        """The server is stopping: finish what is under way, also a request that is on its way to a new connection."""
        self._keeps = False
        if self._head_before is None or self._buffer or self._missing:
            self._loop.call_later(_LAST_REQUEST_SECONDS, self._close_unless_busy)
        else:
            self._close_unless_busy()

    def _close_unless_busy(self) -> None:
        if not self._is_busy and self in self._server.connections:
            self._transport.close()

    # --- requests -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Begin the request at the front of the buffer, if its head is there."""
        buffer = self._buffer
        measured = self._head_before.measure(buffer) if self._head_before else None
        if measured is None:
            end = self._end_of_head(buffer)
            if end is None:
                return
            head = self._head_before = heads.read(buffer[:end])
            measured = head.measure(buffer) if head else None
            self._address = self._reception.proxies.address_of(self._peer, head.forwarded if head else b"")
        if measured is None or not 0 < measured[1] <= self._reception.max_body_bytes:
            self._hand_on()
            return
        if not self._reception.gate.allowed(self._address):
            self._reception.gate.refused(self._address, CHAT.path)
            self._refuse(denied())
            return
        self._since = self._loop.time()
        self._buffer = b""
        end, self._missing = measured
        self._body_piece(buffer[end:])

    def _end_of_head(self, buffer: bytes) -> int | None:
        """Where the head ends; None when it is not all there, not for here, or too large."""
        if not buffer.startswith(_PREFIX):
            if not _PREFIX.startswith(buffer):
                self._hand_on()
            return None
        end = buffer.find(b"\r\n\r\n", len(_PREFIX) - 2) + 4
        if (len(buffer) if end < 4 else end) > _HEAD_BYTES:
            self._refuse(HeadTooLargeError("headers_too_large", "The request's headers are too large."))
            return None
        return None if end < 4 else end

    def _body_piece(self, data: bytes) -> None:
        if len(data) < self._missing:
            self._missing -= len(data)
            self._pieces.append(data)
            return
        if len(data) > self._missing:
            self._buffer = data[self._missing :]
            data = data[: self._missing]
        if self._pieces:
            self._pieces.append(data)
            data = b"".join(self._pieces)
            self._pieces = []
        self._missing = 0
        head = cast("Head", self._head_before)
        self._keeps = self._keeps and not head.closes
        self._is_busy = True
        credential, address, wishes, reception = head.credential, self._address, head.wishes, self._reception
        if not reception.express.take(self, credential=credential, address=address, body=data, wishes=wishes):
            visit = reception.visits.receive
            visiting = visit(CHAT, self, credential=credential, address=address, body=data, wishes=wishes)
            self._task = task = self._loop.create_task(visiting)
            self._server.tasks.add(task)

    def _next(self) -> None:
        """This request is answered: close the connection, wait, or begin the next one."""
        if self._transport.is_closing():
            return
        if not self._keeps:
            self._close()
            return
        self._since = self._loop.time()
        if self._buffer:
            if not self._transport.is_reading():
                self._transport.resume_reading()
            self._begin()

    def _hand_on(self) -> None:
        """Give this connection, with all that was read and not answered, to the server's own protocol."""
        self._depart()
        self._reception.outbox.send()
        protocol: Any = self._next_protocol()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._buffer)
        if not self._keeps:
            protocol.shutdown()

    def _depart(self) -> None:
        self._reception.wheel.remove(self)
        self._server.connections.discard(self)

    # --- visit.Line -----------------------------------------------------------------------------------------------

    def whole(self, answer: WholeAnswer, headers: Headers) -> Awaitable[None] | None:
        """Send a whole answer in one write; wait while the caller does not read."""
        length = b"content-length: %d\r\n" % len(answer.body)
        self._write(b"".join([*self._head(answer.status, headers), length, b"\r\n", answer.body]))
        return None if self._writable is None else self._until_read(self._writable)

    async def _until_read(self, writable: asyncio.Event) -> None:
        await writable.wait()

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head of a streamed answer."""
        self._write(b"".join([*self._head(status, headers), b"transfer-encoding: chunked\r\n\r\n"]))

    async def more(self, events: bytes) -> None:
        """Send a chunk."""
        self._write(b"%x\r\n%b\r\n" % (len(events), events))
        if self._writable is not None:
            await self._writable.wait()

    async def end(self, events: bytes) -> None:
        """Send the last chunk."""
        self._write((b"%x\r\n%b\r\n0\r\n\r\n" % (len(events), events)) if events else b"0\r\n\r\n")

    def watch(self, gone: Callable[[], None]) -> None:
        """Remember whom to tell; the socket says when, or has said it already."""
        self._gone = gone
        if self._transport.is_closing():
            self._loop.call_soon(gone)

    def leave(self) -> None:
        """The visit is over: what has come meanwhile has its turn."""
        self._gone = None
        self._is_busy = False
        if self._task is not None:
            self._server.tasks.discard(self._task)
            self._task = None
        self._next()

    def tick(self, now: float = 0.0) -> None:
        """Close what is idle, or has been sending one request for too long."""
        if self._is_busy or not now:
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
        self._close()

    def _head(self, status: int, headers: Headers) -> list[bytes]:
        return self._reception.answer_heads.lines(status, self._server.default_headers, headers, keeps=self._keeps)

    def _close(self) -> None:
        self._reception.outbox.send()
        self._transport.close()

    def _write(self, data: bytes) -> None:
        self._reception.outbox.answer(self._mailbox, data)
