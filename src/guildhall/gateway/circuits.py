"""Circuits: which channels rest after failures, and the one call that finds out whether a rested one is well again.

What rests is a lane (a key, or a channel without keys) or a spot (one model there). While its pause lasts it is asked
only when everything else rests too; from then on by one call at a time, until one succeeds.
"""

import math
import random
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from guildhall.edge.call import Call, Target
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.lately import Lately
from guildhall.gateway import routing
from guildhall.gateway.routing import HEALTHY, Health

_LONGEST_LIMIT_SECONDS = 60
_REFUSED_SECONDS = 60.0
_WINDOW_SECONDS = 30.0
_TRIAL_SECONDS = 10.0  # after which another call may find out too
_BUSY_SECONDS = 1.0  # until it is worth while to ask again, when another call is finding out
REFUSALS = frozenset({401, 402, 403})
_UNKNOWN_PLACE = frozenset({404, 405})
_ON_TRIAL = math.inf


@dataclass(frozen=True, slots=True)
class _Trial:
    call_id: str
    until: float
    """When the pause is over, or was."""
    began: float


class Circuits:
    """The health of all channels, as one process sees it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, draw: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._draw = draw
        self._trials: dict[str, _Trial] = {}  # by lane or spot
        self._answered = Lately(_WINDOW_SECONDS)  # by channel
        self._failed = Lately(_WINDOW_SECONDS)  # by channel
        self.health: dict[str, Health] = {}
        """By lane or spot; whatever is not here is well."""
        self.resting: dict[str, float] = {}
        """Until when, by lane or spot: in the past while nobody has found out yet, and infinite while a call does."""

    def answered(self, channel_id: str, times: int) -> None:
        """So many calls that have ended were answered by a channel."""
        self._answered.add(channel_id, self._clock(), times)

    def was_failing(self, channel_id: str, times: int) -> None:
        """So many attempts of calls that have ended failed there."""
        self._failed.add(channel_id, self._clock(), times)

    def wait(self, call: Call, target: Target, *, is_first: bool) -> float:
        """Nothing when the call may ask there, else the seconds after which that may be worth while.

        Only a call that has not asked anybody yet (`is_first`) may cut a pause short: nothing else was left to it.
        """
        name = self._resting_name(target)
        if name is None:
            return 0.0
        until, now = self.resting[name], self._clock()
        if until == _ON_TRIAL:
            trial = self._trials[name]
            if now - trial.began < _TRIAL_SECONDS:
                return _BUSY_SECONDS
            until = trial.until  # it may hang for long where another would find all well
        elif until > now and not is_first:
            return until - now
        self._trials[name] = _Trial(call.id, until, now)
        self.resting[name] = _ON_TRIAL
        return 0.0

    def rests(self, target: Target) -> bool:
        """Whether it is not known to be well."""
        return self._resting_name(target) is not None

    def left(self, call: Call, target: Target) -> None:
        """The call is no longer there; if it was to find something out and has not, another one may."""
        if self._trials:
            for name in (target.lane, target.spot):
                trial = self._trials.get(name)
                if trial is not None and trial.call_id == call.id:
                    del self._trials[name]
                    self.resting[name] = trial.until

    def succeeded(self, target: Target) -> None:
        """A channel answered. While it pauses, that may be an answer to what was asked long before."""
        for name in (target.lane, target.spot):
            if self.resting.get(name, _ON_TRIAL) != _ON_TRIAL:
                continue
            if self.resting.pop(name, None) is not None:
                self._trials.pop(name, None)
                self._failed.forget(target.channel_id)
                self._answered.forget(target.channel_id)
            self.health.pop(name, None)

    def failed(self, call: Call, target: Target, failure: UpstreamFailure) -> None:
        """A channel failed through no fault of the caller: it rests, or what it refused does."""
        now = self._clock()
        if failure.status == 429:
            seconds = min(int(failure.retry_after or 1), _LONGEST_LIMIT_SECONDS)
            self._rest(target.spot, replace(self.health.get(target.spot, HEALTHY), until=now + seconds))
            return
        name = target.spot if failure.status in _UNKNOWN_PLACE else target.lane
        trial = self._trials.get(name)
        if name in self.resting and (trial is None or trial.call_id != call.id):
            return  # it was asked before the pause began: nothing new
        failed = self._failed.count(target.channel_id, now)
        calls = failed + self._answered.count(target.channel_id, now)
        health = self.health.get(name, HEALTHY)
        health = routing.after_failure(health, now=now, failed=failed, calls=calls, draw=self._draw())
        if failure.status in REFUSALS:
            health = replace(health, pauses=max(1, health.pauses), until=now + _REFUSED_SECONDS)
        self.health[name] = health
        if health.pauses:
            self._rest(name, health)

    def keep_only(self, lanes: Container[str]) -> None:
        """Forget the lanes that are not there any more."""
        for name in [name for name in self.health if name.split()[0] not in lanes]:
            del self.health[name]
            self.resting.pop(name, None)
            self._trials.pop(name, None)
        for name in tuple(self.resting):
            self._end_limit(name)

    def _resting_name(self, target: Target) -> str | None:
        """What keeps it from being asked freely, if anything."""
        for name in (target.lane, target.spot):
            if name in self.resting:
                self._end_limit(name)
            if name in self.resting:
                return name
        return None

    def _end_limit(self, name: str) -> None:
        """What a provider's limit made rest is well when its time is over: nobody has to find that out."""
        if not self.health[name].pauses and self.resting[name] <= self._clock():
            del self.resting[name]
            del self.health[name]

    def _rest(self, name: str, health: Health) -> None:
        self._trials.pop(name, None)
        self.health[name] = health
        self.resting[name] = health.until
