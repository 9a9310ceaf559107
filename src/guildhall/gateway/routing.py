"""Routing: which channel a call goes to first, and how long one that failed is left alone. Values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guildhall.edge.call import Target

_FAILURES_BEFORE_COOLING = 3
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Route:
    """One channel that serves a model, and its share of the calls."""

    target: Target
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel has fared lately."""

    failures: int = 0
    cool_until: float = 0.0


HEALTHY = Health()


def order(routes: Sequence[Route], cooling: Mapping[str, float], *, now: float, draw: float) -> list[Target]:
    """Channels to try, in order: one drawn by weight, then heavier ones; those that cool are the last resort.

    `routes` come heavier ones first; `cooling` says until when a channel cools; `draw` is random, from 0 up to 1.
    """
    if not cooling:
        return _drawn_first(routes, draw)
    healthy = [route for route in routes if cooling.get(route.target.channel_id, 0.0) <= now]
    resting = [route for route in routes if cooling.get(route.target.channel_id, 0.0) > now]
    resting.sort(key=lambda route: cooling[route.target.channel_id])
    return [*_drawn_first(healthy, draw), *(route.target for route in resting)]


def _drawn_first(routes: Sequence[Route], draw: float) -> list[Target]:
    """One drawn by weight, then the others as they come: heavier ones first."""
    if len(routes) < 2:
        return [route.target for route in routes]
    first = drawn(routes, draw)
    return [first.target, *[route.target for route in routes if route is not first]]


def drawn(routes: Sequence[Route], draw: float) -> Route:
    """One route, each as likely as its weight is large."""
    point = draw * sum([route.weight for route in routes])
    for route in routes:
        point -= route.weight
        if point < 0:
            return route
    return routes[-1]


def after_failure(health: Health, *, now: float) -> Health:
    """A channel fails three times in a row before it is left alone, then for 2, 4, 8… at most 60 seconds."""
    failures = health.failures + 1
    if failures < _FAILURES_BEFORE_COOLING:
        return Health(failures, health.cool_until)
    pause = _FIRST_PAUSE_SECONDS * 2.0 ** min(failures - _FAILURES_BEFORE_COOLING, 10)
    return Health(failures, now + min(pause, _LONGEST_PAUSE_SECONDS))
