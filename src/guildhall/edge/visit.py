"""A visit: one ASGI request to the gateway, from reading its body to the last byte of its answer.

Nobody watches a caller during the first second: most calls are over by then. The wheel's first tick starts a watcher,
and a caller who leaves after that interrupts the call, which closes the connection to the provider.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal

from guildhall.core.errors import AppError, TooLargeError, UpstreamTimeoutError
from guildhall.edge import wire
from guildhall.edge.answer import Answer, Headers, StreamedAnswer, WholeAnswer, error_answer, header
from guildhall.edge.call import Call, Timeouts

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_CLOSE = (b"connection", b"close")


class RequestTimeoutError(AppError):
    """408: the caller took too long to send its request."""

    status = 408
    type = "invalid_request_error"


class Visit:
    """What the transport does with one caller. Ticked by the wheel."""

    _watcher: asyncio.Task[None] | None = None
    _cause: Literal["gone", "slow", "total"] | None = None
    _has_body = False
    _is_streaming = False
    _is_over = False

    def __init__(
        self, call: Call, receive: Receive, send: Send, timeouts: Timeouts, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._call = call
        self._receive = receive
        self._send = send
        self._timeouts = timeouts
        self._loop = loop
        self._began = loop.time()
        self._task = asyncio.current_task(loop)

    async def body(self, headers: Headers, limit: int) -> bytes:
        """The request's body. Raises `AppError` when it is too large or the caller leaves."""
        if int(header(headers, b"content-length") or b"0") > limit:
            raise _too_large(limit)
        message = await self._receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            pieces = [body]
            received = len(body)
            while message.get("more_body"):
                message = await self._receive()
                pieces.append(message.get("body", b""))
                received += len(pieces[-1])
                if received > limit:
                    raise _too_large(limit)
            body = b"".join(pieces)
        if message["type"] == "http.disconnect":
            self._interrupt("gone")
            await asyncio.sleep(0)
        self._has_body = True
        return body

    async def answer(self, answer: Answer) -> None:
        """Pass an answer on. Raises `AppError` when the provider fails on the way."""
        call = self._call
        if isinstance(answer, WholeAnswer):
            call.ended(answer.status, "rejected_by_provider" if answer.status >= 400 else None)
            await respond(self._send, self._headers(answer.headers), answer)
            self._is_over = True
            return
        await self._stream(answer)
        call.ended(answer.status)

    async def refuse(self, error: AppError) -> None:
        """Tell the caller what went wrong, inside the stream if one has begun."""
        self._call.ended(error.status, error.code)
        if self._is_over:
            return
        if self._is_streaming:
            self._is_over = True
            await self._send({"type": "http.response.body", "body": wire.error_event(error)})
            return
        answer = error_answer(error)
        if error.status == 408:
            answer.headers.append(_CLOSE)
        await respond(self._send, self._headers(answer.headers), answer)
        self._is_over = True

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
        if self._watcher is not None:
            self._watcher.cancel()

    def tick(self, now: float) -> None:
        """Interrupt what has taken too long, and begin to watch whether the caller is still there."""
        age = now - self._began
        if not self._has_body:
            if age > self._timeouts.request_body:
                self._interrupt("slow")
        elif age > self._timeouts.total:
            self._interrupt("total")
        elif self._watcher is None:
            self._watcher = self._loop.create_task(self._watch())

    async def _stream(self, answer: StreamedAnswer) -> None:
        send = self._send
        await send({"type": "http.response.start", "status": answer.status, "headers": self._headers(answer.headers)})
        self._is_streaming = True
        while events := await answer.read():
            await send({"type": "http.response.body", "body": events, "more_body": True})
        self._is_over = True
        await send({"type": "http.response.body", "body": b""})

    def _headers(self, headers: Headers) -> Headers:
        call = self._call
        return [
            *headers,
            (b"x-request-id", call.id.encode()),
            (b"x-guildhall-attempts", b"%d" % call.attempts),
            (b"x-guildhall-overhead-us", b"%d" % (call.overhead_seconds() * 1e6)),
        ]

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self._is_over:
            self._interrupt("gone")

    def _interrupt(self, cause: Literal["gone", "slow", "total"]) -> None:
        if self._cause is None and self._task is not None:
            self._cause = cause
            self._task.cancel()


async def respond(send: Send, headers: Headers, answer: WholeAnswer) -> None:
    """Send a whole answer."""
    length = (b"content-length", b"%d" % len(answer.body))
    start = {"type": "http.response.start", "status": answer.status, "headers": [*headers, length, _NOSNIFF]}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError("request_too_large", f"The request body is larger than {limit} bytes.")
