"""Statistics of hours: nothing is lost, nothing counted twice, and made-up names take no room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge import queries
from guildhall.edge.call import CallRow
from guildhall.edge.histogram import BOUNDS, BUCKETS, bucket_of, percentile
from guildhall.edge.tables import CallStat, CallTime
from guildhall.edge.tally import Tally
from guildhall.edge.usage import Usage

HOUR = 1_700_000_000_000_000 // 3_600_000_000 * 3_600_000_000
COST, PRICE = 23, 24


def row(
    at: int = HOUR,
    *,
    user: str = "us_1",
    channel: str | None = "ch_1",
    model: str = "m",
    status: int = 200,
    usage: Usage | None = None,
    cost: int | None = None,
    total_us: int = 5000,
) -> CallRow:
    """A call as it is stored."""
    tokens: tuple[int | None, ...] = (None, None, None, None)
    if usage is not None:
        tokens = (usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
    written = usage.cache_write_tokens if usage else None
    return (
        new_id("call"), at, "key_1", user, channel, model, "/v1/chat/completions", False, status, None, total_us, 2000,
        100, *tokens, False, 1, "127.0.0.1", None, written, None, cost, None,
    )  # fmt: skip


def test_an_hour_is_summed_by_who_where_and_what() -> None:
    usage = Usage(10, 4, 5, 2)
    rows = [
        row(usage=usage, cost=7),
        row(HOUR + 3_599_999_999, usage=usage, cost=8),
        row(usage=usage),
        row(status=502),
        row(status=429),
        row(HOUR + 3_600_000_000),
        row(user="us_2"),
    ]
    start = HOUR // 1_000_000
    assert Tally(rows, {"m"}).stats() == [
        (start, "us_1", "key_1", "ch_1", "m", 5, 1, 1, 30, 12, 15, 6, 15, 1, 25_000),
        (start, "us_2", "key_1", "ch_1", "m", 1, 0, 0, 0, 0, 0, 0, 0, 0, 5000),
        (start + 3600, "us_1", "key_1", "ch_1", "m", 1, 0, 0, 0, 0, 0, 0, 0, 0, 5000),
    ]


def test_names_that_nobody_serves_are_one() -> None:
    rows = [row(channel=None, model=f"made-up-{number}", status=404) for number in range(50)]
    rows += [row(channel=None, model="m", status=429), row(model="left")]
    assert [(each[3], each[4], each[5]) for each in Tally(rows, {"m"}).stats()] == [
        ("", "", 50),
        ("", "m", 1),
        ("ch_1", "left", 1),
    ]


def test_only_answered_calls_are_timed() -> None:
    rows = [row(), row(total_us=5_000_000), row(status=500), row(channel=None, status=404)]
    start = HOUR // 1_000_000
    assert Tally(rows).times() == [
        (start, "ch_1", "m", "total", bucket_of(5000), 1),
        (start, "ch_1", "m", "total", bucket_of(5_000_000), 1),
        (start, "ch_1", "m", "ttft", bucket_of(2000), 2),
    ]


@given(
    st.lists(
        st.builds(
            row,
            st.integers(HOUR, HOUR + 10**11),
            user=st.sampled_from(["us_1", "us_2"]),
            channel=st.sampled_from([None, "ch_1"]),
            model=st.sampled_from(["m", "n"]),
            status=st.sampled_from([200, 400, 502]),
            usage=st.none() | st.builds(Usage, *[st.integers(0, 10**6)] * 4),
            cost=st.none() | st.integers(0, 10**12),
            total_us=st.integers(0, 10**10),
        ),
        max_size=40,
    )
)
def test_statistics_lose_nothing(rows: list[CallRow]) -> None:
    stats = Tally(rows, {"m"}).stats()
    assert sum(each[5] for each in stats) == len(rows)
    assert sum(each[12] for each in stats) == sum(each[COST] or 0 for each in rows)  # type: ignore[misc]
    assert len({each[:5] for each in stats}) == len(stats)
    timed = sum(each[5] for each in Tally(rows).times() if each[3] == "total")
    assert timed == sum(each[8] == 200 and each[4] is not None for each in rows)


def test_buckets_grow_by_the_same_share() -> None:
    assert len(BOUNDS) == BUCKETS - 1
    assert list(BOUNDS) == sorted(set(BOUNDS))
    assert (BOUNDS[0], BOUNDS[6], BOUNDS[-1] > 1_800_000_000) == (1000, 10_000, True)
    assert [bucket_of(time) for time in (0, 999, 1000, BOUNDS[-1] - 1, BOUNDS[-1], 10**12)] == [0, 0, 1, 38, 39, 39]


@given(st.lists(st.integers(1, 1_800_000_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_right_to_within_a_bucket(times: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for time in times:
        counts[bucket_of(time)] = counts.get(bucket_of(time), 0) + 1
    found = percentile(counts, share)
    place = max(0, -(-len(times) * share // 1) - 1) if share < 1 else len(times) - 1
    exact = sorted(times)[int(place)]
    assert found is not None
    assert abs(bucket_of(found) - bucket_of(exact)) <= 1


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile({}, 0.5) is None


@pytest.mark.parametrize("times", [1, 3])
async def test_statistics_add_up_in_the_database(db: Database, times: int) -> None:
    channel = new_id("ch")
    rows = [row(channel=channel, usage=Usage(1, 0, 2, 0), cost=5), row(channel=channel, status=500)]
    for _ in range(times):
        async with db.write() as session:
            await queries.add_stats(session, Tally(rows).stats())
            await queries.add_times(session, Tally(rows).times())
            await queries.add_stats(session, [])
    start = HOUR // 1_000_000
    async with db.read() as session:
        stat = await session.get(CallStat, (start, "us_1", "key_1", channel, "m"))
        time = await session.get(CallTime, (start, channel, "m", "total", bucket_of(5000)))
    assert stat is not None
    assert time is not None
    figures = (stat.calls, stat.errors, stat.input_tokens, stat.output_tokens, stat.cost_nano, time.calls)
    assert figures == (2 * times, times, times, 2 * times, 5 * times, times)
