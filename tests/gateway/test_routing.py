"""Routing is a matter of values: shares, health, and how long a failing channel rests."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.guard import Origin
from guildhall.edge.call import Target
from guildhall.gateway import routing
from guildhall.gateway.routing import HEALTHY, Route, Shares

ORIGIN = Origin("https", "example.org", 443, private=False)


def route(name: str, weight: int = 1) -> Route:
    return Route(Target(name, ORIGIN, name, {}, "m"), weight)


def names(targets: Sequence[Target]) -> list[str]:
    return [target.channel_id for target in targets]


def test_a_channel_is_drawn_as_often_as_its_weight_is_large() -> None:
    routes = [route("a", 3), route("b", 1)]
    firsts = Counter(names(routing.order(Shares(routes), {}, now=0, draws=(draw / 100, 0)))[0] for draw in range(100))
    assert firsts == {"a": 75, "b": 25}


def test_of_two_that_are_drawn_the_one_with_fewer_calls_for_its_weight_is_first() -> None:
    shares = Shares([route("a", 3), route("b", 1)])
    loads = {"a": 8, "b": 3}

    def first(**changes: int) -> str:
        busy = loads | changes
        return names(routing.order(shares, {}, now=0, draws=(0, 0.9), load=lambda target: busy[target.channel_id]))[0]

    assert first() == "a", "8 calls for a weight of 3 are fewer than 3 for a weight of 1"
    assert first(a=10) == "b"
    assert first(a=9) == "a", "where both are as busy, the first that was drawn"


@pytest.mark.parametrize(("a", "b", "first"), [(900, 100, "b"), (900, 700, "a"), (900, 0, "a"), (0, 100, "a")])
def test_of_two_that_are_as_busy_the_one_that_lately_began_to_answer_much_sooner_is_first(
    a: float, b: float, first: str
) -> None:
    paces = {"a": a, "b": b}
    shares = Shares([route("a"), route("b")])
    found = routing.order(shares, {}, now=0, draws=(0, 0.9), pace=lambda target: paces[target.channel_id])
    assert names(found)[0] == first


def test_channels_that_rest_are_the_last_resort_soonest_first() -> None:
    routes = [route("a"), route("b"), route("c")]
    assert names(routing.order(Shares(routes), {"a": 20.0, "b": 15.0}, now=10, draws=(0, 0))) == ["c", "b", "a"]


def test_a_channel_is_back_when_its_time_is_over() -> None:
    assert names(routing.order(Shares([route("a"), route("b")]), {"a": 5.0}, now=10, draws=(0, 0)))[0] == "a"


def test_a_pause_is_a_quarter_shorter_or_longer_by_chance() -> None:
    open_ = replace(HEALTHY, pauses=2)
    pauses = [
        routing.after_failure(open_, now=100.0, failed=1, calls=1, draw=draw).until - 100.0 for draw in (0, 0.5, 0.999)
    ]
    assert pauses == pytest.approx([6, 8, 10], 0.01)


def test_a_rest_of_one_channel_changes_nothing_for_models_that_it_does_not_serve() -> None:
    shares = Shares([route("a"), route("b")])
    assert routing.order(shares, {"c": 20.0}, now=0, draws=(0, 0)) is shares.order(
        (0, 0), routing.idle, routing.unknown
    )


def alike(routes: Sequence[Route], seed: int, **resting: float) -> list[str]:
    return names(routing.order_alike(Shares(routes), resting, now=0, seed=seed.to_bytes(16, "big")))


def test_what_is_alike_goes_to_one_channel_and_weight_counts_over_all_that_is_not() -> None:
    routes = [route("a", 3), route("b", 1)]
    assert {tuple(alike(routes, 7)) for _ in range(20)} == {tuple(alike(routes, 7))}
    firsts = Counter(alike(routes, seed)[0] for seed in range(4000))
    assert 0.72 < firsts["a"] / 4000 < 0.78


def test_when_a_channel_goes_only_what_it_had_moves() -> None:
    routes = [route("a"), route("b"), route("c")]
    for seed in range(200):
        before = alike(routes, seed)
        assert alike(routes[1:], seed) == [name for name in before if name != "a"]
        assert alike(routes, seed, a=5.0) == [*(name for name in before if name != "a"), "a"], "or rests"


def test_what_is_alike_stays_within_the_highest_priority() -> None:
    low = Route(replace(route("low").target, priority=-1), 100)
    assert {alike([route("a"), low, route("b")], seed)[2] for seed in range(50)} == {"low"}


@given(st.lists(st.integers(1, 100), max_size=6), st.floats(0, 1, exclude_max=True), st.data())
def test_every_channel_is_tried_exactly_once(weights: list[int], draw: float, data: st.DataObject) -> None:
    routes = [route(str(number), weight) for number, weight in enumerate(weights)]
    cooling = dict.fromkeys(data.draw(st.sets(st.sampled_from([str(n) for n in range(6)]))), 5.0)
    ordered = names(routing.order(Shares(routes), cooling, now=1, draws=(draw, draw)))
    assert sorted(ordered) == [str(number) for number in range(len(weights))]
