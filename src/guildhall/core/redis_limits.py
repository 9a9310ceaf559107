"""Limits shared through Redis, decided there by one script, so that replicas agree to the last request."""

import time
from collections.abc import Sequence

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from guildhall.core.limits import Charge, Decision, MemoryLimiter

_ALONE_SECONDS = 1.0  # until it asks again: a Redis that is silent must not slow every request down
_log = structlog.get_logger("guildhall.limits")

# KEYS: subjects. ARGV: interval * cost, interval and seconds of each, then 1 to charge in any case. Times are Redis's
# own, so that replicas agree.
_SCRIPT = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local passes, waits, left, after = ARGV[#KEYS * 3 + 1] == '1', {}, {}, {}
local longest = 0
for i, key in ipairs(KEYS) do
  local cost, interval, seconds = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local known = math.min(tonumber(redis.call('GET', key) or now), now + seconds) -- a clock may have been set back
  local arrival = math.max(known, now) + cost
  local wait = math.max(0, arrival - seconds - now)
  longest = math.max(longest, wait)
  waits[i] = tostring(wait)
  left[i] = math.floor((seconds - (arrival - now)) / interval + 1e-6)
  after[i] = arrival
end
if longest > 1e-6 and not passes then return {waits, left} end
for i, key in ipairs(KEYS) do
  if after[i] > now then
    redis.call('SET', key, string.format('%.6f', after[i]), 'PX', math.ceil((after[i] - now) * 1000) + 1)
  else
    redis.call('DEL', key)
  end
end
return {waits, left}
"""


class RedisLimiter:
    """Decides for all processes on one Redis. When Redis is away each process decides by itself, and says so."""

    def __init__(self, url: str, *, namespace: str) -> None:
        # Callers wait for one of a few connections rather than open hundreds.
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=16, timeout=1, socket_timeout=1)
        self._redis: redis.Redis = redis.Redis.from_pool(pool)
        self._script = self._redis.register_script(_SCRIPT)
        self._prefix = f"guildhall:{namespace}:limit:"
        self._own = MemoryLimiter()
        self._is_alone = False
        self._alone_until = 0.0

    async def take(self, charges: Sequence[Charge]) -> Decision:
        decision = await self._decide(charges, is_settling=False)
        return await self._own.take(charges) if decision is None else decision

    async def settle(self, charges: Sequence[Charge]) -> None:
        if await self._decide(charges, is_settling=True) is None:
            await self._own.settle(charges)

    async def _decide(self, charges: Sequence[Charge], *, is_settling: bool) -> Decision | None:
        """What Redis says; None when it is away."""
        if time.monotonic() < self._alone_until:
            return None
        keys = [self._prefix + charge.subject for charge in charges]
        numbers = [
            number
            for charge in charges
            for number in (charge.limit.interval * charge.cost, charge.limit.interval, charge.limit.seconds)
        ]
        try:
            waits, left = await self._script(keys=keys, args=[*numbers, int(is_settling)])
        except (RedisError, OSError) as error:
            if not self._is_alone:
                _log.warning("limits_decided_alone", error=str(error))
            self._is_alone = True
            self._alone_until = time.monotonic() + _ALONE_SECONDS
            return None
        self._is_alone = False
        return Decision(tuple(map(float, waits)), tuple(map(int, left)))

    async def stop(self) -> None:
        await self._redis.aclose()
