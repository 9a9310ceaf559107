"""Forward: carry a call to a provider, and to another channel when one fails before the caller saw a byte."""

import time
from collections.abc import Sequence

from guildhall.edge import wire
from guildhall.edge.answer import Answer, StreamedAnswer, judge
from guildhall.edge.call import Call, Directory, Target, Timeouts
from guildhall.edge.connection import Connection
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.upstream import Upstreams

_MAX_ATTEMPTS = 3


class Forwarder:
    """Makes the attempts of each call."""

    def __init__(self, directory: Directory, upstreams: Upstreams, timeouts: Timeouts) -> None:
        self._directory = directory
        self._upstreams = upstreams
        self._timeouts = timeouts

    async def forward(self, call: Call, targets: Sequence[Target]) -> Answer:
        """The first answer that one of the targets gives. Raises `AppError` when none does."""
        for target in targets[:_MAX_ATTEMPTS]:
            call.attempts += 1
            call.channel_id = target.channel_id
            try:
                answer = await self.attempt(call, target)
            except UpstreamFailure as failed:
                failure = failed
                self._directory.failed(target.channel_id)
            else:
                self._directory.succeeded(target.channel_id)
                return answer
        raise failure.error()

    async def attempt(self, call: Call, target: Target) -> Answer:
        """One answer from one channel. Raises `UpstreamFailure`."""
        body = _body_for(call, target)
        pool = self._upstreams.pool(target)
        connection = pool.take()
        if connection is not None:
            try:
                return await self._exchange(call, connection, target.head, body)
            except UpstreamFailure as failure:
                # The provider may close a kept connection at the very moment we use it: that says nothing about it.
                if failure.reason != "dropped" or connection.heard_anything:
                    raise
        started = time.perf_counter()
        try:
            connection = await pool.connect(self._timeouts.connect)
        finally:
            call.upstream_seconds += time.perf_counter() - started
        return await self._exchange(call, connection, target.head, body)

    async def _exchange(self, call: Call, connection: Connection, head: bytes, body: bytes) -> Answer:
        """One request and its response, or the beginning of it; whatever goes wrong closes the connection."""
        timeouts = self._timeouts
        started = time.perf_counter()
        try:
            connection.send(
                b"%b%d\r\n\r\n" % (head, len(body)), body, first_byte=timeouts.first_byte, idle=timeouts.idle
            )
            if call.stream:
                await connection.head()
                if connection.status == 200 and _is_event_stream(connection):
                    answer = StreamedAnswer(call, connection, self._directory)
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
        return judge(call, connection, whole)


def _body_for(call: Call, target: Target) -> bytes:
    """The caller's own bytes, unless the model has another name there or the usage must be asked for."""
    model = target.model if target.model != call.model else None
    if not call.stream or call.include_usage:
        return wire.rewritten(call.body, model=model, stream_options=None) if model else call.body
    return wire.rewritten(
        call.body, model=model, stream_options={**(call.stream_options or {}), "include_usage": wire.TRUE}
    )


def _is_event_stream(connection: Connection) -> bool:
    return connection.headers.get(b"content-type", b"").lower().startswith(b"text/event-stream")
