"""Express: a plain call that can go out at once, carried from socket to socket without a task of its own.

That is a whole answer for a caller without limits, from a channel without limits that has an idle connection: most
calls of a busy hall. A task, its coroutines and a future would be a seventh of what such a call costs. What turns out
not to be plain after all, because a provider fails first of all, goes on as a visit where it stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence

from guildhall.core.errors import AppError, UpstreamTimeoutError
from guildhall.core.tasks import end
from guildhall.edge import attempts
from guildhall.edge.answer import Answer, WholeAnswer, judge
from guildhall.edge.call import Call, Target, Timeouts, Way
from guildhall.edge.connection import Connection
from guildhall.edge.directory import Directory
from guildhall.edge.endpoints import CHAT
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.forward import Forwarder, body_for
from guildhall.edge.line import Line
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.upstream import Upstreams
from guildhall.edge.visit import Opening, Visits, headers_of
from guildhall.edge.wheel import Wheel
from guildhall.edge.wishes import Wishes


class Express:
    """Takes the calls that it can, and knows those under way. Ticked by the wheel."""

    def __init__(
        self,
        pipeline: Pipeline,
        directory: Directory,
        forwarder: Forwarder,
        upstreams: Upstreams,
        visits: Visits,
        wheel: Wheel,
        timeouts: Timeouts,
    ) -> None:
        self.pipeline = pipeline
        self.directory = directory
        self.forwarder = forwarder
        self.visits = visits
        self.timeouts = timeouts
        self.rides: set[Ride] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self._upstreams = upstreams
        self._wheel = wheel

    def take(self, line: Line, *, credential: str, address: str, body: bytes, wishes: Wishes | None) -> bool:
        """Carry this chat completion, if it is a plain one; otherwise nothing has happened."""
        if b'"stream"' in body or self.visits.capturer is not None:
            return False
        caller = self.pipeline.known(credential)
        if caller is None:
            return False
        call = Call(CHAT, address=address)
        call.caller, call.body = caller, body
        if wishes is not None:
            if wishes.channel_id is not None or wishes.idempotency_key is not None:
                return False
            call.wishes = wishes
        targets = self.pipeline.at_once(call)
        if not targets or targets[0].limits is not None:
            return False
        target = targets[0]
        way = target.ways[CHAT.path]
        try:
            sent = body_for(call, target, way)
        except AppError:
            return False
        connection = self._upstreams.pool(target).take()
        if connection is None:
            return False
        self.pipeline.enter(call)
        if not self.rides:
            self._wheel.add(self)
        self.rides.add(Ride(self, call, line, targets, way, connection, sent))
        return True

    def tick(self, _now: float) -> None:
        """Give up what has taken too long altogether."""
        now = time.perf_counter()
        for ride in tuple(self.rides):
            ride.tick(now)
        if not self.rides:
            self._wheel.remove(self)

    async def stop(self) -> None:
        """End what is still under way, as the server stops: every call has its row."""
        for ride in tuple(self.rides):
            ride.leave("shutting_down")
        await end(*self.tasks)

    def spawn(self, work: Awaitable[None]) -> None:
        """Go on with a call in a task after all."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Ride:
    """One call under way: sent, and not answered yet."""

    __slots__ = ("_call", "_connection", "_express", "_is_over", "_line", "_started", "_targets", "_timeouts", "_way")

    def __init__(
        self,
        express: Express,
        call: Call,
        line: Line,
        targets: Sequence[Target],
        way: Way,
        connection: Connection,
        body: bytes,
    ) -> None:
        self._express = express
        self._call = call
        self._line = line
        self._targets = targets
        self._way = way
        self._connection = connection
        self._is_over = False
        self._timeouts = timeouts = targets[0].timeouts or express.timeouts
        call.attempts = 1
        call.target = targets[0]
        line.watch(self._gone)
        self._started = time.perf_counter()
        head = b"%b%d\r\n\r\n" % (way.head, len(body))
        connection.send(head, body, first_byte=timeouts.first_byte, idle=timeouts.idle)
        connection.then(self._ended)

    def tick(self, now: float) -> None:
        """Give up when it has taken too long altogether."""
        if now - self._call.started > self._timeouts.total and not self._is_over:
            self._connection.abort()
            self._go_on(UpstreamTimeoutError("upstream_timeout", "The call took longer than it may."))

    def leave(self, code: str) -> None:
        """End the call without an answer."""
        if not self._is_over:
            self._connection.abort()
            self._call.ended(499, code)
            self._close()

    def _gone(self) -> None:
        self.leave("client_closed")

    def _ended(self) -> None:
        """The response is here, or there will be none."""
        call, connection = self._call, self._connection
        call.upstream_seconds = (connection.ended_at or time.perf_counter()) - self._started
        try:
            body = connection.taken()
            call.first_byte_at = connection.ended_at
            connection.release()
            answer = judge(call, self._way, connection, body)
        except UpstreamFailure as failure:
            self._failed(failure)
        except Exception as error:  # noqa: BLE001 - a visit knows what to say of it
            self._go_on(error)
        else:
            self._answer(answer)

    def _answer(self, answer: WholeAnswer) -> None:
        call = self._call
        self._express.directory.succeeded(self._targets[0])
        call.ended(answer.status, "rejected_by_provider" if answer.status >= 400 else None)
        sending = self._line.whole(answer, headers_of(call, answer.headers))
        if sending is None:
            self._close()
        else:
            self._is_over = True
            self._express.spawn(self._close_after(sending))

    async def _close_after(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        finally:
            self._close()

    def _failed(self, failure: UpstreamFailure) -> None:
        """Try elsewhere, or there once more: a kept connection may be closed at the very moment when it is used."""
        call, targets, forwarder = self._call, self._targets, self._express.forwarder
        if failure.reason == "dropped" and not self._connection.heard_anything:
            call.attempts = 0
            self._resume(lambda: forwarder.forward(call, targets))
            return
        self._express.directory.failed(call, targets[0], failure)
        attempts.note(call, targets[0], failure)
        self._resume(lambda: forwarder.forward(call, targets, failure))

    def _go_on(self, error: Exception) -> None:
        async def fail() -> Answer:
            raise error

        self._resume(fail)

    def _resume(self, opening: Opening) -> None:
        self._is_over = True
        self._express.rides.discard(self)
        self._express.spawn(self._express.visits.resume(self._call, self._line, opening))

    def _close(self) -> None:
        self._is_over = True
        self._express.rides.discard(self)
        self._express.pipeline.close(self._call, None)
        self._line.leave()
