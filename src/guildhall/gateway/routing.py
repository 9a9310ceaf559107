"""Routing: which channel a call goes to first, and when one that fails is left alone. Values in, values out."""

import hashlib
import math
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from guildhall.edge.call import Target

_FAILURES_IN_A_ROW = 3
_CALLS_TO_JUDGE = 10
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0
_JITTER = 0.25
# How many calls are under way at a place.
Load = Callable[[Target], int]
# Microseconds to the first token there, lately; 0 where that is not known.
Pace = Callable[[Target], float]
_QUICKER = 0.75  # less is noise, and would take the weights' place
_BEHIND = 1_000  # more than two channels' priorities can be apart


@dataclass(frozen=True, slots=True)
class Route:
    """One place where a model can be called, and its share of the calls among those of its priority."""

    target: Target
    weight: float = 1


class Shares:
    """The routes of one model in the order they are tried in, and every such order while all are well.

    Higher priorities come first; a lower one is for when none of a higher one could answer. Within one, heavier first.
    """

    __slots__ = ("_bounds", "_orders", "_weights", "is_sticky", "names", "only", "routes")

    def __init__(self, routes: Sequence[Route], *, is_sticky: bool = False) -> None:
        self.is_sticky = is_sticky
        """Whether `order_alike` is wanted."""
        self.routes = sorted(routes, key=lambda route: (-route.target.priority, -route.weight))
        targets = [route.target for route in self.routes]
        self.names = frozenset(name for target in targets for name in (target.lane, target.spot))
        """What rests is named so."""
        best = [route for route in self.routes if route.target.priority == self.routes[0].target.priority]
        self._weights = [route.weight for route in best]
        self._bounds = list(accumulate(self._weights))
        self._orders = [_first(route, self.routes) for route in best]
        self.only = self._orders[0] if len(self._orders) == 1 else None
        """The order while all are well, where there is but one."""

    def order(self, draws: tuple[float, float], load: Load, pace: Pace) -> Sequence[Target]:
        """The less busy, for its weight, of two of the best that are drawn by weight; then the others.

        Of two that are as busy, the one that lately began to answer much sooner.
        """
        orders, bounds = self._orders, self._bounds
        if len(orders) < 2:
            return orders[0] if orders else ()
        one, other = bisect(bounds, draws[0] * bounds[-1]), bisect(bounds, draws[1] * bounds[-1])
        if one == other:
            return orders[one]
        first, second = orders[one][0], orders[other][0]
        gap = load(second) / self._weights[other] - load(first) / self._weights[one]
        is_second = gap < 0 or (gap == 0 and 0 < pace(second) < _QUICKER * pace(first))
        return orders[other if is_second else one]


@dataclass(frozen=True, slots=True)
class Health:
    """How a lane, or a model there, has fared lately."""

    failures: int = 0
    """In a row."""
    pauses: int = 0
    """In a row; while there are any, it has to answer a call before it is well."""
    until: float = 0.0
    """When it may be asked again."""


HEALTHY = Health()


def idle(_target: Target) -> int:
    """The load of who has nothing to do."""
    return 0


def unknown(_target: Target) -> float:
    """The pace of who has not been asked yet."""
    return 0.0


def order(
    shares: Shares,
    resting: Mapping[str, float],
    *,
    now: float,
    draws: tuple[float, float],
    load: Load = idle,
    pace: Pace = unknown,
) -> Sequence[Target]:
    """Where to try, in order: the less busy of two drawn by weight, then heavier ones; those that rest come last.

    `resting` says until when a lane, or a lane's model, rests; `draws` are random, from 0 up to 1.

    Source: Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (2001).
    """
    if shares.names.isdisjoint(resting):
        return shares.order(draws, load, pace)
    ready, later = _parted(shares.routes, resting, now)
    return [*Shares(ready).order(draws, load, pace), *later]


def order_alike(shares: Shares, resting: Mapping[str, float], *, now: float, seed: bytes) -> Sequence[Target]:
    """The same order for the same `seed`, where all are well; those that rest come last. Weight counts over all seeds.

    When a channel comes or goes, only those seeds move that it gains or loses.

    Source: Thaler and Ravishankar, Using Name-Based Mappings to Increase Hit Rates (1998), weighted as by Schindelhauer
    and Schomaker, Weighted Distributed Hash Tables (2005).
    """
    ready, later = _parted(shares.routes, resting, now)
    ready.sort(key=lambda route: (-route.target.priority, _distance(route, seed)))
    return [*(route.target for route in ready), *later]


def _distance(route: Route, seed: bytes) -> float:
    """Of all routes, one is nearest to as many seeds as its weight has it."""
    drawn = hashlib.blake2b(route.target.lane.encode(), key=seed, digest_size=8).digest()
    return -math.log((int.from_bytes(drawn, "big") + 1) / 2**64) / route.weight


def _parted(routes: Sequence[Route], resting: Mapping[str, float], now: float) -> tuple[list[Route], list[Target]]:
    """Routes that may be asked, and places that rest, those that are due first."""
    until = {id(route): _rests_until(route.target, resting) for route in routes}
    later = [route for route in routes if until[id(route)] > now]
    later.sort(key=lambda route: until[id(route)])
    return [route for route in routes if until[id(route)] <= now], [route.target for route in later]


def _rests_until(target: Target, resting: Mapping[str, float]) -> float:
    return max(resting.get(target.lane, 0.0), resting.get(target.spot, 0.0))


def _first(first: Route, routes: Sequence[Route]) -> list[Target]:
    """One, then the others as they come: heavier ones first."""
    return [first.target, *[route.target for route in routes if route is not first]]


def after_failure(health: Health, *, now: float, failed: int, calls: int, draw: float) -> Health:
    """One more failure: the third in a row begins a pause, or any where more than half of ten calls have failed.

    `failed` of `calls` that have ended lately did. A call that was to find out whether it is well begins the next
    pause. They last 2, 4, 8… at most 60 seconds, a quarter more or less as `draw` has it, which is random, below 1: the
    servers of a house do not all come back at the same moment.
    """
    failures = health.failures + 1
    is_failing = failures >= _FAILURES_IN_A_ROW or (calls >= _CALLS_TO_JUDGE and 2 * failed > calls)
    if not (health.pauses or is_failing):
        return replace(health, failures=failures)
    seconds = min(_FIRST_PAUSE_SECONDS * 2.0 ** min(health.pauses, 10), _LONGEST_PAUSE_SECONDS)
    return Health(failures, health.pauses + 1, now + seconds * (1 - _JITTER + 2 * _JITTER * draw))


def with_fallbacks(
    routes: Mapping[str, Sequence[Route]], fallbacks: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[Route]]:
    """Routes by model, with those of a model's fallbacks behind its own; fallbacks of fallbacks do not count."""
    found = dict(routes)
    for model, names in fallbacks.items():
        later = [
            Route(replace(route.target, priority=route.target.priority - step * _BEHIND), route.weight)
            for step, name in enumerate(names, start=1)
            for route in routes.get(name, ())
        ]
        if later:
            found[model] = [*routes.get(model, ()), *later]
    return found
