"""Sums of calls: what every minute and hour adds up to, each call counted once whatever happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.errors import UnavailableError
from guildhall.core.guard import Origin
from guildhall.core.ids import new_id
from guildhall.edge import queries
from guildhall.edge.call import Call, Caller, CallRow, Target
from guildhall.edge.endpoints import CHAT
from guildhall.edge.tables import CallStat, CallTime
from guildhall.edge.tally import HOUR, MINUTE, Tally
from guildhall.edge.usage import Usage
from tests.gateway.providers import eventually
from tests.services.product import Running

ORIGIN = Origin("https", "example.org", 443, private=False)
COST = 23
BASE = 1_700_000_000_000_000 // 3_600_000_000 * 3_600_000_000


def row(
    at: int = BASE,
    *,
    channel: str | None = "ch_1",
    status: int = 200,
    tokens: tuple[int, int] = (3, 2),
    cost: int | None = None,
) -> CallRow:
    """A call as it is stored."""
    call = Call(CHAT)
    call.at, call.model = at, "m"
    call.target = Target(channel, ORIGIN, channel, {}, "m") if channel else None
    call.caller = Caller("us_1", None)
    call.usage = Usage(tokens[0], 0, tokens[1], 0)
    call.ended(status)
    call.close()
    call.total_seconds = 0.5
    found = call.row()
    return (*found[:COST], cost, *found[COST + 1 :])


def test_a_batch_is_summed_by_minute_and_hour() -> None:
    rows = [row(cost=7), row(status=502), row(status=429), row(BASE + 60_000_000, cost=8)]
    rows.append(row(channel=None, status=404, tokens=(0, 0)))
    start = BASE // 1_000_000
    assert Tally(rows).sums() == [
        (MINUTE, start, "", 1, 0, 1, 0, 0, 500_000, 0, 0),
        (MINUTE, start, "ch_1", 3, 1, 1, 9, 6, 1_500_000, 7, 2),
        (MINUTE, start + 60, "ch_1", 1, 0, 0, 3, 2, 500_000, 8, 0),
        (HOUR, start, "", 1, 0, 1, 0, 0, 500_000, 0, 0),
        (HOUR, start, "ch_1", 4, 1, 1, 12, 8, 2_000_000, 15, 2),
    ]


@given(
    st.lists(
        st.builds(
            row,
            st.integers(BASE, BASE + 10**11),
            channel=st.sampled_from([None, "ch_1", "ch_2"]),
            status=st.sampled_from([200, 400, 499, 500, 502]),
            tokens=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
            cost=st.none() | st.integers(0, 10**12),
        ),
        max_size=40,
    )
)
def test_minutes_and_hours_agree_and_lose_nothing(rows: list[CallRow]) -> None:
    sums = Tally(rows).sums()
    for column in range(3, 11):
        minutes, hours = (sum(one[column] for one in sums if one[0] == period) for period in (MINUTE, HOUR))
        assert minutes == hours
    assert sum(one[3] for one in sums if one[0] == HOUR) == len(rows)
    assert len({one[:3] for one in sums}) == len(sums)


async def test_batches_add_up_in_the_database(db: Database) -> None:
    channel = new_id("ch")
    rows = [row(channel=channel), row(channel=channel, status=500)]
    for _ in range(3):
        async with db.write() as session:
            await queries.add_sums(session, Tally(rows).sums())
    async with db.read() as session:
        found = await queries.sums_by_channel(session, period=HOUR, since=BASE // 1_000_000)
        assert (channel, 6, 3) in found
        async with db.write() as writing:
            await queries.trim_sums(writing, period=MINUTE, before=BASE // 1_000_000 + 60)
    async with db.read() as session:
        left = await queries.sums_by_channel(session, period=MINUTE, since=BASE // 1_000_000)
        assert channel not in {one[0] for one in left}
        kept = await queries.sums_by_channel(session, period=HOUR, since=BASE // 1_000_000)
        assert channel in {one[0] for one in kept}


async def test_a_batch_that_is_stored_twice_is_summed_once(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database may have stored a batch although the answer never came: the recorder tries again with more."""
    gateway, channel = server.app.hall.gateway, new_id("ch")

    async def is_idle() -> bool:
        return not len(gateway.recorder)

    await eventually(is_idle)  # the calls of other tests are stored
    rows = [row(channel=channel) for _ in range(5)]
    await gateway.store.add(rows[:3])
    write = gateway.store._db.write

    class Lost:
        """A transaction that commits, and says that it did not."""

        async def __aenter__(self) -> Any:
            self.inner = write()
            return await self.inner.__aenter__()

        async def __aexit__(self, *problem: Any) -> None:
            await self.inner.__aexit__(*problem)
            raise UnavailableError("database_unavailable", "The database does not answer.")

    monkeypatch.setattr(gateway.store._db, "write", Lost)
    with pytest.raises(UnavailableError):
        await gateway.store.add(rows[3:4])
    monkeypatch.undo()
    await gateway.store.add(rows[3:])
    async with server.app.hall.db.read() as session:
        found = await queries.sums_by_channel(session, period=HOUR, since=BASE // 1_000_000)
        stats = (await session.scalars(select(CallStat).where(CallStat.channel_id == channel))).all()
        times = (await session.scalars(select(CallTime).where(CallTime.channel_id == channel))).all()
    assert (channel, 5, 0) in found
    assert [(stat.calls, stat.input_tokens, stat.unpriced) for stat in stats] == [(5, 15, 5)]
    assert [(time.measure, time.calls) for time in times] == [("total", 5)]
