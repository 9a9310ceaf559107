"""Forward: carry a call to a provider, and to another channel when one fails before the caller saw a byte."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from guildhall.core.errors import AppError, BadRequestError, RateLimitedError, UnavailableError
from guildhall.edge import attempts, betas, retries, wire
from guildhall.edge.answer import Answer, StreamedAnswer, judge
from guildhall.edge.call import Call, Target, Timeouts, Way
from guildhall.edge.capacity import Capacity
from guildhall.edge.connection import Connection
from guildhall.edge.directory import Directory
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.queue import Queue
from guildhall.edge.retries import RetryBudget, Tries
from guildhall.edge.upstream import Upstreams


class Forwarder:
    """Makes the attempts of each call."""

    def __init__(
        self,
        directory: Directory,
        upstreams: Upstreams,
        timeouts: Timeouts,
        capacity: Capacity | None = None,
        patience: Callable[[Call], float] = lambda _call: 0.0,
    ) -> None:
        """`patience` tells how many seconds a call waits where every channel is full."""
        self._directory = directory
        self._upstreams = upstreams
        self._timeouts = timeouts
        self._capacity = capacity
        self._patience = patience
        self.budget = RetryBudget()

    async def forward(self, call: Call, targets: Sequence[Target], failure: UpstreamFailure | None = None) -> Answer:
        """The first answer that one of the targets gives; with a `failure`, the first of them has failed already.

        Where all are full, wait for a place. Where there is nowhere else to try, the same target is tried once more.
        Raises `AppError` when none answers.
        """
        journey = _Journey(call)
        if failure is not None:
            journey.tries.made(targets[0], failure)
        answer = await self._round(journey, targets if failure is None else targets[1:])
        if answer is None and journey.is_waiting and self._capacity is not None:
            answer = await self._queued(journey, targets, self._capacity.queue)
        again = journey.tries.again()
        if answer is None and again is not None and not self._directory.rests(again):
            answer = await self._try(journey, again) if await self._has_rested(call, again) else None
        if answer is None:
            raise journey.error()
        return answer

    async def _round(self, journey: "_Journey", targets: Sequence[Target]) -> Answer | None:
        """The first answer that one of the targets gives. Raises `AppError`."""
        for target in targets:
            answer = await self._try(journey, target)
            if answer is not None:
                return answer
        return None

    async def _queued(self, journey: "_Journey", targets: Sequence[Target], queue: Queue) -> Answer | None:
        """The first answer, if one of the targets has room in time. Raises `AppError`."""
        call, answer = journey.call, None
        seconds = self._patience(call)
        if not seconds or not queue.join(call, (each.channel_id for each in targets if each.limits is not None)):
            return None
        began = asyncio.get_running_loop().time()
        try:
            while answer is None and journey.is_waiting:
                paused = time.perf_counter()
                has_turn = await queue.turn(call, journey.full, began + seconds)
                call.paused(time.perf_counter() - paused)
                if not has_turn:
                    break
                journey.full.clear()
                answer = await self._round(journey, targets)
        finally:
            queue.leave(call)
        return answer

    async def _try(self, journey: "_Journey", target: Target) -> Answer | None:
        """The answer of one target; None when it gives none, or cannot be asked. Raises `AppError`."""
        call, tries = journey.call, journey.tries
        if not tries.may_be_made(target):
            return None
        wait = self._directory.wait(call, target, is_first=tries.first is None)
        if wait:
            journey.least_rest = min(journey.least_rest, wait)
            return None
        try:
            if target.limits is not None and self._capacity is not None:
                wait = await self._capacity.take(call, target)
                if wait:
                    journey.full[target.channel_id] = wait
                    return None
            if tries.first is not None and not self.budget.take(call.model, time.monotonic()):
                raise tries.first.error()
            return await self._ask(journey, target)
        finally:
            self._directory.left(call, target)

    async def _ask(self, journey: "_Journey", target: Target) -> Answer | None:
        """One attempt. Raises `AppError`."""
        call = journey.call
        call.attempts += 1
        call.target = target
        try:
            answer = await (self.attempt(call, target) if call.carry is None else call.carry(target))
        except BadRequestError as refused:
            if refused.code != "unsupported_parameter":
                raise
            journey.unsaid = refused  # nothing was sent: a provider of another dialect may have the word
            call.attempts -= 1
        except UpstreamFailure as failed:
            journey.tries.made(target, failed)
            self._directory.failed(call, target, failed)
            attempts.note(call, target, failed)
        else:
            self._directory.succeeded(target)
            return answer
        call.let_go()
        return None

    async def _has_rested(self, call: Call, target: Target) -> bool:
        """Wait before the same channel is asked again; False when the call would take too long."""
        seconds = retries.pause(call.attempts - 1, random.random())  # noqa: S311 - no secret
        if time.perf_counter() + seconds - call.started > (target.timeouts or self._timeouts).total:
            return False
        await asyncio.sleep(seconds)
        call.paused(seconds)
        return True

    async def attempt(self, call: Call, target: Target) -> Answer:
        """One answer from one channel. Raises `UpstreamFailure`, `BadRequestError`."""
        way = target.ways[call.endpoint.path]
        body = body_for(call, target, way)
        pool = self._upstreams.pool(target)
        timeouts = target.timeouts or self._timeouts
        connection = pool.take()
        if connection is not None:
            try:
                return await self._exchange(call, way, connection, body, timeouts)
            except UpstreamFailure as failure:
                # The provider may close a kept connection at the very moment we use it: that says nothing about it.
                if failure.reason != "dropped" or connection.heard_anything:
                    raise
        started = time.perf_counter()
        try:
            connection = await pool.connect(timeouts.connect)
        finally:
            call.upstream_seconds += time.perf_counter() - started
        return await self._exchange(call, way, connection, body, timeouts)

    async def _exchange(self, call: Call, way: Way, connection: Connection, body: bytes, timeouts: Timeouts) -> Answer:
        """One request and its response, or the beginning of it; whatever goes wrong closes the connection."""
        head = way.streamed_head if call.stream and way.streamed_head else way.head
        if call.betas:
            head = betas.added(head, way.dialect, call.betas)
        started = time.perf_counter()
        try:
            connection.send(
                b"%b%d\r\n\r\n" % (head, len(body)), body, first_byte=timeouts.first_byte, idle=timeouts.idle
            )
            if call.stream:
                await connection.head()
                if connection.status == 200 and _is_event_stream(connection):
                    answer = StreamedAnswer(call, way, connection, self._directory)
                    await answer.begin()
                    return answer
            whole = await connection.whole()
        except BaseException:
            connection.abort()
            raise
        finally:
            call.upstream_seconds += (connection.ended_at or time.perf_counter()) - started
        call.first_byte_at = connection.ended_at
        connection.release()
        return judge(call, way, connection, whole)


class _Journey:
    """One call on its way from target to target."""

    __slots__ = ("call", "full", "least_rest", "tries", "unsaid")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.tries = Tries()
        self.unsaid: BadRequestError | None = None
        self.full: dict[str, float] = {}
        """Seconds until channels that are full may have room."""
        self.least_rest = math.inf
        """Seconds until one of those that rest may be asked again."""

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been tried anywhere, for want of room."""
        return bool(self.full) and self.tries.first is None

    def error(self) -> AppError:
        """What the caller is told when nobody has answered."""
        if self.tries.last is not None:
            return self.tries.last.error()
        seconds = min(self.least_rest, *self.full.values(), math.inf)
        if self.unsaid is not None and seconds == math.inf:
            return self.unsaid
        error: AppError
        if self.full:
            error = RateLimitedError(
                "rate_limit_exceeded", "Every channel that serves this model is at its limit; try again."
            )
        else:
            error = UnavailableError(
                "channels_cooling_down", "Every channel that serves this model rests after failures; try again."
            )
        error.headers["retry-after"] = str(max(1, math.ceil(seconds)))
        return error


def body_for(call: Call, target: Target, way: Way) -> bytes:
    """The caller's own bytes, unless the provider speaks otherwise, has another name for the model, must be asked for
    the usage, or the channel has fields of its own."""
    if way.adapter is not None:
        body = way.adapter.request(call.body, target.model)
        return wire.rewritten(body, target.parameters) if target.parameters else body
    asks = call.stream and call.asks_for_usage and not call.include_usage
    if target.model == call.model and not asks and not target.parameters:
        return call.body
    changes: dict[str, msgspec.Raw | None] = {}
    if target.model != call.model:
        changes["model"] = wire.as_raw(target.model)
    if asks:
        changes["stream_options"] = wire.as_raw({**(call.stream_options or {}), "include_usage": wire.TRUE})
    if target.parameters:
        changes |= target.parameters
    return wire.rewritten(call.body, changes)


def _is_event_stream(connection: Connection) -> bool:
    return connection.headers.get(b"content-type", b"").lower().startswith(b"text/event-stream")
