"""A search finds exactly what a look at every call would, page by page, however early it has to stop."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete

from guildhall.core.db import Database
from guildhall.core.ids import first_id, milliseconds_of, new_id
from guildhall.edge import call_search, queries
from guildhall.edge.call_queries import Place, Wanted
from guildhall.edge.call_search import search
from guildhall.edge.tables import Call, CallStat, CallSum
from guildhall.edge.tally import Tally

pytestmark = pytest.mark.slow  # they store many calls

BEGIN = 1_000_000_800_000_000  # a quiet hour, long ago
HOUR_US = 3_600_000_000
ERA = Wanted(since=BEGIN, until=BEGIN + 60 * HOUR_US)
CODES = {429: "rate_limit_exceeded", 502: "upstream_error", 504: "upstream_timeout"}
MEANT: dict[str, Callable[[dict[str, Any]], bool]] = {
    "everything": lambda _: True,
    "user": lambda row: row["user_id"] == "us_s1",
    "key": lambda row: row["key_id"] == "key_s2",
    "model": lambda row: row["model"] == "m1",
    "made-up model": lambda row: row["model"] == "made-up",
    "channel": lambda row: row["channel_id"] == "ch_s0",
    "failed": lambda row: row["status"] >= 500,
    "refused by": lambda row: 400 <= row["status"] < 500 and row["channel_id"] == "ch_s1",
    "ok of a user": lambda row: row["status"] < 400 and row["user_id"] == "us_s2",
    "code": lambda row: row["code"] == "upstream_timeout",
    "text": lambda row: "too LONG".lower() in (row["message"] or "").lower(),
    "status of a user": lambda row: row["status"] == 502 and row["user_id"] == "us_s0",
    "session": lambda row: row["session_id"] == "se_s1",
    "stream": lambda row: row["stream"] and row["endpoint"] == "/v1/messages",
    "part of the time": lambda row: BEGIN + 5 * HOUR_US <= row["at"] < BEGIN + 9 * HOUR_US and row["model"] == "m2",
}
WANTED = {
    "everything": ERA,
    "user": replace(ERA, user_id="us_s1"),
    "key": replace(ERA, key_id="key_s2"),
    "model": replace(ERA, model="m1"),
    "made-up model": replace(ERA, model="made-up"),
    "channel": replace(ERA, channel_id="ch_s0"),
    "failed": replace(ERA, outcome="failed"),
    "refused by": replace(ERA, outcome="refused", channel_id="ch_s1"),
    "ok of a user": replace(ERA, outcome="ok", user_id="us_s2"),
    "code": replace(ERA, code="upstream_timeout"),
    "text": replace(ERA, text="too LONG"),
    "status of a user": replace(ERA, status=502, user_id="us_s0"),
    "session": replace(ERA, session_id="se_s1"),
    "stream": replace(ERA, stream=True, endpoint="/v1/messages"),
    "part of the time": Wanted(since=BEGIN + 5 * HOUR_US, until=BEGIN + 9 * HOUR_US, model="m2"),
}
COLUMNS = [column.name for column in Call.__table__.columns]


def made(number: int, draw: random.Random) -> dict[str, Any]:
    """A call of some hour; its id was made a moment before its time was taken."""
    at = BEGIN + draw.choice([0, 1, 2, 5, 6, 7, 8, 30, 59]) * HOUR_US + draw.choice([0, draw.randrange(HOUR_US)])
    user, status = draw.randrange(3), draw.choice([200] * 12 + [429, 502, 504])
    model = draw.choice(["m0", "m1", "m2", "made-up"])
    return dict.fromkeys(COLUMNS) | {
        "id": f"{first_id('call', at // 1000 - draw.randrange(2))}{number:016}",
        "at": at,
        "user_id": f"us_s{user}",
        "key_id": draw.choice([None, f"key_s{user}"]),
        "channel_id": None if model == "made-up" else f"ch_s{draw.randrange(2)}",
        "model": model,
        "endpoint": draw.choice(["/v1/chat/completions", "/v1/messages"]),
        "stream": draw.random() < 0.3,
        "status": status,
        "code": CODES.get(status),
        "message": "It took too long." if status == 504 else None,
        "total_us": 1000,
        "overhead_us": 10,
        "estimated": False,
        "attempts": 1,
        "address": "127.0.0.1",
        "session_id": draw.choice([None, None, "se_s1"]),
    }


@pytest_asyncio.fixture
async def calls(db: Database) -> AsyncIterator[list[dict[str, Any]]]:
    """Six hundred calls, with what they add up to."""
    draw = random.Random(7)
    rows = [made(number, draw) for number in range(600)]
    stored = [tuple(row[name] for name in COLUMNS) for row in rows]
    tally = Tally(stored, {"m0", "m1", "m2"})
    async with db.write() as session:
        await queries.add_calls(session, stored)
        await queries.add_sums(session, tally.sums())
        await queries.add_stats(session, tally.stats())
    yield rows
    end = ERA.until or 0
    async with db.write() as session:
        await session.execute(delete(Call).where(Call.at < end))
        await session.execute(delete(CallSum).where(CallSum.starts < end // 1_000_000))
        await session.execute(delete(CallStat).where(CallStat.hour < end // 1_000_000))


async def every_page(db: Database, wanted: Wanted, *, limit: int, seconds: float) -> tuple[list[str], int]:
    """Ids of all that is found, and how often the search stopped early."""
    found: list[str] = []
    early = 0
    before: Place | None = None
    while True:
        async with db.read() as session:
            page = await search(session, wanted, before=before, limit=limit, seconds=seconds)
        found += [call.id for call in page.calls]
        if page.next is None:
            return found, early
        assert before is None or page.next < before
        early += len(page.calls) < limit
        before = page.next


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize(("limit", "seconds"), [(7, 60.0), (200, 60.0), (7, -1.0)])
async def test_pages_hold_what_is_meant_in_order_and_once(
    db: Database,
    calls: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    limit: int,
    seconds: float,
) -> None:
    monkeypatch.setattr(call_search, "_SLICE", 11)
    monkeypatch.setattr(call_search, "_HOURS", (1, 3))
    found, early = await every_page(db, WANTED[name], limit=limit, seconds=seconds)
    meant = sorted((row["at"], row["id"]) for row in calls if MEANT[name](row))
    assert len(found) == len(set(found))
    assert set(found) == {call_id for _, call_id in meant}
    assert seconds > 0 or early > 0 or name in {"everything", "user", "session", "code"}
    by_id = sorted(found, reverse=True)
    by_time = [call_id for _, call_id in reversed(meant)]
    assert found in (by_id, by_time)


async def test_newer_than_a_call_is_what_began_later(db: Database, calls: list[dict[str, Any]]) -> None:
    ids = sorted(row["id"] for row in calls)
    async with db.read() as session:
        page = await search(session, replace(ERA, after=ids[-6]), before=None, limit=50)
        assert [call.id for call in page.calls] == ids[:-6:-1]
        assert (await search(session, replace(ERA, after=ids[-1]), before=None, limit=50)).calls == []


def test_ids_tell_when_they_were_made() -> None:
    made_now = new_id("call")
    moment = milliseconds_of(made_now)
    assert moment is not None
    assert first_id("call", moment) <= made_now < first_id("call", moment + 1)
    assert [milliseconds_of(odd) for odd in ("", "call_", "call_x", "call_" + "u" * 26)] == [None] * 4
