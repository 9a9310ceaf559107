"""Retries are a matter of values: how many a model has, how many a call, and how long the pauses between are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.guard import Origin
from guildhall.edge import retries
from guildhall.edge.call import Target
from guildhall.edge.failures import Reason, UpstreamFailure
from guildhall.edge.lately import Lately
from guildhall.edge.retries import RetryBudget, Tries

ORIGIN = Origin("https", "example.org", 443, private=False)


def target(name: str, priority: int = 0) -> Target:
    return Target(name, ORIGIN, name, {}, "m", priority=priority)


def failure(status: int | None = 500, reason: Reason = "status") -> UpstreamFailure:
    return UpstreamFailure(reason, "It failed.", status=status)


def taken(budget: RetryBudget, now: float, model: str = "m") -> int:
    """How many retries there are."""
    return sum(budget.take(model, now) for _ in range(200))


def test_a_quiet_model_has_ten_retries_in_ten_seconds_and_a_busy_one_a_fifth_of_its_calls() -> None:
    budget = RetryBudget()
    assert taken(budget, 0) == 10
    budget.called("m", 1, 300)
    assert taken(budget, 1) == 50, "a fifth of 300, less the ten that were taken"
    assert taken(budget, 1, "another") == 10
    assert budget.refused == 190 + 150 + 190


def test_retries_come_back_as_time_passes_and_calls_of_long_ago_count_for_none() -> None:
    budget = RetryBudget()
    budget.called("m", 0.5, 1000)
    assert taken(budget, 9.9) == 200
    assert taken(budget, 15) == 0, "the calls are forgotten, the retries are not"
    assert taken(budget, 19.9) == 10


@given(st.lists(st.tuples(st.floats(0, 2), st.sampled_from(["call", "retry"])), max_size=200))
def test_never_more_retries_than_a_fifth_or_ten_in_any_ten_seconds(steps: list[tuple[float, str]]) -> None:
    budget, now = RetryBudget(), 0.0
    calls: list[float] = []
    made: list[float] = []
    for seconds, what in steps:
        now += seconds
        if what == "call":
            budget.called("m", now, 5)
            calls += [now] * 5
        elif budget.take("m", now):
            made.append(now)
            lately = [len([at for at in times if at > now - 10]) for times in (made, calls)]
            assert lately[0] - 1 <= max(10, 0.2 * lately[1]) + 10, "a slot is a second long"


def test_what_was_counted_is_forgotten_slot_by_slot() -> None:
    lately = Lately(10)
    for second in range(5):
        lately.add("a", second + 0.5)
    lately.add("b", 4.5, 3)
    assert [lately.count("a", now) for now in (5, 9.9, 10, 12, 15)] == [5, 5, 4, 2, 0]
    lately.add("a", 16)
    lately.forget("a")
    assert (lately.count("a", 16), lately.count("nobody", 16)) == (0, 0)


def test_a_call_is_tried_three_times_and_twice_among_the_channels_of_one_priority() -> None:
    tries = Tries()
    for name, priority, may in (("a", 5, True), ("b", 5, True), ("c", 5, False), ("d", 0, True), ("e", -9, False)):
        where = target(name, priority)
        assert tries.may_be_made(where) is may
        if may:
            tries.made(where, failure())


@pytest.mark.parametrize(
    ("last", "is_worth_it"),
    [
        (failure(503), True),
        (failure(429), True),
        (failure(None, "refused"), True),
        (failure(None, "first_byte_timeout"), True),
        (failure(401), False),
        (failure(404), False),
        (failure(None, "not_json"), False),
        (failure(200, "error_body"), False),
    ],
)
def test_where_there_is_no_other_channel_the_same_is_asked_again_if_that_may_help(
    last: UpstreamFailure, is_worth_it: bool
) -> None:
    tries = Tries()
    tries.made(alone := target("a"), last)
    assert tries.again() is (alone if is_worth_it else None)
    tries.made(alone, failure())
    assert tries.again() is None, "once"


def test_pauses_double_from_a_tenth_of_a_second_to_two_seconds_and_are_anything_below() -> None:
    assert [retries.pause(number, 0.999999) for number in range(7)] == pytest.approx(
        [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2], 0.01
    )
    assert retries.pause(3, 0.5) == 0.4
    assert retries.pause(10_000, 0) == 0
