"""Capacity: how much a channel may be asked for, so that calls go elsewhere before its provider refuses them.

Calls and tokens a minute are counted by all servers together, where they share a limiter; calls at once by each.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

from guildhall.core.limits import Charge, Limit, Limiter
from guildhall.edge.call import Call, Target
from guildhall.edge.estimates import tokens_in
from guildhall.edge.queue import Queue

_MINUTE = 60.0
_BUSY_SECONDS = 1.0  # until it is worth while to ask again, when all places are taken


@dataclass(frozen=True, slots=True)
class Hold:
    """What one call has of its channel until it ends."""

    capacity: "Capacity"
    target: Target
    tokens: int

    def let_go(self, call: Call) -> None:
        """The call has ended, or has left this channel: give back its place, and the tokens it did not use."""
        self.capacity.release(self, call)


class Capacity:
    """Keeps count of what is asked of channels that have limits."""

    def __init__(self, limiter: Limiter, queue: Queue) -> None:
        self._limiter = limiter
        self.queue = queue
        """Calls that wait for a place: nobody goes before them."""
        self._active: Counter[str] = Counter()
        self._settling: set[asyncio.Task[object]] = set()

    async def take(self, call: Call, target: Target) -> float:
        """Hold a place for the call; or give the seconds after which there may be one."""
        limits, channel_id = target.limits, target.channel_id
        if limits is None:
            return 0.0
        if not self.queue.is_first(call, channel_id):
            return _BUSY_SECONDS
        if limits.parallel_calls is not None and self._active[channel_id] >= limits.parallel_calls:
            return _BUSY_SECONDS
        tokens = sum(estimated(call))
        self._active[channel_id] += 1  # before anybody else can look
        try:
            decision = await self._limiter.take(_charges(target, 1, tokens))
        except BaseException:
            self._active[channel_id] -= 1
            raise
        if not decision.is_allowed:
            self._active[channel_id] -= 1
            return decision.wait_seconds
        call.hold = Hold(self, target, tokens)
        self.queue.leave(call)
        return 0.0

    def release(self, hold: Hold, call: Call) -> None:
        """Give back what a call held."""
        target = hold.target
        self._active[target.channel_id] -= 1
        self.queue.wake(target.channel_id)
        if target.limits is None or target.limits.tokens_per_minute is None:
            return
        usage = call.usage
        if usage is None and 0 < call.status < 400:
            return  # answered, and nobody counted: what was estimated stays
        used = usage.input_tokens + usage.output_tokens if usage else 0
        if used != hold.tokens:
            task = asyncio.ensure_future(self._limiter.take(_charges(target, 0, used - hold.tokens)))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)
            task.add_done_callback(lambda _task: self.queue.wake(target.channel_id))


def _charges(target: Target, calls: int, tokens: int) -> list[Charge]:
    limits = target.limits
    charges = []
    if limits is not None and limits.calls_per_minute is not None and calls:
        charges.append(Charge(f"channel.calls:{target.channel_id}", Limit(limits.calls_per_minute, _MINUTE), calls))
    if limits is not None and limits.tokens_per_minute is not None:
        most = limits.tokens_per_minute  # one call may take it all, however long it is
        charges.append(Charge(f"channel.tokens:{target.channel_id}", Limit(most, _MINUTE), min(tokens, most)))
    return charges


def estimated(call: Call) -> tuple[int, int]:
    """Tokens that a call sends, and lets the model write, before anybody has counted; 0 for what it does not say."""
    return tokens_in(len(call.body)), call.request.most_output() if call.request else 0
