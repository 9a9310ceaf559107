"""Strangers: addresses that present keys which nobody knows, and keys that are known to be wrong.

An address may try so many a minute; with one more it is blocked for five minutes. That shuts out strangers alone: who
presents a key that is known is never asked from where, since offices share an address.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from guildhall.core.addresses import neighbourhood
from guildhall.core.errors import AppError, ForbiddenError
from guildhall.core.limits import Charge, Limit, Limiter, give_back

BLOCKED_SECONDS = 300.0
_MINUTE = 60.0
_MOST_WRONG = 100_000
_MOST_BLOCKED = 100_000


class Strangers:
    """What one process knows of them; tries are counted by all processes together, where they share a limiter."""

    def __init__(
        self, limiter: Limiter, most_a_minute: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limiter = limiter
        self._most = most_a_minute
        self._clock = clock
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._blocked: OrderedDict[str, float] = OrderedDict()  # until when, in that order

    async def admit(self, address: str) -> Charge:
        """One more try; `forgive` it if it was right after all. Raises `ForbiddenError` for an address that is, or now
        becomes, blocked."""
        place = neighbourhood(address)
        until = self._blocked.get(place, 0.0)
        if until > self._clock():
            raise self._refusal(until)
        charge = Charge(f"stranger:{place}", Limit(self._most(), _MINUTE))
        if not (await self._limiter.take([charge])).is_allowed:
            raise self._refusal(self._block(place))
        return charge

    async def forgive(self, charge: Charge) -> None:
        """It was right: do not count it."""
        await give_back(self._limiter, charge)

    def is_wrong(self, digest: bytes) -> bool:
        """Whether the database is known not to have a key with this digest. Keys are made at random, so none will."""
        if digest not in self._wrong:
            return False
        self._wrong.move_to_end(digest)
        return True

    def found_wrong(self, digest: bytes) -> None:
        """The database has no such key."""
        self._wrong[digest] = None
        if len(self._wrong) > _MOST_WRONG:
            self._wrong.popitem(last=False)

    def blocked(self) -> int:
        """How many addresses are blocked now."""
        now = self._clock()
        while self._blocked and next(iter(self._blocked.values())) <= now:
            self._blocked.popitem(last=False)
        return len(self._blocked)

    def _block(self, place: str) -> float:
        until = self._clock() + BLOCKED_SECONDS
        self._blocked[place] = until
        self._blocked.move_to_end(place)
        if self.blocked() > _MOST_BLOCKED:
            self._blocked.popitem(last=False)
        return until

    def _refusal(self, until: float) -> AppError:
        error = ForbiddenError(
            "ip_blocked", "Too many wrong API keys came from this address; keys that are right still work."
        )
        error.headers["retry-after"] = str(max(1, round(until - self._clock())))
        return error
