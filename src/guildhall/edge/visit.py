"""A visit: one call from its body to the last byte of its answer, whatever line it came in on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import structlog

from guildhall.core.errors import AppError, UpstreamTimeoutError
from guildhall.edge import wire
from guildhall.edge.answer import Answer, Headers, StreamedAnswer, WholeAnswer, error_answer
from guildhall.edge.call import Call, Timeouts
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.wheel import Wheel

_CLOSE = (b"connection", b"close")
_log = structlog.get_logger("guildhall.edge")


class RequestTimeoutError(AppError):
    """408: the caller took too long to send its request."""

    status = 408
    type = "invalid_request_error"


class CallerGoneError(Exception):
    """The caller left before its request had arrived."""


# Waits for a request's body. Raises `AppError` when it is too large, `CallerGoneError`.
Body = Callable[[], Awaitable[bytes]]


class Line(Protocol):
    """The way to one caller, as a transport has it."""

    def whole(self, answer: WholeAnswer, headers: Headers) -> Awaitable[None] | None:
        """Send a whole answer with these headers; gives what there is to wait for, if anything."""

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head of a streamed answer."""

    async def more(self, events: bytes) -> None:
        """Send a piece of it; waits while the caller does not read."""

    async def end(self, events: bytes) -> None:
        """Send the last piece, which may be empty."""

    def watch(self, gone: Callable[[], None]) -> None:
        """Call `gone` when the caller leaves; within a second or so is soon enough."""

    def tick(self) -> None:
        """A second has passed."""

    def leave(self) -> None:
        """The visit is over; `gone` must not be called any more."""


class Visits:
    """Receives callers, from every transport."""

    def __init__(self, pipeline: Pipeline, wheel: Wheel, timeouts: Timeouts) -> None:
        self._pipeline = pipeline
        self._wheel = wheel
        self._timeouts = timeouts
        self._loop: asyncio.AbstractEventLoop | None = None

    async def receive(
        self, endpoint: Endpoint, line: Line, *, credential: str, address: str, body: bytes | Body
    ) -> None:
        """One call, from its body, or the way to get it, to its row."""
        pipeline = self._pipeline
        call = pipeline.enter(Call(endpoint, address=address))
        # Asking asyncio for the loop costs a system call each time.
        loop = self._loop = self._loop or asyncio.get_running_loop()
        visit = Visit(call, line, self._timeouts, loop)
        answer: Answer | None = None
        self._wheel.add(visit)
        try:
            call.caller = pipeline.known(credential) or await pipeline.identify(credential, address)
            call.body = body if isinstance(body, bytes) else await body()
            visit.has_body = True
            answer = await pipeline.open(call)
            if isinstance(answer, WholeAnswer):
                sending = visit.whole(answer)
                if sending is not None:
                    await sending
            else:
                await visit.stream(answer)
        except AppError as error:
            await visit.refuse(error)
        except CallerGoneError:
            call.ended(499, "client_closed")
        except asyncio.CancelledError:
            if not await visit.interrupted():
                raise
        except Exception as error:  # noqa: BLE001 - the outermost boundary of /v1: whatever it is, say so in our shape
            _log.error("unexpected", call_id=call.id, exc_info=error)
            await visit.refuse(AppError("internal_error", "Something went wrong on our side."))
        finally:
            self._wheel.remove(visit)
            pipeline.close(call, answer)
            visit.leave()


class Visit:
    """What is done for one caller. Ticked by the wheel."""

    has_body = False
    _cause: Literal["gone", "slow", "total"] | None = None
    _is_streaming = False
    _is_over = False

    def __init__(self, call: Call, line: Line, timeouts: Timeouts, loop: asyncio.AbstractEventLoop) -> None:
        self._call = call
        self._line = line
        self._timeouts = timeouts
        self._loop = loop
        self._began = loop.time()
        self._task = asyncio.current_task(loop)
        line.watch(self._gone)

    def whole(self, answer: WholeAnswer) -> Awaitable[None] | None:
        """Pass a whole answer on; gives what there is to wait for, if anything."""
        self._call.ended(answer.status, "rejected_by_provider" if answer.status >= 400 else None)
        self._is_over = True
        return self._line.whole(answer, self._headers(answer.headers))

    async def stream(self, answer: StreamedAnswer) -> None:
        """Pass a streamed answer on. Raises `AppError` when the provider fails on the way."""
        line = self._line
        await line.begin(answer.status, self._headers(answer.headers))
        self._is_streaming = True
        while events := await answer.read():
            await line.more(events)
        self._is_over = True
        await line.end(b"")
        self._call.ended(answer.status)

    async def refuse(self, error: AppError) -> None:
        """Tell the caller what went wrong, inside the stream if one has begun."""
        call = self._call
        call.ended(error.status, error.code, error.message)
        if self._is_over:
            return
        self._is_over = True
        if self._is_streaming:
            await self._line.end(wire.error_event(error, call.endpoint.manner, call.id))
            return
        answer = error_answer(error, call.endpoint.manner, call.id)
        if error.status == 408:
            answer.headers.append(_CLOSE)
        sending = self._line.whole(answer, self._headers(answer.headers))
        if sending is not None:
            await sending

    async def interrupted(self) -> bool:
        """Deal with a cancellation; False when it was not ours and must go on."""
        if self._cause is None or self._task is None:
            self._call.ended(499, "shutting_down")
            return False
        self._task.uncancel()
        if self._cause == "gone":
            self._call.ended(499, "client_closed")
        elif self._cause == "slow":
            await self.refuse(RequestTimeoutError("request_timeout", "The request took too long to arrive."))
        else:
            await self.refuse(UpstreamTimeoutError("upstream_timeout", "The call took longer than it may."))
        return True

    def leave(self) -> None:
        """The visit is over."""
        self._is_over = True
        self._line.leave()

    def tick(self, now: float) -> None:
        """Interrupt what has taken too long."""
        age = now - self._began
        if not self.has_body:
            if age > self._timeouts.request_body:
                self._interrupt("slow")
        elif age > self._patience().total:
            self._interrupt("total")
        else:
            self._line.tick()

    def _patience(self) -> Timeouts:
        target = self._call.target
        return (target.timeouts if target is not None else None) or self._timeouts

    def _headers(self, headers: Headers) -> Headers:
        call = self._call
        return [
            *headers,
            (b"x-request-id", call.id.encode()),
            (b"x-guildhall-attempts", b"%d" % call.attempts),
            (b"x-guildhall-overhead-us", b"%d" % (call.overhead_seconds() * 1e6)),
        ]

    def _gone(self) -> None:
        if not self._is_over:
            self._interrupt("gone")

    def _interrupt(self, cause: Literal["gone", "slow", "total"]) -> None:
        if self._cause is None and self._task is not None:
            self._cause = cause
            self._task.cancel()
