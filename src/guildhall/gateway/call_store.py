"""The store of calls: rows with their costs, their failed attempts and what they add up to, in one transaction."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from guildhall.accounts import queries as account_queries
from guildhall.core.db import Database
from guildhall.core.reservations import Amounts, Budget
from guildhall.edge import queries
from guildhall.edge.call import AttemptRow, CallRow
from guildhall.edge.tally import Tally
from guildhall.gateway import shares
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.price_desk import PriceDesk


class CallStore:
    """Stores what the recorder of one process has recorded."""

    def __init__(self, db: Database, directory: LiveDirectory, prices: PriceDesk) -> None:
        self._db = db
        self._directory = directory
        self._prices = prices
        self._is_sure = False
        self.failures: Mapping[str, Sequence[AttemptRow]] = MappingProxyType({})
        """Failed attempts of calls that are not stored yet, by the call's id."""

    async def add(self, rows: Sequence[CallRow]) -> None:
        """One transaction for a batch of calls with their costs and failed attempts, what they add up to, and when keys
        were last used."""
        # After a failure nobody knows whether the last batch was stored: its calls must not be summed up twice.
        is_sure, self._is_sure = self._is_sure, False
        rows = self._prices.priced(rows)
        async with self._db.write() as session:
            stored = set() if is_sure else await queries.stored_calls(session, [str(row[0]) for row in rows])
            await queries.add_calls(session, rows)
            if self.failures:
                await queries.add_attempts(session, self._attempts_of(rows))
            fresh = [row for row in rows if row[0] not in stored] if stored else rows
            tally = Tally(fresh, self._directory.snapshot.models)
            stats = tally.stats()
            await shares.take_back(session, (stat[0] for stat in stats), int(time.time()))
            await queries.add_sums(session, tally.sums())
            await queries.add_stats(session, stats)
            await queries.add_times(session, tally.times())
            await account_queries.touch_keys(session, _last_uses(rows))
        self._is_sure = True

    async def again(self, rows: Sequence[CallRow]) -> None:
        """The same for a batch that may be stored already."""
        self._is_sure = False
        await self.add(rows)

    async def used(self, budget: Budget) -> Amounts:
        """What the statistics know of a budget's use."""
        async with self._db.read() as session:
            return await queries.used(session, budget.subject, since=budget.since)

    def _attempts_of(self, rows: Sequence[CallRow]) -> list[AttemptRow]:
        return [attempt for row in rows for attempt in self.failures.get(str(row[0]), ())]


def _last_uses(rows: Sequence[CallRow]) -> dict[str, datetime]:
    """When each key was last used; rows come in order of time."""
    last = {row[2]: row[1] for row in rows}
    return {
        key_id: datetime.fromtimestamp(at / 1e6, UTC)
        for key_id, at in last.items()
        if isinstance(key_id, str) and isinstance(at, int)
    }
