"""Routing: which channel a call goes to first, and how long one that failed is left alone. Values in, values out."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from guildhall.edge.call import Target

_FAILURES_BEFORE_COOLING = 3
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0
_BEHIND = 1_000  # more than two channels' priorities can be apart


@dataclass(frozen=True, slots=True)
class Route:
    """One place where a model can be called, and its share of the calls among those of its priority."""

    target: Target
    weight: float = 1
    priority: int = 0


class Shares:
    """The routes of one model in the order they are tried in, and every such order while all are well.

    Higher priorities come first; a lower one is for when none of a higher one could answer. Within one, heavier first.
    """

    __slots__ = ("_bounds", "_orders", "routes")

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = sorted(routes, key=lambda route: (-route.priority, -route.weight))
        best = [route for route in self.routes if route.priority == self.routes[0].priority]
        self._bounds = list(accumulate(route.weight for route in best))
        self._orders = [_first(route, self.routes) for route in best]

    def order(self, draw: float) -> Sequence[Target]:
        """One of the best drawn by weight, then the others; `draw` is random, from 0 up to 1."""
        return self._orders[bisect(self._bounds, draw * self._bounds[-1])] if self._orders else ()


@dataclass(frozen=True, slots=True)
class Health:
    """How a lane has fared lately."""

    failures: int = 0
    cool_until: float = 0.0


HEALTHY = Health()


def order(shares: Shares, cooling: Mapping[str, float], *, now: float, draw: float) -> Sequence[Target]:
    """Where to try, in order: one drawn by weight, then heavier ones; those that cool are the last resort.

    `cooling` says until when a lane, or a lane's model, cools; `draw` is random, from 0 up to 1.
    """
    if not cooling:
        return shares.order(draw)
    until = {id(route): _cool_until(route.target, cooling) for route in shares.routes}
    healthy = [route for route in shares.routes if until[id(route)] <= now]
    resting = [route for route in shares.routes if until[id(route)] > now]
    resting.sort(key=lambda route: until[id(route)])
    return [*Shares(healthy).order(draw), *(route.target for route in resting)]


def _cool_until(target: Target, cooling: Mapping[str, float]) -> float:
    return max(cooling.get(target.lane, 0.0), cooling.get(target.spot, 0.0))


def _first(first: Route, routes: Sequence[Route]) -> list[Target]:
    """One, then the others as they come: heavier ones first."""
    return [first.target, *[route.target for route in routes if route is not first]]


def after_failure(health: Health, *, now: float) -> Health:
    """A channel fails three times in a row before it is left alone, then for 2, 4, 8… at most 60 seconds."""
    failures = health.failures + 1
    if failures < _FAILURES_BEFORE_COOLING:
        return Health(failures, health.cool_until)
    pause = _FIRST_PAUSE_SECONDS * 2.0 ** min(failures - _FAILURES_BEFORE_COOLING, 10)
    return Health(failures, now + min(pause, _LONGEST_PAUSE_SECONDS))


def with_fallbacks(
    routes: Mapping[str, Sequence[Route]], fallbacks: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[Route]]:
    """Routes by model, with those of a model's fallbacks behind its own; fallbacks of fallbacks do not count."""
    found = dict(routes)
    for model, names in fallbacks.items():
        later = [
            Route(route.target, route.weight, route.priority - step * _BEHIND)
            for step, name in enumerate(names, start=1)
            for route in routes.get(name, ())
        ]
        if later:
            found[model] = [*routes.get(model, ()), *later]
    return found
