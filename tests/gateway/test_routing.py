"""Routing is a matter of values: shares, health, and how long a failing channel rests."""

from collections import Counter
from collections.abc import Sequence

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
    firsts = Counter(names(routing.order(Shares(routes), {}, now=0, draw=draw / 100))[0] for draw in range(100))
    assert firsts == {"a": 75, "b": 25}


def test_channels_that_cool_are_the_last_resort_soonest_first() -> None:
    routes = [route("a"), route("b"), route("c")]
    assert names(routing.order(Shares(routes), {"a": 20.0, "b": 15.0}, now=10, draw=0)) == ["c", "b", "a"]


def test_a_channel_is_back_when_its_time_is_over() -> None:
    assert names(routing.order(Shares([route("a"), route("b")]), {"a": 5.0}, now=10, draw=0))[0] == "a"


def test_the_third_failure_in_a_row_begins_a_pause_that_doubles_up_to_a_minute() -> None:
    health, pauses = HEALTHY, []
    for _ in range(10):
        health = routing.after_failure(health, now=100.0)
        pauses.append(max(0.0, health.cool_until - 100.0))
    assert pauses == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


@given(st.lists(st.integers(1, 100), max_size=6), st.floats(0, 1, exclude_max=True), st.data())
def test_every_channel_is_tried_exactly_once(weights: list[int], draw: float, data: st.DataObject) -> None:
    routes = [route(str(number), weight) for number, weight in enumerate(weights)]
    cooling = dict.fromkeys(data.draw(st.sets(st.sampled_from([str(n) for n in range(6)]))), 5.0)
    ordered = names(routing.order(Shares(routes), cooling, now=1, draw=draw))
    assert sorted(ordered) == [str(number) for number in range(len(weights))]
