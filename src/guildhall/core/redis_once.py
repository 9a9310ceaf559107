"""Once for all processes on one Redis, decided there by scripts, so that replicas never do a thing twice.

A name holds `<` seal holder while somebody is at it, for `_HELD_SECONDS` that a live holder renews, and `>` seal result
afterwards. What results take up is counted for each period of ten minutes and bounded.
"""

import asyncio
import time
from collections.abc import Awaitable

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from guildhall.core.once import BUSY, MINE, MOST_BYTES, OTHER, Claim, Found, MemoryOnce
from guildhall.core.tasks import end

_HELD_SECONDS = 30
_PERIOD_SECONDS = 600
_ALONE_SECONDS = 1.0  # until it asks again: a Redis that is silent must not slow every request down
_SEAL_BYTES = 32
_log = structlog.get_logger("guildhall.once")

# KEYS: name. ARGV: what a claim is written as, milliseconds. Gives what was there already.
_BEGIN = """
local found = redis.call('GET', KEYS[1])
if not found then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return found
"""
# KEYS: name, bytes of this period. ARGV: the claim, the result, milliseconds, most bytes, seconds to count for.
_FINISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local held = redis.call('INCRBY', KEYS[2], string.len(ARGV[2]))
redis.call('EXPIRE', KEYS[2], ARGV[5])
if held > tonumber(ARGV[4]) then
  redis.call('DECRBY', KEYS[2], string.len(ARGV[2]))
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"


class RedisOnce:
    """Decides for all processes on one Redis. When Redis is away each process decides by itself, and says so."""

    def __init__(self, url: str, *, namespace: str, most_bytes: int = MOST_BYTES) -> None:
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=16, timeout=1, socket_timeout=1)
        self._redis: redis.Redis = redis.Redis.from_pool(pool)
        self._begin, self._finish, self._drop, self._renew = map(
            self._redis.register_script, (_BEGIN, _FINISH, _DROP, _RENEW)
        )
        self._prefix = f"guildhall:{namespace}:once:"
        self._most_bytes = most_bytes
        self._own = MemoryOnce()
        self._held: set[Claim] = set()  # in Redis
        self._is_alone = False
        self._alone_until = 0.0
        self._renewing: asyncio.Task[None] | None = None

    async def begin(self, claim: Claim) -> Found:
        if time.monotonic() < self._alone_until:
            return await self._own.begin(claim)
        try:
            found = await self._begin([self._key(claim)], [_written(claim), _HELD_SECONDS * 1000])
        except (RedisError, OSError) as error:
            self._alone(error)
            return await self._own.begin(claim)
        self._is_alone = False
        if found is None:
            self._held.add(claim)
            self._renewing = self._renewing or asyncio.create_task(self._keep(), name="once")
            return MINE
        if found[1 : _SEAL_BYTES + 1] != claim.seal:
            return OTHER
        return BUSY if found[:1] == b"<" else Found("done", found[_SEAL_BYTES + 1 :])

    async def finish(self, claim: Claim, result: bytes, *, seconds: float) -> None:
        if claim not in self._held:
            await self._own.finish(claim, result, seconds=seconds)
            return
        self._held.discard(claim)
        period = f"{self._prefix}bytes:{int(time.time()) // _PERIOD_SECONDS}"
        value = b">" + claim.seal + result
        given: list[bytes | int] = [_written(claim), value, int(seconds * 1000), self._most_bytes, 2 * _PERIOD_SECONDS]
        await self._try(self._finish([self._key(claim), period], given))

    async def drop(self, claim: Claim) -> None:
        if claim in self._held:
            self._held.discard(claim)
            await self._try(self._drop([self._key(claim)], [_written(claim)]))
        else:
            await self._own.drop(claim)

    async def stop(self) -> None:
        if self._renewing is not None:
            await end(self._renewing)
        await self._redis.aclose()

    async def _keep(self) -> None:
        """Hold on to what is held here, until cancelled."""
        while True:
            await asyncio.sleep(_HELD_SECONDS / 3)
            for claim in tuple(self._held):
                await self._try(self._renew([self._key(claim)], [_written(claim), _HELD_SECONDS * 1000]))

    async def _try(self, asked: Awaitable[object]) -> None:
        """Without Redis a claim runs out by itself."""
        try:
            await asked
        except (RedisError, OSError) as error:
            self._alone(error)

    def _alone(self, error: Exception) -> None:
        if not self._is_alone:
            _log.warning("once_decided_alone", error=str(error))
        self._is_alone = True
        self._alone_until = time.monotonic() + _ALONE_SECONDS

    def _key(self, claim: Claim) -> str:
        return self._prefix + claim.name


def _written(claim: Claim) -> bytes:
    return b"<" + claim.seal + claim.holder.encode()
