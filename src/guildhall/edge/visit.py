"""A visit: one call from its body to the last byte of its answer, whatever line it came in on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

from guildhall.core.errors import AppError, UpstreamTimeoutError
from guildhall.edge import wire
from guildhall.edge.answer import Answer, Flowing, Headers, WholeAnswer, error_answer
from guildhall.edge.call import Call, Timeouts
from guildhall.edge.capture import Capturer
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.line import Line, capturing
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.replays import Replays
from guildhall.edge.wheel import Wheel
from guildhall.edge.wishes import Wishes

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
# Waits for a call's answer, or its beginning. Raises `AppError`.
Opened = Callable[[Call], Awaitable[Answer]]
Opening = Callable[[], Awaitable[Answer]]


class Visits:
    """Receives callers, from every transport."""

    def __init__(self, pipeline: Pipeline, wheel: Wheel, timeouts: Timeouts, replays: Replays) -> None:
        self._pipeline = pipeline
        self._replays = replays
        self._wheel = wheel
        self._timeouts = timeouts
        self._loop: asyncio.AbstractEventLoop | None = None
        self.capturer: Capturer | None = None

    async def receive(
        self,
        endpoint: Endpoint,
        line: Line,
        *,
        credential: str,
        address: str,
        body: bytes | Body,
        wishes: Wishes | None = None,
        opened: Opened | None = None,
    ) -> None:
        """One call, from its body, or the way to get it, to its row. `opened` is for what the pipeline cannot open."""
        pipeline = self._pipeline
        call = pipeline.enter(Call(endpoint, address=address))

        async def opening() -> Answer:
            call.caller = pipeline.known(credential) or await pipeline.identify(credential, address)
            if not isinstance(body, bytes):
                call.body = await body()
            key = wishes.idempotency_key if wishes is not None else None
            if key is not None and call.body:  # what is passed through as it comes cannot be compared
                return await self._replays.open(call, key, opened or pipeline.open)
            return await (pipeline.open(call) if opened is None else opened(call))

        if wishes is not None:
            call.wishes = wishes
        if self.capturer is not None:
            line = capturing(self.capturer, call, line)
        if isinstance(body, bytes):
            call.body = body
        await self.resume(call, line, opening, has_body=isinstance(body, bytes))

    async def resume(self, call: Call, line: Line, opening: Opening, *, has_body: bool = True) -> None:
        """A call that has been entered, to its row."""
        # Asking asyncio for the loop costs a system call each time.
        loop = self._loop = self._loop or asyncio.get_running_loop()
        visit = Visit(call, line, self._timeouts, loop)
        answer: Answer | None = None
        visit.has_body = has_body
        self._wheel.add(visit)
        try:
            answer = await opening()
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
            self._pipeline.close(call, answer)
            visit.leave()


class Visit:
    """What is done for one caller. Ticked by the wheel."""

    has_body = False
    _cause: Literal["gone", "slow", "total"] | None = None
    _is_streaming = False
    _has_words = True
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
        return self._line.whole(answer, headers_of(self._call, answer.headers))

    async def stream(self, answer: Flowing) -> None:
        """Pass a streamed answer on. Raises `AppError` when the provider fails on the way."""
        line = self._line
        await line.begin(answer.status, headers_of(self._call, answer.headers))
        self._is_streaming = True
        self._has_words = answer.is_events
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
        if self._is_streaming and not self._has_words:
            return  # without its last piece: what has been sent of a picture must not pass for all of it
        if self._is_streaming:
            await self._line.end(wire.error_event(error, call.endpoint.manner, call.id))
            return
        answer = error_answer(error, call.endpoint.manner, call.id)
        if error.status == 408:
            answer.headers.append(_CLOSE)
        sending = self._line.whole(answer, headers_of(self._call, answer.headers))
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
        if not (self.has_body or self._call.body):
            if age > self._timeouts.request_body:
                self._interrupt("slow")
        elif age > self._patience().total:
            self._interrupt("total")
        else:
            self._line.tick()

    def _patience(self) -> Timeouts:
        target = self._call.target
        return (target.timeouts if target is not None else None) or self._timeouts

    def _gone(self) -> None:
        if not self._is_over:
            self._interrupt("gone")

    def _interrupt(self, cause: Literal["gone", "slow", "total"]) -> None:
        if self._cause is None and self._task is not None:
            self._cause = cause
            self._task.cancel()


def headers_of(call: Call, headers: Headers) -> Headers:
    """An answer's headers, with what is said of the call itself."""
    shown = [
        *headers,
        *call.notes,
        (b"x-request-id", call.id.encode()),
        (b"x-guildhall-attempts", b"%d" % call.attempts),
        (b"x-guildhall-overhead-us", b"%d" % (call.overhead_seconds() * 1e6)),
    ]
    if call.target is not None and call.caller is not None and call.caller.role == "admin":
        shown.append((b"x-guildhall-channel", call.target.channel_id.encode()))
    return shown
