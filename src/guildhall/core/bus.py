"""The bus: carries copies of events from the process where they happened to every process where somebody listens.

The log in the database is the truth; a listener that the bus has failed (or overrun) reads on from there.
"""

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from guildhall.core.ids import new_id
from guildhall.core.settings import Settings

_log = structlog.get_logger("guildhall.bus")
_OUTBOX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as stored: the `seq`-th of its stream."""

    stream: str
    seq: int
    type: str
    body: dict[str, Any]
    at: datetime


# Called with each event of a stream, or with None when events may have been missed.
Listener = Callable[[LoggedEvent | None], None]


class Bus(Protocol):
    """Fan-out of committed events; `publish` never blocks and never raises."""

    def publish(self, event: LoggedEvent) -> None:
        """Hand a committed event to every listener of its stream, in every process."""

    def listening(self, stream: str, listener: Listener) -> contextlib.AbstractContextManager[None]:
        """Call `listener` with the stream's events while the context lasts."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Disconnect."""

    async def ping(self) -> None:
        """Raise OSError or RedisError when the bus reaches only this process although it should reach more."""


class MemoryBus:
    """Listeners of one process."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def publish(self, event: LoggedEvent) -> None:
        self._deliver(event.stream, event)

    @contextlib.contextmanager
    def listening(self, stream: str, listener: Listener) -> Iterator[None]:
        self._listeners.setdefault(stream, set()).add(listener)
        try:
            yield
        finally:
            self._listeners[stream].discard(listener)
            if not self._listeners[stream]:
                del self._listeners[stream]

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to disconnect."""

    async def ping(self) -> None:
        """Always well: nothing lies between publisher and listener."""

    def _deliver(self, stream: str, event: LoggedEvent | None) -> None:
        for listener in tuple(self._listeners.get(stream, ())):
            listener(event)

    def _missed(self) -> None:
        for stream in tuple(self._listeners):
            self._deliver(stream, None)


class RedisBus(MemoryBus):
    """Listeners of many processes, over Redis Pub/Sub.

    After every reconnection all listeners are told that they may have missed something.
    """

    def __init__(self, url: str, *, namespace: str) -> None:
        super().__init__()
        self._redis: redis.Redis = redis.Redis.from_url(url, health_check_interval=15)
        self._prefix = f"guildhall:{namespace}:"
        self._origin = new_id("bus")
        self._outbox: deque[LoggedEvent] = deque(maxlen=_OUTBOX_LIMIT)
        self._filled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def publish(self, event: LoggedEvent) -> None:
        super().publish(event)
        self._outbox.append(event)
        self._filled.set()

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def ping(self) -> None:
        await self._redis.ping()

    async def _send(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                batch = [self._outbox.popleft() for _ in range(min(len(self._outbox), 200))]
                try:
                    await self._send_batch(batch)
                except (RedisError, OSError) as error:
                    _log.warning("bus_send_failed", error=str(error), waiting=len(self._outbox))
                    self._outbox.extendleft(reversed(batch))
                    await asyncio.sleep(1)

    async def _send_batch(self, batch: list[LoggedEvent]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for event in batch:
                pipeline.publish(self._prefix + event.stream, orjson.dumps([self._origin, asdict(event)]))
            await pipeline.execute()

    async def _receive(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.psubscribe(f"{self._prefix}*")
                    self._missed()
                    async for message in pubsub.listen():
                        if message["type"] == "pmessage":
                            self._arrived(message["data"])
            except (RedisError, OSError) as error:
                _log.warning("bus_receive_failed", error=str(error))
            await asyncio.sleep(1)

    def _arrived(self, payload: bytes) -> None:
        origin, fields = orjson.loads(payload)
        if origin != self._origin:
            at = datetime.fromisoformat(fields.pop("at"))
            self._deliver(fields["stream"], LoggedEvent(**fields, at=at))


def create_bus(settings: Settings) -> Bus:
    """The bus that the settings ask for."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return MemoryBus()
    namespace = hashlib.sha256(settings.database_url.encode()).hexdigest()[:8]
    return RedisBus(url, namespace=namespace)
