"""Answers: what a provider said, judged before the caller sees any of it; whole, or streamed event by event."""

import time
from collections.abc import Mapping
from typing import ClassVar, Protocol

from guildhall.core.errors import AppError
from guildhall.edge import attempts, wire
from guildhall.edge.adapter import Adapter
from guildhall.edge.call import Call, Way
from guildhall.edge.connection import Connection
from guildhall.edge.directory import Directory
from guildhall.edge.endpoints import COUNTING, Manner
from guildhall.edge.estimates import Heard
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.rest import Rest, Uncounted
from guildhall.edge.sse import EventFilter

Headers = list[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")
EVENTS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]
_PASSED_ON = ((b"openai-processing-ms", b"openai-processing-ms"), (b"x-request-id", b"x-upstream-request-id"))
_CHANNELS_FAULT = frozenset({401, 402, 403, 404, 405, 407, 408, 409, 425, 429})
_WORDS = {
    401: "The provider refused the channel's key.",
    402: "The provider wants the channel's account to be paid up.",
    403: "The provider refused the channel's key.",
    404: "The provider does not know this address or model.",
    429: "The provider is limiting how often the channel may call.",
}


class WholeAnswer:
    """An answer that has arrived completely."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def close(self) -> None:
        """Nothing is held open."""


class StreamedAnswer:
    """An answer that is still arriving; its first events are here. Close it, or the provider goes on talking."""

    __slots__ = ("_adapting", "_call", "_connection", "_directory", "_filter", "_first", "_heard", "headers", "status")
    is_events: ClassVar[bool] = True

    def __init__(self, call: Call, way: Way, connection: Connection, directory: Directory) -> None:
        self._call = call
        self._connection = connection
        self._directory = directory
        is_own = way.adapter is None
        self._filter = EventFilter(way.dialect, strip_usage=is_own and call.asks_for_usage and not call.include_usage)
        self._adapting = None if way.adapter is None else Adapting(call, way.adapter)
        self._first = b""
        self._heard = Heard()
        self.status = 200
        self.headers = [*EVENTS, *passed_on(connection.headers)]

    async def begin(self) -> None:
        """Wait for the first events: until then another channel may be tried. Raises `UpstreamFailure`."""
        self._first = await self._next()
        if self._filter.is_failed:
            raise UpstreamFailure("error_body", "The provider answered with an error.")
        self._call.first_byte_at = time.perf_counter()

    async def read(self) -> bytes:
        """The next whole events; nothing at the end. Raises `AppError` when the provider fails on the way."""
        if self._first:
            first, self._first = self._first, b""
            return first
        call = self._call
        started = time.perf_counter()
        try:
            return await self._next()
        except UpstreamFailure as failure:
            if call.target is not None:
                self._directory.failed(call, call.target, failure)
                attempts.note(call, call.target, failure, waited=time.perf_counter() - started)
            error = failure.error()
            call.ended(504 if error.status == 504 else 502, error.code, error.message)
            raise error from failure
        finally:
            call.upstream_seconds += time.perf_counter() - started
            call.usage = self._filter.usage

    def close(self) -> None:
        """Give the connection back when the answer came to its end; otherwise stop the provider by closing it, unless
        it may go on to tell the usage.
        """
        call, events = self._call, self._filter
        rest = Rest(self._connection, events, self._heard)
        call.usage = events.usage
        if call.is_left and not events.is_done:
            call.uncounted = Uncounted(self._heard, rest)
            return
        rest.close()
        if not events.is_counted:
            call.uncounted = Uncounted(self._heard)

    async def _next(self) -> bytes:
        events = self._filter
        while not (events.is_done or events.is_failed):
            data = await self._connection.read()
            self._heard.take(data)
            passed = events.feed(data) if data else events.close()
            if self._adapting is not None:
                passed = self._adapting.feed(passed)
            if passed:
                return passed
        if events.is_failed:
            self._call.ended(502, "upstream_error", "The provider reported an error in the middle of its answer.")
        elif self._adapting is not None:
            return self._adapting.close()
        return b""


class Adapting:
    """A stream of another dialect, for this caller."""

    __slots__ = ("_filter", "_is_closed", "_stream")

    def __init__(self, call: Call, adapter: Adapter) -> None:
        self._stream = adapter.stream(call.original or call.body)
        self._is_closed = False
        is_unasked = call.asks_for_usage and not call.include_usage
        self._filter = EventFilter(strip_usage=True) if is_unasked else None

    def feed(self, events: bytes) -> bytes:
        """Whole events of the provider as whole events for the caller. Raises `UpstreamFailure`."""
        return self._passed(self._stream.feed(events)) if events else b""

    def close(self) -> bytes:
        """What is owed at the end; nothing the second time. Raises `UpstreamFailure`."""
        if self._is_closed:
            return b""
        self._is_closed = True
        return self._passed(self._stream.close())

    def _passed(self, events: bytes) -> bytes:
        return self._filter.feed(events) if self._filter is not None and events else events


class Flowing(Protocol):
    """An answer that is still arriving."""

    status: int
    headers: Headers

    @property
    def is_events(self) -> bool:
        """Whether it can end with an error in words; otherwise one that breaks off is cut off."""

    async def read(self) -> bytes:
        """The next piece; nothing at the end. Raises `AppError` when the provider fails on the way."""

    def close(self) -> None:
        """Let go of the provider."""


Answer = WholeAnswer | Flowing


def judge(call: Call, way: Way, connection: Connection, body: bytes) -> WholeAnswer:
    """A complete response as an answer for the caller. Raises `UpstreamFailure` when it is none."""
    status = connection.status
    if status in _CHANNELS_FAULT or not 200 <= status < 500 or 300 <= status < 400:
        raise _refusal(status, connection.headers, body)
    seen = way.dialect.answer(body)
    if seen is None:
        raise UpstreamFailure("not_json", _not_json(body), status=status)
    adapter = way.adapter
    if status < 300:
        if seen.is_error:
            words = wire.error_words(body)
            raise UpstreamFailure("error_body", "The provider answered with an error.", said=words)
        if call.stream:
            raise UpstreamFailure("not_json", "The provider did not stream its answer.")
        call.usage, said = seen.usage, body
        if adapter is not None:
            body = adapter.answer(body, call.original or call.body)
        if seen.usage is None and call.endpoint not in COUNTING:
            call.uncounted = Uncounted(Heard(said))
    elif adapter is not None:
        body = adapter.refusal(body)
    return WholeAnswer(status, [JSON, *passed_on(connection.headers)], body)


def passed_on(headers: Mapping[bytes, bytes]) -> Headers:
    """The provider's headers that the caller may see."""
    if not headers:
        return []
    return [(ours, headers[theirs]) for theirs, ours in _PASSED_ON if theirs in headers]


def header(headers: Headers, wanted: bytes) -> bytes:
    """One header's value, empty when absent."""
    for name, value in headers:
        if name == wanted:
            return value
    return b""


def error_answer(error: AppError, manner: Manner = "openai", request_id: str | None = None) -> WholeAnswer:
    """An error as an answer, in the shape that the caller's clients know."""
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in error.headers.items()]
    return WholeAnswer(error.status, [JSON, *headers], wire.error_body(error, manner, request_id))


def _refusal(status: int, headers: Mapping[bytes, bytes], body: bytes) -> UpstreamFailure:
    retry_after = headers.get(b"retry-after", b"").decode("latin-1")
    message = _WORDS.get(status, f"The provider answered with status {status}.")
    is_seconds = retry_after.isdigit() and len(retry_after) < 6
    said = wire.error_words(body)
    return UpstreamFailure("status", message, status=status, retry_after=retry_after if is_seconds else None, said=said)


def _not_json(body: bytes) -> str:
    if body.lstrip()[:1] == b"<":
        return "The provider answered with a web page instead of JSON."
    return "The provider's answer was not JSON."
