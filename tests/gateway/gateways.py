"""Gateways of the tests' own, beside the product's."""

import contextlib
from collections.abc import AsyncIterator

from guildhall.accounts.ip_gate import IpGate
from guildhall.accounts.tokens import AccessTokens
from guildhall.core.addresses import TrustedProxies
from guildhall.core.db import Database
from guildhall.core.limits import MemoryLimiter
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from guildhall.edge.call import Timeouts
from guildhall.gateway.runtime import Gateway


@contextlib.asynccontextmanager
async def another_gateway(settings: Settings, db: Database, timeouts: Timeouts) -> AsyncIterator[Gateway]:
    """A second gateway on the product's database, as a worker has one."""
    keyring = load_keyring(settings)
    bus = create_bus(settings)
    await bus.start()
    tokens = AccessTokens(keyring)
    made = Gateway(
        settings,
        db=db,
        bus=bus,
        keyring=keyring,
        limiter=MemoryLimiter(),
        tokens=tokens,
        metrics=Metrics(),
        gate=IpGate(db, bus),
        proxies=TrustedProxies(""),
        timeouts=timeouts,
    )
    await made.start()
    yield made
    await made.stop()
    await bus.stop()
