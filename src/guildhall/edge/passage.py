"""Passage: images and sound, passed through as they arrive. Neither an upload nor an answer is ever held whole.

An upload that is not held can be sent once: until its first byte has gone up another channel may be tried, and after
that a failed attempt is an error.
"""

import math
import time

from guildhall.core.errors import AppError
from guildhall.edge import betas
from guildhall.edge.answer import EVENTS, Answer, Headers, WholeAnswer, judge, passed_on
from guildhall.edge.call import Call, Target, Timeouts, Way
from guildhall.edge.connection import Connection
from guildhall.edge.directory import Directory
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.forward import body_for
from guildhall.edge.media_usage import Glimpse
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.uploads import Upload
from guildhall.edge.upstream import Upstreams
from guildhall.edge.wire import ModelRequest

_JSON_FRAMING = b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"


class UnsupportedMediaTypeError(AppError):
    """415: the request is not written as this address takes it."""

    status = 415
    type = "invalid_request_error"


class PassedAnswer:
    """An answer that is passed on as it comes. Close it, or the provider goes on sending."""

    def __init__(self, call: Call, connection: Connection, directory: Directory, *, is_sent: bool) -> None:
        """`is_sent`: all of the request has gone up, so that the connection may be used again."""
        self._call = call
        self._connection = connection
        self._directory = directory
        self._is_sent = is_sent
        self._first = b""
        self._last = b""
        self._error: AppError | None = None
        kind = connection.headers.get(b"content-type", b"application/octet-stream")
        self.is_events = kind.lower().startswith(b"text/event-stream")
        self._is_json = kind.lower().startswith(b"application/json")
        self._glimpse = Glimpse() if self.is_events or self._is_json else None
        self.status = connection.status
        own = EVENTS if self.is_events else [(b"content-type", kind)]
        self.headers: Headers = [*own, *passed_on(connection.headers)]

    async def begin(self) -> None:
        """Wait for the first piece. Raises `UpstreamFailure`."""
        self._first = await self._connection.read()
        if self._is_json and self._first.lstrip()[:8] == b'{"error"':
            raise UpstreamFailure("error_body", "The provider answered with an error.")
        self._call.first_byte_at = time.perf_counter()

    async def read(self) -> bytes:
        """The next piece; nothing at the end. Raises `AppError` when the provider fails on the way."""
        if self._error is not None:
            raise self._error
        call = self._call
        started = time.perf_counter()
        try:
            piece, self._first = self._first or await self._connection.read(), b""
        except UpstreamFailure as failure:
            if call.target is not None:
                self._directory.failed(call, call.target, failure)
            error = failure.error()
            call.ended(504 if error.status == 504 else 502, error.code, error.message)
            if self.is_events and not self._last.endswith(b"\n\n"):
                self._error = error
                return b"\n\n"  # half an event has been sent: the error must not become part of it
            raise error from failure
        finally:
            call.upstream_seconds += time.perf_counter() - started
        self._last = piece
        if self._glimpse is not None:
            self._glimpse.take(piece)
            if not piece:
                call.usage = self._glimpse.usage()
        return piece

    def close(self) -> None:
        """Give the connection back when the answer came to its end; otherwise stop the provider by closing it."""
        if self._is_sent and self._connection.is_complete:
            self._connection.release()
        else:
            self._connection.abort()


