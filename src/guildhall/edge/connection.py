"""One HTTP/1.1 connection to a provider: send a request, read its response, be used again when both ended cleanly.

Reading is pull-based: `head()`, then `whole()` or `read()` until it gives nothing. When the reader is slow the
socket is paused, so a connection never holds much more than `_HIGH_WATER` bytes of a stream.
"""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Protocol, cast

import httptools

from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.outbox import Mailbox, Outbox
from guildhall.edge.wheel import Wheel

NOTED = frozenset({b"content-type", b"retry-after", b"openai-processing-ms", b"x-request-id"})
MAX_WHOLE_BYTES = 64 * 1024 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_HIGH_WATER = 64 * 1024
_DRAIN_SECONDS = 2.0


class Owner(Protocol):
    """Who lends connections out: a pool."""

    wheel: Wheel
    outbox: Outbox

    def keep(self, connection: "Connection") -> None:
        """Take back a connection that can be used again."""

    def forget(self, connection: "Connection") -> None:
        """A connection has closed."""


class Connection(asyncio.Protocol):
    """A connection and the one exchange that is on it, if any. Owned by a pool, ticked by its wheel."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[None] | None = None
        self._ended: Callable[[], None] | None = None
        self.is_closed = False
        self.idle_since = 0.0
        self.served = 0
        self._is_full = False
        self._failure: UpstreamFailure | None = None
        self._reset()

    def _reset(self) -> None:
        """Forget the last exchange."""
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self._head_bytes = 0
        self._body: list[bytes] = []
        self._buffered = 0
        self._wants_whole = False
        self._is_draining = False
        self._is_paused = False
        self._has_length = False
        self._can_be_kept = False
        self.is_complete = False
        self.has_headers = False
        self.heard_anything = False
        self.ended_at = 0.0
        self._was_heard = False
        self._deadline = 0.0
        self._idle_seconds = 0.0

    # --- the exchange -------------------------------------------------------------------------------------------

    def send(self, head: bytes, body: bytes, *, first_byte: float, idle: float) -> None:
        """Begin an exchange; the provider has `first_byte` seconds to say something, then `idle` between things.

        What the socket does not take at once waits in memory, where the body is already.
        """
        self._reset()
        self.served += 1
        self._deadline = self._loop.time() + first_byte
        self._idle_seconds = idle
        self._owner.wheel.add(self)
        transport = cast("asyncio.Transport", self._transport)
        if len(body) < _MAX_HEAD_BYTES:
            self._owner.outbox.request(self._mailbox, head + body)
        else:
            transport.write(head)
            transport.write(body)

    async def more(self, data: bytes, *, within: float) -> None:
        """Send more of a body that `send` began; wait, at most `within` seconds, while the provider does not read.

        Raises `UpstreamFailure`.
        """
        if self._failure is not None:
            raise self._failure
        self._owner.outbox.send()  # what `send` left there goes first
        cast("asyncio.Transport", self._transport).write(data)
        self.expect(within)
        while self._is_full and not self.has_headers:
            await self._news()
        self.expect(math.inf)

    def expect(self, seconds: float) -> None:
        """Let the provider have so many seconds from now to say something."""
        self._deadline = self._loop.time() + seconds

    async def head(self) -> None:
        """Wait for status and headers. Raises `UpstreamFailure`."""
        while not self.has_headers:
            await self._news()

    async def whole(self) -> bytes:
        """Wait for status, headers and the whole body. Raises `UpstreamFailure`."""
        self._wants_whole = True
        while not self.is_complete:
            await self._news()
        return self._take()

    def then(self, ended: Callable[[], None]) -> None:
        """Have `ended` called once, when `taken` will give the whole body or raise; nobody may wait besides."""
        self._wants_whole = True
        self._ended = ended

    def taken(self) -> bytes:
        """The whole body, which is here. Raises `UpstreamFailure` when it never will be."""
        if self._failure is not None and not self.is_complete:
            raise self._failure
        return self._take()

    async def read(self) -> bytes:
        """The bytes of the body that have arrived, at least one; nothing at its end. Raises `UpstreamFailure`."""
        while not self._body:
            if self.is_complete:
                return b""
            await self._news()
        return self._take()

    def release(self) -> None:
        """End the exchange well: keep the connection once the response has ended, which may take a moment longer."""
        self._waiter = None
        if self.is_complete:
            self._finish()
        elif self._failure is None and not self.is_closed and self.has_headers:
            self._is_draining = True
            self._body.clear()
            self._resume()
            self._deadline = self._loop.time() + _DRAIN_SECONDS
        else:
            self.abort()

    def abort(self) -> None:
        """Close at once; whatever the provider was doing for us it may stop."""
        self._ended = None
        self._close()

    def _close(self) -> None:
        self._owner.wheel.remove(self)
        if not self.is_closed:
            self.is_closed = True
            self._owner.forget(self)
            if self._transport is not None:
                self._transport.abort()

    def tick(self, now: float) -> None:
        """Give up when the provider has been silent for too long, or does not end what has been read."""
        if self._is_draining:
            if now >= self._deadline:
                self.abort()
        elif self._was_heard or self._is_paused:
            self._was_heard = False
            self._deadline = now + self._idle_seconds
        elif now >= self._deadline:
            if self.heard_anything:
                self._fail(UpstreamFailure("idle_timeout", "The provider fell silent in the middle of its answer."))
            else:
                self._fail(UpstreamFailure("first_byte_timeout", "The provider did not answer in time."))

    def _finish(self) -> None:
        self._owner.wheel.remove(self)
        transport = self._transport
        is_clean = transport is not None and not self.is_closed and not transport.get_write_buffer_size()
        if self._can_be_kept and is_clean:
            self._owner.keep(self)
        else:
            self.abort()

    def _take(self) -> bytes:
        chunks, self._body = self._body, []
        self._buffered = 0
        self._resume()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _resume(self) -> None:
        if self._is_paused and self._transport is not None and not self.is_closed:
            self._is_paused = False
            self._transport.resume_reading()

    def _news(self) -> asyncio.Future[None]:
        """Wait for this until there is more to look at. Raises `UpstreamFailure` when there will be no more."""
        if self._failure is not None:
            raise self._failure
        self._waiter = self._loop.create_future()
        return self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _tell(self) -> None:
        if self._ended is not None:
            ended, self._ended = self._ended, None
            ended()

    def _fail(self, failure: UpstreamFailure) -> None:
        self._failure = self._failure or failure
        self._wake()
        self._close()
        self._tell()

    # --- asyncio.Protocol ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)
        self._mailbox = Mailbox(self._transport)

    def data_received(self, data: bytes) -> None:
        """Parse what came; anything after the end of a response is a breach of protocol."""
        if self.is_complete or not self.served:
            self._can_be_kept = False
            if self.idle_since:
                self.abort()
            return
        self._was_heard = self.heard_anything = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if not self.is_complete:
                self._fail(UpstreamFailure("protocol", "The provider's answer was not valid HTTP."))
            self._can_be_kept = False
        if self.is_complete:
            self._tell()

    def eof_received(self) -> None:
        """The provider will send no more; `connection_lost` follows."""

    def connection_lost(self, _exc: Exception | None) -> None:
        """The socket is closed; a body without a length ends here, any other is cut short."""
        if self.has_headers and not self.is_complete and not self._has_length and not self.is_closed:
            self.on_message_complete()
        if not self.is_complete:
            self._failure = self._failure or UpstreamFailure("dropped", "The provider closed the connection too early.")
            self._wake()
        self._can_be_kept = False
        self._close()
        self._transport = None
        self._tell()

    def pause_writing(self) -> None:
        """The provider does not read."""
        self._is_full = True

    def resume_writing(self) -> None:
        """The provider reads again."""
        self._is_full = False
        self._wake()

    # --- httptools ----------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A response begins; a second one is one that nobody asked for."""
        if self.is_complete:
            self._can_be_kept = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; only those in `NOTED` are kept, and trailers are passed over."""
        if self.has_headers:
            return
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > _MAX_HEAD_BYTES:
            self._fail(UpstreamFailure("too_large", "The provider's headers were too large."))
            return
        name = name.lower()
        if name in _FRAMING:
            self._has_length = True
        elif name in NOTED:
            self.headers[name] = value

    def on_headers_complete(self) -> None:
        """Status and headers are known; informational ones are passed over."""
        status = self._parser.get_status_code()
        if self.is_complete:
            return
        if status < 200:
            self.headers.clear()
            self._has_length = False
            return
        self.status = status
        self.has_headers = True
        if not self._wants_whole:
            self._wake()

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if self._is_draining or self.is_complete:
            return
        self._body.append(data)
        self._buffered += len(data)
        if not self._wants_whole:
            self._wake()
            if self._buffered > _HIGH_WATER and not self._is_paused and self._transport is not None:
                self._is_paused = True
                self._transport.pause_reading()
        elif self._buffered > MAX_WHOLE_BYTES:
            self._fail(UpstreamFailure("too_large", "The provider's answer was too large."))

    def on_message_complete(self) -> None:
        """The response has ended; only here does the parser know whether the connection may be used again."""
        if not self.has_headers or self.is_complete:  # an informational one, or one too many
            return
        self.is_complete = True
        self.ended_at = time.perf_counter()
        self._can_be_kept = bool(self._parser.should_keep_alive()) and self._has_length
        if self._is_draining:
            self._finish()
        else:
            self._wake()
