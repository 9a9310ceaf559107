"""The bus between processes: Redis Pub/Sub, with a full account of what it may have missed."""

import asyncio
from collections import deque
from dataclasses import asdict
from datetime import datetime

import orjson
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from guildhall.core.bus import LoggedEvent, MemoryBus
from guildhall.core.ids import new_id
from guildhall.core.tasks import end

_OUTBOX_LIMIT = 10_000
_LISTEN_SECONDS = 5.0
_SILENT_SECONDS = 25.0
_EVERYONE = "*"  # no stream has this name: what is said there concerns all
_log = structlog.get_logger("guildhall.bus")


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
        self._has_dropped = False
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self.is_alone = True

    def publish(self, event: LoggedEvent) -> None:
        super().publish(event)
        self._has_dropped |= len(self._outbox) == _OUTBOX_LIMIT
        self._outbox.append(event)
        self._filled.set()

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]

    async def stop(self) -> None:
        self._is_stopping = True  # redis-py may forget a cancellation that comes while it writes: see `end`
        await end(*self._tasks)
        await self._redis.aclose()

    async def ping(self) -> None:
        try:
            await self._redis.ping()
        except RedisError as error:
            raise ConnectionError(f"Redis does not answer: {error}.") from None

    async def _send(self) -> None:
        while not self._is_stopping:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox and not self._is_stopping:
                batch = [self._outbox.popleft() for _ in range(min(len(self._outbox), 200))]
                try:
                    await self._send_batch(batch)
                except (RedisError, OSError) as error:
                    _log.warning("bus_send_failed", error=str(error), waiting=len(self._outbox))
                    self._outbox.extendleft(reversed(batch))
                    await asyncio.sleep(1)

    async def _send_batch(self, batch: list[LoggedEvent]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            if self._has_dropped:  # the outbox overran while Redis was away
                pipeline.publish(self._prefix + _EVERYONE, orjson.dumps([self._origin, None]))
            for event in batch:
                pipeline.publish(self._prefix + event.stream, orjson.dumps([self._origin, asdict(event)]))
            await pipeline.execute()
        self._has_dropped = False

    async def _receive(self) -> None:
        while not self._is_stopping:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.psubscribe(f"{self._prefix}*")
                    await self._listen(pubsub)
            except (RedisError, OSError) as error:
                _log.warning("bus_receive_failed", error=str(error))
            self.is_alone = True
            await asyncio.sleep(1)

    async def _listen(self, pubsub: redis.client.PubSub) -> None:
        """Take what arrives. A connection that says nothing, not even to a ping, is given up."""
        clock = asyncio.get_running_loop().time
        heard_at = clock()
        while clock() - heard_at < _SILENT_SECONDS and not self._is_stopping:
            message = await pubsub.get_message(timeout=_LISTEN_SECONDS)
            if message is None:
                await pubsub.ping()
                continue
            heard_at = clock()
            if message["type"] == "psubscribe":
                self.is_alone = False
                self._missed()
            elif message["type"] == "pmessage":
                self._arrived(message["data"])

    def _arrived(self, payload: bytes) -> None:
        origin, fields = orjson.loads(payload)
        if origin == self._origin:
            return
        if fields is None:
            self._missed()
            return
        at = datetime.fromisoformat(fields.pop("at"))
        self._deliver(fields["stream"], LoggedEvent(**fields, at=at))