class Passages:
    """Opens calls that are passed through."""

    def __init__(self, pipeline: Pipeline, upstreams: Upstreams, directory: Directory, timeouts: Timeouts) -> None:
        self._pipeline = pipeline
        self._upstreams = upstreams
        self._directory = directory
        self._timeouts = timeouts

    async def open(self, upload: Upload | None, call: Call) -> Answer:
        """Wait for an answer's beginning; without an upload, the request is in the call. Raises `AppError`."""
        form = call.endpoint.form
        if form != "either" and (form == "multipart") != (upload is not None):
            wanted = "multipart/form-data" if form == "multipart" else "application/json"
            raise UnsupportedMediaTypeError("unsupported_media_type", f"This address takes {wanted}.")
        if upload is None:
            call.carry = lambda target: self._carry_body(call, target)
        else:
            call.request = ModelRequest(model=await upload.begin())
            call.carry = lambda target: self._carry_upload(call, upload, target)
        answer = await self._pipeline.open(call)
        call.stream = not isinstance(answer, WholeAnswer) and answer.is_events
        return answer

    async def _carry_body(self, call: Call, target: Target) -> Answer:
        """Send a request that is held. Raises `UpstreamFailure`, `BadRequestError`."""
        body = body_for(call, target, target.ways[call.endpoint.path])
        return await self._carry_held(call, target, _JSON_FRAMING % len(body), body)

    async def _carry_upload(self, call: Call, upload: Upload, target: Target) -> Answer:
        """Send a form. Raises `UpstreamFailure` while another channel may be tried, otherwise `AppError`."""
        framing, first = upload.framing(target.model), upload.first(target.model)
        if upload.is_held:
            return await self._carry_held(call, target, framing, first)
        # A connection that was kept may be closed at this very moment, and this cannot be sent twice.
        connection = await self._connect(call, target)
        try:
            return await self._exchange(call, target, connection, framing, first, upload)
        except UpstreamFailure as failure:
            self._directory.failed(call, target, failure)
            raise failure.error() from failure

    async def _carry_held(self, call: Call, target: Target, framing: bytes, body: bytes) -> Answer:
        connection = self._upstreams.pool(target).take()
        if connection is not None:
            try:
                return await self._exchange(call, target, connection, framing, body, None)
            except UpstreamFailure as failure:
                if failure.reason != "dropped" or connection.heard_anything:
                    raise
        return await self._exchange(call, target, await self._connect(call, target), framing, body, None)

    async def _connect(self, call: Call, target: Target) -> Connection:
        started = time.perf_counter()
        try:
            return await self._upstreams.pool(target).connect((target.timeouts or self._timeouts).connect)
        finally:
            call.upstream_seconds += time.perf_counter() - started

    async def _exchange(
        self, call: Call, target: Target, connection: Connection, framing: bytes, first: bytes, upload: Upload | None
    ) -> Answer:
        """One request and the beginning of its response; whatever goes wrong closes the connection."""
        way, timeouts = target.ways[call.endpoint.path], target.timeouts or self._timeouts
        started = time.perf_counter()
        try:
            head = _head_of(call, way)
            connection.send(head + framing, first, first_byte=timeouts.first_byte, idle=timeouts.idle)
            is_sent = upload is None or await _sent(upload, connection, timeouts.first_byte)
            await connection.head()
            if connection.status < 400 and not _is_page(connection):
                answer = PassedAnswer(call, connection, self._directory, is_sent=is_sent)
                await answer.begin()
                return answer
            whole = await connection.whole()
        except BaseException:
            connection.abort()
            raise
        finally:
            call.upstream_seconds += (connection.ended_at or time.perf_counter()) - started
        call.first_byte_at = connection.ended_at
        if is_sent:
            connection.release()
        else:
            connection.abort()
        if connection.status < 400:
            raise UpstreamFailure("not_json", "The provider answered with a web page.")
        return judge(call, way, connection, whole)


async def _sent(upload: Upload, connection: Connection, first_byte: float) -> bool:
    """Send what is not held; whether all of it was sent before the provider answered."""
    connection.expect(math.inf)  # it is the caller that is waited for
    is_sent = True
    async for piece in upload.rest():
        if connection.has_headers:
            is_sent = False
            break
        await connection.more(piece, within=first_byte)
    connection.expect(first_byte)
    return is_sent


def _head_of(call: Call, way: Way) -> bytes:
    """All but the lines that tell how the body is written."""
    return betas.added(way.head, way.dialect, call.betas) if call.betas else way.head


def _is_page(connection: Connection) -> bool:
    return connection.headers.get(b"content-type", b"").lower().startswith(b"text/html")
