"""States: when an alert begins, fires, is told again and is over. Pure: no clock, no database.

inactive → pending (the condition holds) → firing (it held for long enough) → resolved (it holds no more).

Durations are sums of what a watcher measured between two looks, with a clock that nobody sets, so that neither a jump
of the wall clock nor a pause of the watcher makes an alert fire early, late or twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Word = Literal["fired", "repeated", "resolved"]


@dataclass(frozen=True)
class Condition:
    """What a rule asks for."""

    comparison: Literal["above", "below"]
    threshold: float
    for_seconds: float = 0.0
    repeat_seconds: float = 0.0
    """How often people are told again while it lasts; 0 tells them once."""
    enabled: bool = True
    silenced_until: datetime | None = None

    def holds(self, value: float | None) -> bool:
        """Whether the rule's condition is true of this value; no value is no reason for an alert."""
        if value is None or not self.enabled:
            return False
        return value > self.threshold if self.comparison == "above" else value < self.threshold

    def is_silenced(self, now: datetime) -> bool:
        """Whether nobody is to be told now."""
        return self.silenced_until is not None and now < self.silenced_until


@dataclass(frozen=True)
class Standing:
    """An alert that is open."""

    state: Literal["pending", "firing"]
    held_seconds: float = 0.0
    untold_seconds: float = 0.0
    is_told: bool = False
    is_acknowledged: bool = False


@dataclass(frozen=True)
class Step:
    """What one look changed: the alert as it stands now (None: it is over), and what people are to be told."""

    standing: Standing | None
    tell: Word | None = None


def advance(
    condition: Condition, standing: Standing | None, value: float | None, *, elapsed: float, now: datetime
) -> Step:
    """One look at one subject, `elapsed` seconds after the last one."""
    elapsed = max(0.0, elapsed)
    silenced = condition.is_silenced(now)
    if not condition.holds(value):
        is_known = standing is not None and standing.is_told
        return Step(None, "resolved" if is_known and not silenced else None)
    if standing is None:
        standing = Standing("pending")
    else:
        standing = replace(
            standing,
            held_seconds=standing.held_seconds + elapsed,
            untold_seconds=standing.untold_seconds + elapsed,
        )
    if standing.state == "pending" and standing.held_seconds >= condition.for_seconds:
        standing = replace(standing, state="firing")
    if standing.state == "pending" or silenced:
        return Step(standing)
    if not standing.is_told:
        return Step(replace(standing, is_told=True, untold_seconds=0.0), "fired")
    is_due = 0 < condition.repeat_seconds <= standing.untold_seconds
    if is_due and not standing.is_acknowledged:
        return Step(replace(standing, untold_seconds=0.0), "repeated")
    return Step(standing)
