"""Forward: carry a call to a provider, and to another channel when one fails before the caller saw a byte."""

import math
import time
from collections.abc import Sequence

import msgspec

from guildhall.core.errors import AppError, RateLimitedError
from guildhall.edge import wire
from guildhall.edge.answer import Answer, StreamedAnswer, judge
from guildhall.edge.call import Call, Directory, Target, Timeouts, Way
from guildhall.edge.capacity import Capacity
from guildhall.edge.connection import Connection
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.upstream import Upstreams

_MAX_ATTEMPTS = 3


class Forwarder:
    """Makes the attempts of each call."""

    def __init__(
        self, directory: Directory, upstreams: Upstreams, timeouts: Timeouts, capacity: Capacity | None = None
    ) -> None:
        self._directory = directory
        self._upstreams = upstreams
        self._timeouts = timeouts
        self._capacity = capacity

    async def forward(self, call: Call, targets: Sequence[Target]) -> Answer:
        """The first answer that one of the targets gives. Raises `AppError` when none does."""
        failure: UpstreamFailure | None = None
        least_wait = math.inf
        for target in targets:
            if call.attempts == _MAX_ATTEMPTS:
                break
            if target.limits is not None and self._capacity is not None:
                wait = await self._capacity.take(call, target)
                if wait:
                    least_wait = min(least_wait, wait)
                    continue
            call.attempts += 1
            call.target = target
            try:
                answer = await self.attempt(call, target)
            except UpstreamFailure as failed:
                failure = failed
                self._directory.failed(target, failed)
                call.let_go()
            else:
                self._directory.succeeded(target)
                return answer
        raise failure.error() if failure is not None else _all_full(least_wait)

    async def attempt(self, call: Call, target: Target) -> Answer:
        """One answer from one channel. Raises `UpstreamFailure`, `BadRequestError`."""
        way = target.ways[call.endpoint.path]
        body = _body_for(call, target, way)
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


def _all_full(wait_seconds: float) -> AppError:
    error = RateLimitedError("rate_limit_exceeded", "Every channel that serves this model is at its limit; try again.")
    error.headers["retry-after"] = str(max(1, math.ceil(wait_seconds)))
    return error


def _body_for(call: Call, target: Target, way: Way) -> bytes:
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
