"""Shares of an hour: made once it is over, taken back by calls that come late, and gone when they are old."""

from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import func, select

from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.edge.tables import CallShare, CallShareHour, CallShareTime, CallStat
from guildhall.gateway.shares import Shares, settled_before
from guildhall.operations.retention.kinds import together
from guildhall.operations.retention.queries import SECOND, kind_of
from tests.gateway.past import Past, made
from tests.gateway.providers import eventually

PAGE = "/api/v1/gateway/statistics"


async def calls_of(admin: httpx.AsyncClient, past: Past, place: str = "") -> int:
    answer = await admin.get(PAGE + place, params=past.ask(model=past.model))
    return int(answer.json()["totals"]["calls"])


async def shares_of(past: Past) -> list[tuple[str, int]]:
    """(kind of name, calls) of what is made of the test's own week."""
    since = int(past.since.timestamp())
    hours = (CallShare.hour >= since) & (CallShare.hour < since + 7 * 86_400)
    statement = select(CallShare.shared_by, func.sum(CallShare.calls)).where(hours).group_by(CallShare.shared_by)
    async with past.db.read() as session:
        return [(kind, int(calls)) for kind, calls in await session.execute(statement.order_by(CallShare.shared_by))]


async def test_every_call_is_shared_out_by_each_kind_of_name(past: Past) -> None:
    await past.store(past.call(), past.call(1, key="key_1"), past.call(1, channel=None, status=404))
    assert await shares_of(past) == []
    await made(past.db)
    assert await shares_of(past) == [("channel", 3), ("key", 3), ("model", 3), ("user", 3)]
    async with past.db.read() as session:
        timed = select(CallShareTime.shared_by, CallShareTime.measure).where(CallShareTime.name == past.model)
        assert {tuple(row) for row in await session.execute(timed)} == {("model", "total"), ("model", "ttft")}


async def test_calls_that_come_late_are_counted_once(admin: httpx.AsyncClient, past: Past) -> None:
    await past.store(past.call(), past.call(5))
    await made(past.db)
    assert (await calls_of(admin, past), await calls_of(admin, past, "/channels")) == (2, 2)
    await past.store(past.call(), past.call(6))
    assert (await calls_of(admin, past), await calls_of(admin, past, "/channels")) == (4, 4)
    for _ in range(2):
        await made(past.db)
        assert (await calls_of(admin, past), await calls_of(admin, past, "/channels")) == (4, 4)
    assert dict(await shares_of(past))["model"] == 4


async def test_the_present_hour_is_left_alone(db: Database) -> None:
    """It may still get calls, and so may the last one for a few minutes."""
    await made(db)
    async with db.read() as session:
        last = await session.scalar(select(func.max(CallShareHour.hour)).where(CallShareHour.is_current))
    assert last is not None
    assert last + 3600 == settled_before(int(now().timestamp()))
    assert last + 3600 + 900 <= now().timestamp()
    assert not await Shares(db).make_next()


async def test_a_job_makes_them_by_the_clock(admin: httpx.AsyncClient, past: Past) -> None:
    await past.store(past.call())
    schedules = (await admin.get("/api/v1/operations/schedules")).json()
    assert [one["cron"] for one in schedules if one["name"] == "gateway.shares"] == ["20 * * * *"]
    assert (await admin.post("/api/v1/operations/schedules/gateway.shares/run")).status_code < 300

    async def are_made() -> bool:
        return dict(await shares_of(past)).get("user") == 1

    await eventually(are_made, 20)


async def test_shares_go_with_the_statistics_that_they_are_of(db: Database, past: Past) -> None:
    past.since = datetime(1999, 1, 4, tzinfo=UTC)  # before whatever other tests do
    await past.store(past.call(), past.call(1))
    await made(db)
    kind = together(
        "call_stats", *(kind_of("call_stats", hour, unit=SECOND) for hour in (CallStat.hour, CallShare.hour))
    )
    end = past.since + timedelta(days=1)
    async with db.write() as session:
        amount = await kind.measure(session, end)
        assert (amount.rows, amount.oldest) == (2 + 8, past.since)
        assert [await kind.remove(session, end, 4) for _ in range(3)] == [4, 4, 2]
        assert (await kind.measure(session, end)).rows == 0
