"""Routing: which channel a call goes to first, and how long one that failed is left alone. Values in, values out."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from guildhall.edge.call import Target

_FAILURES_BEFORE_COOLING = 3
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Route:
    """One channel that serves a model, and its share of the calls."""

    target: Target
    weight: int = 1


class Shares:
    """The channels of one model, heavier ones first, and every order that calls try them in while all are well."""

    __slots__ = ("_bounds", "_orders", "routes")

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = routes
        self._bounds = list(accumulate(route.weight for route in routes))
        self._orders = [_first(route, routes) for route in routes]

    def order(self, draw: float) -> Sequence[Target]:
        """One drawn by weight, then the others; `draw` is random, from 0 up to 1."""
        return self._orders[bisect(self._bounds, draw * self._bounds[-1])] if self._orders else ()


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel has fared lately."""

    failures: int = 0
    cool_until: float = 0.0


HEALTHY = Health()


def order(shares: Shares, cooling: Mapping[str, float], *, now: float, draw: float) -> Sequence[Target]:
    """Channels to try, in order: one drawn by weight, then heavier ones; those that cool are the last resort.

    `cooling` says until when a channel cools; `draw` is random, from 0 up to 1.
    """
    if not cooling:
        return shares.order(draw)
    healthy = [route for route in shares.routes if cooling.get(route.target.channel_id, 0.0) <= now]
    resting = [route for route in shares.routes if cooling.get(route.target.channel_id, 0.0) > now]
    resting.sort(key=lambda route: cooling[route.target.channel_id])
    return [*Shares(healthy).order(draw), *(route.target for route in resting)]


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
