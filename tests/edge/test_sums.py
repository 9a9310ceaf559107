"""Sums of calls: what every minute and hour adds up to, each call counted once whatever happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.db import Database
from guildhall.core.errors import UnavailableError
from guildhall.core.ids import new_id
from guildhall.edge import queries
from guildhall.edge.call import Call, Caller, CallRow, Usage
from guildhall.edge.sums import HOUR, MINUTE, sums_of
from tests.services.product import Running

BASE = 1_700_000_000_000_000 // 3_600_000_000 * 3_600_000_000


def row(
    at: int = BASE, *, channel: str | None = "ch_1", status: int = 200, tokens: tuple[int, int] = (3, 2)
) -> CallRow:
    """A call as it is stored."""
    call = Call("/v1/chat/completions")
    call.at, call.channel_id, call.model = at, channel, "m"
    call.caller = Caller("us_1", None)
    call.usage = Usage(tokens[0], 0, tokens[1], 0)
    call.ended(status)
    call.close()
    call.total_seconds = 0.5
    return call.row()


def test_a_batch_is_summed_by_minute_and_hour() -> None:
    rows = [row(), row(status=502), row(status=429), row(BASE + 60_000_000), row(channel=None, status=404)]
    start = BASE // 1_000_000
    assert sums_of(rows) == [
        (MINUTE, start, "", 1, 0, 1, 3, 2, 500_000),
        (MINUTE, start, "ch_1", 3, 1, 1, 9, 6, 1_500_000),
        (MINUTE, start + 60, "ch_1", 1, 0, 0, 3, 2, 500_000),
        (HOUR, start, "", 1, 0, 1, 3, 2, 500_000),
        (HOUR, start, "ch_1", 4, 1, 1, 12, 8, 2_000_000),
    ]


@given(
    st.lists(
        st.builds(
            row,
            st.integers(BASE, BASE + 10**11),
            channel=st.sampled_from([None, "ch_1", "ch_2"]),
            status=st.sampled_from([200, 400, 499, 500, 502]),
            tokens=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
        ),
        max_size=40,
    )
)
def test_minutes_and_hours_agree_and_lose_nothing(rows: list[CallRow]) -> None:
    sums = sums_of(rows)
    for column in range(3, 9):
        minutes, hours = (sum(one[column] for one in sums if one[0] == period) for period in (MINUTE, HOUR))
        assert minutes == hours
    assert sum(one[3] for one in sums if one[0] == HOUR) == len(rows)
    assert len({one[:3] for one in sums}) == len(sums)


async def test_batches_add_up_in_the_database(db: Database) -> None:
    channel = new_id("ch")
    rows = [row(channel=channel), row(channel=channel, status=500)]
    for _ in range(3):
        async with db.write() as session:
            await queries.add_sums(session, sums_of(rows))
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
    rows = [row(channel=channel) for _ in range(5)]
    await gateway._store(rows[:3])
    write = gateway._db.write

    class Lost:
        """A transaction that commits, and says that it did not."""

        async def __aenter__(self) -> Any:
            self.inner = write()
            return await self.inner.__aenter__()

        async def __aexit__(self, *problem: Any) -> None:
            await self.inner.__aexit__(*problem)
            raise UnavailableError("database_unavailable", "The database does not answer.")

    monkeypatch.setattr(gateway._db, "write", Lost)
    with pytest.raises(UnavailableError):
        await gateway._store(rows[3:4])
    monkeypatch.undo()
    await gateway._store(rows[3:])
    async with server.app.hall.db.read() as session:
        found = await queries.sums_by_channel(session, period=HOUR, since=BASE // 1_000_000)
    assert (channel, 5, 0) in found
