"""Reservations shared through Redis, decided there by one script, so that replicas never overdraw together.

A subject's places are a sorted set of holders by deadline. A budget's account is a hash: `money` and `tokens` used, and
for each holder `deadline money tokens` that it holds. Holders renew their deadlines while they live, so that what a
killed process held is free again after `HELD_SECONDS`.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from guildhall.core.reservations import HELD_SECONDS, WANTS, Amounts, Budget, Claim, MemoryReservations, Refusal, Used
from guildhall.core.tasks import end

_KEPT_SECONDS = 40 * 86_400  # longer than the longest time of a budget but for those without end, which are read again
_RENEW_SECONDS = HELD_SECONDS / 3
_MOST_UNSETTLED = 100_000
_log = structlog.get_logger("guildhall.reservations")

# KEYS: for each claim its places and its account. ARGV: holder, seconds it is held, money and tokens, then for each
# claim its places (empty: not counted), 1 if it has a budget, and the most of money and tokens (empty: no bound).
# Gives {claim, want}, numbered from 1 and 0; {claim, -1} for an account that is not there; {0} when all is granted.
_TAKE = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local holder, ends = ARGV[1], now + tonumber(ARGV[2])
local amounts, fields = {tonumber(ARGV[3]), tonumber(ARGV[4])}, {'money', 'tokens'}
local function held_of(key)
  local held, entries = {0, 0}, redis.call('HGETALL', key)
  for at = 1, #entries, 2 do
    if string.sub(entries[at], 1, 2) == 'h:' then
      local until_, money, tokens = string.match(entries[at + 1], '^(%S+) (%S+) (%S+)$')
      if tonumber(until_) < now then
        redis.call('HDEL', key, entries[at])
      else
        held = {held[1] + tonumber(money), held[2] + tonumber(tokens)}
      end
    end
  end
  return held
end
for i = 1, #KEYS / 2 do
  local at, places, account = 4 + (i - 1) * 4, KEYS[i * 2 - 1], KEYS[i * 2]
  if ARGV[at + 1] ~= '' then
    redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
    if redis.call('ZCARD', places) >= tonumber(ARGV[at + 1]) then return {i, 0} end
  end
  if ARGV[at + 2] == '1' then
    if redis.call('HEXISTS', account, 'money') == 0 then return {i, -1} end
    local held = held_of(account)
    for which = 1, 2 do
      local most = ARGV[at + 2 + which]
      if most ~= '' then
        local used = tonumber(redis.call('HGET', account, fields[which]))
        most = tonumber(most)
        if used >= most or (held[which] > 0 and used + held[which] + amounts[which] > most) then return {i, which} end
      end
    end
  end
end
for i = 1, #KEYS / 2 do
  local at, places, account = 4 + (i - 1) * 4, KEYS[i * 2 - 1], KEYS[i * 2]
  if ARGV[at + 1] ~= '' then
    redis.call('ZADD', places, ends, holder)
    redis.call('EXPIRE', places, math.ceil(tonumber(ARGV[2])) + 1)
  end
  if ARGV[at + 2] == '1' then
    redis.call('HSET', account, 'h:' .. holder, string.format('%.3f', ends) .. ' ' .. ARGV[3] .. ' ' .. ARGV[4])
  end
end
return {0}
"""

# KEYS: as above. ARGV: holder, money, tokens; then 1 for each claim that has a budget.
_SETTLE = """
for i = 1, #KEYS / 2 do
  redis.call('ZREM', KEYS[i * 2 - 1], ARGV[1])
  if ARGV[3 + i] == '1' then
    redis.call('HDEL', KEYS[i * 2], 'h:' .. ARGV[1])
    if redis.call('HEXISTS', KEYS[i * 2], 'money') == 1 then -- else the database will tell, when it is opened anew
      redis.call('HINCRBY', KEYS[i * 2], 'money', ARGV[2])
      redis.call('HINCRBY', KEYS[i * 2], 'tokens', ARGV[3])
    end
  end
end
"""

# KEYS and ARGV: as above, but for amounts seconds: holds for so much longer what is still held.
_RENEW = """
local clock = redis.call('TIME')
local ends = tonumber(clock[1]) + tonumber(clock[2]) / 1e6 + tonumber(ARGV[2])
for i = 1, #KEYS / 2 do
  if redis.call('ZADD', KEYS[i * 2 - 1], 'XX', 'CH', ends, ARGV[1]) == 1 then
    redis.call('EXPIRE', KEYS[i * 2 - 1], math.ceil(tonumber(ARGV[2])) + 1)
  end
  local entry = redis.call('HGET', KEYS[i * 2], 'h:' .. ARGV[1])
  if entry then
    local money, tokens = string.match(entry, '^%S+ (%S+) (%S+)$')
    redis.call('HSET', KEYS[i * 2], 'h:' .. ARGV[1], string.format('%.3f', ends) .. ' ' .. money .. ' ' .. tokens)
  end
end
"""

