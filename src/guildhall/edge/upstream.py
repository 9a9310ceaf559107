"""Upstreams: a pool for each channel's origin, one TLS context and one wheel for all."""

import asyncio
import functools
import ssl
from collections.abc import Iterable

from guildhall.edge.call import Target
from guildhall.edge.outbox import Outbox
from guildhall.edge.pool import Pool
from guildhall.edge.wheel import Wheel

_SWEEP_SECONDS = 10.0
_POOL_LIMIT = 2000


class Upstreams:
    """Every connection to providers that this process holds."""

    def __init__(self, wheel: Wheel, *, tls: ssl.SSLContext | None = None, limit: int = _POOL_LIMIT) -> None:
        self.wheel = wheel
        self.outbox = Outbox()
        self._limit = limit
        self._tls = functools.cache(lambda: tls or ssl.create_default_context())
        self._pools: dict[str, Pool] = {}
        self._sweeper: asyncio.TimerHandle | None = None

    def pool(self, target: Target) -> Pool:
        """The pool of a channel; a channel whose address changes gets a new one."""
        pool = self._pools.get(target.pool)
        if pool is None:
            pool = self._pools[target.pool] = Pool(target.origin, self.wheel, self.outbox, self._tls, limit=self._limit)
            if self._sweeper is None:
                self._sweep()
        return pool

    def in_use(self, target: Target) -> int:
        """How many calls this process has under way at a target's channel."""
        pool = self._pools.get(target.pool)
        return 0 if pool is None else pool.in_use

    def keep_only(self, targets: Iterable[Target]) -> None:
        """Let go of pools that no channel uses any more."""
        wanted = {target.pool for target in targets}
        for key in [key for key in self._pools if key not in wanted]:
            self._pools.pop(key).close()

    def drop(self, target: Target) -> None:
        """Let go of one pool; the next call to its channel makes a new one."""
        pool = self._pools.pop(target.pool, None)
        if pool is not None:
            pool.close()

    def close(self) -> None:
        """Close every connection and stop the wheel."""
        self.keep_only(())
        self.wheel.stop()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def _sweep(self) -> None:
        for pool in self._pools.values():
            pool.sweep()
        self._sweeper = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep)
