"""Statistics: what a month of a busy hall costs to look at, against adding up its hourly rows each time. On SQLite."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from guildhall.core import schema
from guildhall.core.db import Database, Session
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from guildhall.edge import queries
from guildhall.edge.histogram import bucket_of
from guildhall.gateway.breakdown import Order, breakdown
from guildhall.gateway.overview import overview
from guildhall.gateway.periods import HOUR, Period, period_of
from guildhall.gateway.shares import Shares
from guildhall.gateway.statistics import Wanted

_DAYS = 30
_MOST_SECONDS = 1.0
_ORDER = Order("calls", 20)
_NAIVE = "SELECT model, sum(calls), sum(input_tokens), sum(cost_nano) FROM call_stats WHERE hour >= {} GROUP BY model"
Look = Callable[[Session], Awaitable[Any]]


def run(*, short: bool) -> int:
    """Measure; 1 when the first page takes more than a second of processor time, or a quarter of one in short."""
    rows, most = (100_000, _MOST_SECONDS / 4) if short else (1_000_000, _MOST_SECONDS)
    with TemporaryDirectory() as folder:
        return asyncio.run(_measure(Settings(_env_file=None, data_dir=Path(folder)), rows, most))


async def _measure(settings: Settings, rows: int, most: float) -> int:
    schema.upgrade(settings)
    db = Database(settings)
    now = datetime.now(UTC)
    period = period_of(now - timedelta(days=_DAYS), now, "day", ZoneInfo("Europe/Berlin"), now)
    names = _Names()
    for hour in range(period.since, period.until, HOUR):
        await _fill(db, hour, rows // (_DAYS * 24), names)
    began, hours = time.process_time(), 1
    while await Shares(db).make_next():
        hours += 1
    making = (time.process_time() - began) / hours
    looks = _looks(period, names)
    found = {name: await _cost(db, look) for name, look in looks.items()}
    await db.close()
    print(f"statistics, {rows:,} rows of {_DAYS} days: {making * 1000:.0f} ms for an hour's shares; processor time of")
    for name, seconds in found.items():
        print(f"  {name}: {seconds * 1000:.0f} ms, {found[_ADDED_UP] / seconds:.1f} times less than {_ADDED_UP}")
    return int(found[_FIRST_PAGE] > most)


_ADDED_UP, _FIRST_PAGE = "adding up the rows", "the first page"


def _looks(period: Period, names: "_Names") -> dict[str, Look]:
    anyone, model, channel = Wanted(), Wanted(model=names.models[0]), Wanted(channel=names.channels[0])

    async def first_page(session: Session) -> None:
        await overview(session, period, anyone, "USD")
        await breakdown(session, period, anyone, "model", _ORDER, "USD")

    return {
        _ADDED_UP: lambda session: session.execute(text(_NAIVE.format(period.since))),
        _FIRST_PAGE: first_page,
        "the overview": lambda session: overview(session, period, anyone, "USD"),
        "the overview of a model": lambda session: overview(session, period, model, "USD"),
        "the breakdown by user": lambda session: breakdown(session, period, anyone, "user", _ORDER, "USD"),
        "the breakdown by key": lambda session: breakdown(session, period, anyone, "key", _ORDER, "USD"),
        "the models of a channel": lambda session: breakdown(session, period, channel, "model", _ORDER, "USD"),
    }


class _Names:
    """A hundred models, fifty users with two keys each, five channels."""

    def __init__(self) -> None:
        self.models = [f"vendor/model-{number}" for number in range(100)]
        self.users = [new_id("us") for _ in range(50)]
        self.keys = {user: [new_id("key") for _ in range(2)] for user in self.users}
        self.channels = [new_id("ch") for _ in range(5)]

    def draw(self) -> tuple[str, str, str, str]:
        """User, key, channel and model of some call."""
        user = random.choice(self.users)
        return user, random.choice(self.keys[user]), random.choice(self.channels), random.choice(self.models)


async def _fill(db: Database, hour: int, rows: int, names: _Names) -> None:
    """Five calls for each row of that hour."""
    places = sorted({names.draw() for _ in range(rows)})
    times = Counter(
        (hour, place[2], place[3], measure, bucket_of(int(random.lognormvariate(14.5, 0.8))))
        for place in places
        for measure in ("total", "ttft")
        for _ in range(5)
    )
    async with db.write() as session:
        await queries.add_stats(
            session, [(hour, *place, 5, 0, 0, 900, 90, 300, 30, 10**6, 0, 10**7) for place in places]
        )
        await queries.add_times(session, sorted((*place, calls) for place, calls in times.items()))


async def _cost(db: Database, look: Look) -> float:
    """The least processor time of three looks, in seconds."""
    costs = []
    for _ in range(3):
        began = time.process_time()
        async with db.read() as session:
            await look(session)
        costs.append(time.process_time() - began)
    return min(costs)
