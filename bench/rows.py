"""Rows: what it takes to look at calls, and to remove old ones, with ten million of them against a hundred thousand.

On SQLite. The calls of both halls come as densely, so that the larger one goes back further.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bench.verdict import Line, tell
from guildhall.core import schema
from guildhall.core.db import Database, Session
from guildhall.core.ids import first_id, new_id
from guildhall.core.settings import Settings
from guildhall.edge import queries
from guildhall.edge.call import CallRow
from guildhall.edge.call_queries import Wanted
from guildhall.edge.call_search import search
from guildhall.edge.tally import Tally
from guildhall.gateway import retention
from guildhall.gateway import statistics as figures
from guildhall.gateway.overview import overview
from guildhall.gateway.periods import HOUR, period_of

_AN_HOUR = 14_000
_BATCH = 7_000
_PAGE = 50
_LOOKS = 9
_REMOVALS = 41  # the first dozen has pages to find
_MOST = 1.5
_USERS = [new_id("us") for _ in range(50)]
_KEYS = [new_id("key") for _ in range(100)]
_CHANNELS = [new_id("ch") for _ in range(5)]
_MODELS = [f"model-{number}" for number in range(40)]
Look = Callable[[Session], Awaitable[Any]]


def run(*, short: bool) -> int:
    """Measure both; 1 when the larger takes more than half as long again."""
    small, large = (20_000, 200_000) if short else (100_000, 10_000_000)
    few, many = (asyncio.run(_measured(rows)) for rows in (small, large))
    print(f"\nprocessor time with {small:,} rows and with {large:,}")
    for name, seconds in many.items():
        print(f"  {name:<28} {few[name] * 1000:8.2f} ms {seconds * 1000:8.2f} ms")
    return tell([Line(f"{name}, {large:,} / {small:,} rows", many[name] / few[name], _MOST) for name in many])


async def _measured(rows: int) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        schema.upgrade(settings)
        db = Database(settings)
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        await _fill(db, int(now.timestamp()), rows)
        found = {name: await _cost(db, look) for name, look in _looks(now).items()}
        oldest = now - timedelta(hours=rows / _AN_HOUR)
        found["remove the oldest"] = await _removing(db, oldest + timedelta(minutes=20))
        await db.close()
    return found


def _looks(now: datetime) -> dict[str, Look]:
    day = period_of(now - timedelta(hours=1), now, "hour", ZoneInfo("UTC"), now)
    wanted = {
        "the newest": Wanted(),
        "one user's": Wanted(user_id=_USERS[0]),
        "one key's": Wanted(key_id=_KEYS[0]),
        "one model's": Wanted(model=_MODELS[0]),
        "one channel's": Wanted(channel_id=_CHANNELS[0]),
        "what failed": Wanted(outcome="failed"),
        "one error's": Wanted(code="upstream_timeout"),
        "one request's": Wanted(request="nobody-sent-this"),
    }
    looks: dict[str, Look] = {name: _search(each) for name, each in wanted.items()}
    looks["statistics of an hour"] = lambda session: overview(session, day, figures.Wanted(), "USD")
    kinds = {kind.name: kind for kind in retention.kinds()}
    before = now - timedelta(days=400)
    looks["what retention would remove"] = lambda session: kinds["calls"].measure(session, before)
    return looks


def _search(wanted: Wanted) -> Look:
    return lambda session: search(session, wanted, before=None, limit=_PAGE)


async def _fill(db: Database, until: int, rows: int) -> None:
    """Calls at an even pace up to a moment, oldest first."""
    began = until - rows * HOUR // _AN_HOUR
    for first in range(0, rows, _BATCH):
        batch = [
            _row(began * 1_000_000 + number * HOUR * 1_000_000 // _AN_HOUR) for number in range(first, first + _BATCH)
        ]
        tally = Tally(batch, set(_MODELS))
        async with db.write() as session:
            await queries.add_calls(session, batch)
            await queries.add_sums(session, tally.sums())
            await queries.add_stats(session, tally.stats())
            await queries.add_times(session, tally.times())


_numbers = iter(range(10**12))


def _row(at: int) -> CallRow:
    user = random.randrange(50)
    draw = random.random()
    status, code = (
        (502, "upstream_timeout") if draw < 0.001 else (502, "upstream_error") if draw < 0.02 else (200, None)
    )
    call_id = f"{first_id('call', at // 1000)}{next(_numbers):016}"
    return (
        call_id, at, _KEYS[user * 2 + (draw > 0.5)], _USERS[user], random.choice(_CHANNELS), random.choice(_MODELS),
        "/v1/chat/completions", False, status, code, 900_000, 300_000, 300, 900, 0, 300, 0, False, 1, "192.0.2.1", None,
        0, None, 1_000_000, "price", None,
    )  # fmt: skip


async def _cost(db: Database, look: Look) -> float:
    """The middle of several looks, in seconds of processor time."""
    costs = []
    for _ in range(_LOOKS):
        began = time.process_time()
        async with db.read() as session:
            await look(session)
        costs.append(time.process_time() - began)
    return sorted(costs)[_LOOKS // 2]


async def _removing(db: Database, before: datetime) -> float:
    kinds = {kind.name: kind for kind in retention.kinds()}
    costs = []
    for _ in range(_REMOVALS):
        began = time.process_time()
        async with db.write() as session:
            removed = await kinds["calls"].remove(session, before, 100)
        costs.append(time.process_time() - began)
        if removed != 100:
            raise RuntimeError("too few calls to remove")
    return sorted(costs)[_REMOVALS // 2]