# KEYS: an account. ARGV: money and tokens used, seconds to keep it.
_OPEN = """
if redis.call('HEXISTS', KEYS[1], 'money') == 0 then
  redis.call('HSET', KEYS[1], 'money', ARGV[1], 'tokens', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
"""


class RedisReservations:
    """Reservations of all processes on one Redis. When Redis is away each process decides by itself, and says so."""

    def __init__(self, url: str, *, namespace: str, used: Used) -> None:
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=16, timeout=1, socket_timeout=1)
        self._redis: redis.Redis = redis.Redis.from_pool(pool)
        self._take, self._settle, self._renew, self._open = map(
            self._redis.register_script, (_TAKE, _SETTLE, _RENEW, _OPEN)
        )
        self._prefix = f"guildhall:{namespace}:"
        self._used = used
        self._own = MemoryReservations(used)
        self._is_alone = False
        self._held: dict[str, Sequence[Claim]] = {}  # by holder, in Redis
        self._unsettled: deque[tuple[str, Sequence[Claim], Amounts]] = deque(maxlen=_MOST_UNSETTLED)
        self._renewing: asyncio.Task[None] | None = None

    async def take(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> Refusal | None:
        asked: list[str | int] = []
        for claim in claims:
            asked += [_text(claim.places), int(claim.budget is not None), *map(_text, _most(claim.budget))]
        try:
            while (said := await self._take(self._keys(claims), [holder, HELD_SECONDS, *amounts, *asked]))[0]:
                index, want = said[0] - 1, said[1]
                budget = claims[index].budget
                if want >= 0 or budget is None:
                    return Refusal(index, WANTS[want])
                used = await self._used(budget)
                await self._open([self._account(budget)], [*used, _KEPT_SECONDS])
        except (RedisError, OSError) as error:
            self._alone(error)
            return await self._own.take(holder, claims, amounts)
        self._is_alone = False
        self._held[holder] = claims
        self._watch()
        return None

    async def settle(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> None:
        if self._held.pop(holder, None) is None:
            await self._own.settle(holder, claims, amounts)
            self._unsettled.append((holder, claims, amounts))  # Redis has to know it, too, once it is back
            return
        try:
            await self._settle_now(holder, claims, amounts)
        except (RedisError, OSError) as error:
            self._alone(error)
            self._unsettled.append((holder, claims, amounts))

    async def stop(self) -> None:
        if self._renewing is not None:
            await end(self._renewing)
        await self._redis.aclose()

    async def _keep(self) -> None:
        """Hold on to what calls under way hold, and settle what could not be settled, until cancelled."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                await self.settle_rest()
                for holder, claims in list(self._held.items()):
                    await self._renew(self._keys(claims), [holder, HELD_SECONDS])
            except (RedisError, OSError) as error:
                self._alone(error)

    async def settle_rest(self) -> None:
        """Tell Redis what it was not there to be told. Raises `RedisError`, `OSError`."""
        while self._unsettled:
            await self._settle_now(*self._unsettled[0])
            self._unsettled.popleft()

    def _watch(self) -> None:
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._keep(), name="reservations")

    async def _settle_now(self, holder: str, claims: Sequence[Claim], amounts: Amounts) -> None:
        budgets = [int(claim.budget is not None) for claim in claims]
        await self._settle(self._keys(claims), [holder, *amounts, *budgets])

    def _alone(self, error: Exception) -> None:
        if not self._is_alone:
            _log.warning("reservations_decided_alone", error=str(error))
            self._own = MemoryReservations(self._used)  # what it knew of an earlier time is old
        self._is_alone = True
        self._watch()

    def _keys(self, claims: Sequence[Claim]) -> list[str]:
        return [
            key
            for claim in claims
            for key in (f"{self._prefix}places:{claim.subject}", self._account(claim.budget) if claim.budget else "-")
        ]

    def _account(self, budget: Budget) -> str:
        return f"{self._prefix}budget:{budget.account}"


def _most(budget: Budget | None) -> tuple[int | None, int | None]:
    return budget.most if budget is not None else (None, None)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
