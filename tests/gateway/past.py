"""A week long ago, for tests of statistics: calls are stored in it as the gateway stores them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge import queries as edge_queries
from guildhall.edge.call import CallRow
from guildhall.edge.tally import Tally
from guildhall.edge.usage import Usage
from guildhall.gateway import shares
from guildhall.gateway.shares import Shares

_fortnights = count()


@dataclass
class Past:
    """A week long ago that belongs to one test alone."""

    db: Database
    user: str
    since: datetime = field(
        default_factory=lambda: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=14 * next(_fortnights))
    )
    model: str = field(default_factory=lambda: new_id("m"))

    async def store(self, *rows: CallRow) -> None:
        """Store calls as the gateway does."""
        tally = Tally(rows)
        async with self.db.write() as session:
            stats = tally.stats()
            await shares.take_back(session, (stat[0] for stat in stats), int(datetime.now(UTC).timestamp()))
            await edge_queries.add_stats(session, stats)
            await edge_queries.add_times(session, tally.times())

    def call(
        self,
        hours: float = 0,
        *,
        user: str | None = None,
        key: str | None = None,
        channel: str | None = "ch_past",
        model: str | None = None,
        status: int = 200,
        usage: Usage | None = None,
        cost: int | None = None,
        seconds: float = 0.5,
    ) -> CallRow:
        """A call so many hours after the week began."""
        tokens: tuple[int | None, ...] = (None, None, None, None)
        if usage is not None:
            tokens = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
        at = int((self.since + timedelta(hours=hours)).timestamp() * 1e6)
        return (
            new_id("call"), at, key, user or self.user, channel, model or self.model, "/v1/chat/completions", False,
            status, None, int(seconds * 1e6), int(seconds * 5e5), 100, *tokens, False, 1, "127.0.0.1", None, None, None,
            cost, None,
        )  # fmt: skip

    def ask(self, days: int = 7, **more: Any) -> dict[str, Any]:
        """The query of this week."""
        return {"since": self.since.isoformat(), "until": (self.since + timedelta(days=days)).isoformat(), **more}


async def made(db: Database) -> None:
    """Make all shares that are missing."""
    while await Shares(db).make_next():
        pass
