"""Pools: the open connections of one channel, the one used last first, never more than a bound."""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable

from guildhall.core import guard
from guildhall.core.guard import Origin
from guildhall.edge.connection import Connection
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.outbox import Outbox
from guildhall.edge.wheel import Wheel

_IDLE_SECONDS = 50.0


class Pool:
    """Connections to one origin. LIFO, so that a quiet channel lets the others grow old and close."""

    def __init__(
        self, origin: Origin, wheel: Wheel, outbox: Outbox, tls: Callable[[], ssl.SSLContext], *, limit: int
    ) -> None:
        self.origin = origin
        self.wheel = wheel
        self.outbox = outbox
        self._tls = tls
        self._limit = limit
        self._is_closed = False
        self._open = 0
        self._idle: deque[Connection] = deque()
        self._queue: deque[asyncio.Future[Connection | None]] = deque()

    @property
    def in_use(self) -> int:
        """Connections that carry a call."""
        return self._open - len(self._idle)

    def take(self) -> Connection | None:
        """A connection that is open and idle, if there is one."""
        while self._idle:
            connection = self._idle.pop()
            connection.idle_since = 0.0
            if not connection.is_closed:
                return connection
        return None

    async def connect(self, seconds: float) -> Connection:
        """A new connection; when the pool is full, the next one that is given back. Raises `UpstreamFailure`."""
        deadline = time.monotonic() + seconds
        while self._open >= self._limit:
            waited = await self._wait(deadline - time.monotonic())
            if waited is not None and not waited.is_closed:
                return waited
        self._open += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._open_one()
        except TimeoutError:
            self._closed_one()
            raise UpstreamFailure("connect_timeout", "The provider could not be reached in time.") from None
        except BaseException:
            self._closed_one()
            raise

    def keep(self, connection: Connection) -> None:
        """Take back a connection that can be used again."""
        while self._queue:
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return
        if self._is_closed:
            connection.abort()
            return
        connection.idle_since = time.monotonic()
        self._idle.append(connection)

    def forget(self, connection: Connection) -> None:
        """A connection has closed."""
        if connection.idle_since:
            connection.idle_since = 0.0
            self._idle.remove(connection)
        self._closed_one()

    def sweep(self) -> None:
        """Close what has been idle for long; the oldest are at the left."""
        now = time.monotonic()
        while self._idle and now - self._idle[0].idle_since > _IDLE_SECONDS:
            self._idle[0].abort()

    def close(self) -> None:
        """Close every idle connection; those in use close when they are given back."""
        self._is_closed = True
        while self._idle:
            self._idle[0].abort()

    def _closed_one(self) -> None:
        self._open -= 1
        self._wake_one()

    def _wake_one(self) -> None:
        """There is room for one more: whoever has waited longest may connect."""
        while self._queue and self._open < self._limit:
            waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    async def _wait(self, seconds: float) -> Connection | None:
        waiting: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._queue.append(waiting)
        try:
            async with asyncio.timeout(seconds):
                return await waiting
        except BaseException as error:
            self._pass_on(waiting)
            if isinstance(error, TimeoutError):
                raise UpstreamFailure("busy", "The channel's connections are all in use.") from None
            raise

    def _pass_on(self, waiting: "asyncio.Future[Connection | None]") -> None:
        """Somebody waits no more, perhaps in the very turn in which it was handed a connection or a place."""
        if waiting.cancel() or waiting.cancelled():
            return
        connection = waiting.result()
        if connection is None:
            self._wake_one()
        elif not connection.is_closed:
            self.keep(connection)

    async def _open_one(self) -> Connection:
        """Connect to the first checked address that answers, saying the name so that certificates can be checked."""
        origin = self.origin
        loop = asyncio.get_running_loop()
        is_tls = origin.scheme == "https"
        for address in await _addresses_of(origin):
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(self),
                    address,
                    origin.port,
                    ssl=self._tls() if is_tls else None,
                    server_hostname=origin.host if is_tls else None,
                )
            except ssl.SSLError:
                raise UpstreamFailure("tls", "No secure connection could be made to the provider.") from None
            except ConnectionRefusedError:
                failure = UpstreamFailure("refused", "The provider refused the connection.")
            except OSError:
                failure = UpstreamFailure("unreachable", "The provider could not be reached.")
            else:
                return connection
        raise failure


async def _addresses_of(origin: Origin) -> list[str]:
    try:
        return await guard.resolve(origin)
    except guard.AddressError as error:
        raise UpstreamFailure(error.reason, error.message) from None
