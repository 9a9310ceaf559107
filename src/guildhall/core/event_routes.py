"""The streams without a WebSocket: server-sent events and long poll at one address, over the same log."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from guildhall.core import realtime
from guildhall.core.connection import Connection
from guildhall.core.errors import BadRequestError, UnauthorizedError
from guildhall.core.lines import Line, line_of
from guildhall.core.metrics import Metrics
from guildhall.core.middleware import WAITS, Receive, Scope, Send
from guildhall.core.outbox import Owed
from guildhall.core.polling import gather
from guildhall.core.presence import TAB_PATTERN, Presence, device_of
from guildhall.core.realtime import Ending, Realtime, pass_of
from guildhall.core.tasks import end
from guildhall.core.web import Caller, Identified

MAX_STREAMS = 20
MAX_WAIT_SECONDS = 30
_CHUNK_FRAMES = 50
_SSE_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_PLACES = re.compile(r"(?:[a-z0-9._-]{1,120}:)?[0-9]{1,18}(?:,[a-z0-9._-]{1,120}:[0-9]{1,18})*")

router = APIRouter(prefix="/api/v1", tags=["realtime"])


class EventOut(BaseModel):
    """One event; with `first_seq` it stands for all from there to `seq`."""

    stream: str
    seq: int
    first_seq: int | None = None
    type: str
    body: dict[str, Any]
    at: datetime


class PlaceOut(BaseModel):
    """Where a stream stands; a snapshot replaces whatever was known of it."""

    stream: str
    seq: int
    snapshot: dict[str, Any] | None


class PollOut(BaseModel):
    """What has happened; `seq` and `snapshot` are of the first stream asked for, `streams` has every one."""

    events: list[EventOut]
    seq: int
    snapshot: dict[str, Any] | None
    streams: list[PlaceOut]
    after: str


@router.get(
    "/events",
    response_model=PollOut,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def follow_events(
    request: Request,
    caller: Identified,
    stream: Annotated[list[str], Query(min_length=1, max_length=MAX_STREAMS, description="Streams to follow.")],
    after: Annotated[
        str, Query(max_length=4000, description="The last number seen, or `stream:number,…` for several streams.")
    ] = "",
    wait: Annotated[
        int | None, Query(ge=0, le=MAX_WAIT_SECONDS, description="Long poll: answer with JSON after so many seconds.")
    ] = None,
    tab: Annotated[str, Query(pattern=TAB_PATTERN, description="Names the browser's tab, for presence.")] = "",
    last_event_id: Annotated[str, Header(max_length=4000)] = "",
) -> Response:
    """Follow streams as server-sent events; with `wait`, answer once with what has happened by then."""
    request.scope["state"][WAITS] = True
    streams = list(dict.fromkeys(stream))
    places = _places(last_event_id or after, streams)
    opened = _connected(request, caller, "poll" if wait is not None else "sse", tab)
    if wait is None:
        return EventStream(opened, streams, places)
    async with opened as connection:
        for name in streams:
            await connection.subscribe(name, places.get(name))
        told = await _unless_gone(request, gather(connection, streams, places, wait))
        if connection.ended.done() and connection.ended.result().code == realtime.BAD_TICKET:
            raise UnauthorizedError("not_signed_in", connection.ended.result().reason)
    return Response(orjson.dumps(told), media_type="application/json", headers={"cache-control": "no-store"})


class EventStream(Response):
    """Frames as server-sent events, with each stream's place as their id, for as long as the client listens."""

    media_type = "text/event-stream"

    def __init__(
        self, opened: contextlib.AbstractAsyncContextManager[Connection], streams: list[str], places: dict[str, int]
    ) -> None:
        super().__init__()
        self._opened = opened
        self._streams = streams
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. What is refused before the first byte is an error like any other."""
        async with self._opened as connection:
            for name in self._streams:
                await connection.subscribe(name, self._places.get(name))
            await send({"type": "http.response.start", "status": 200, "headers": _SSE_HEADERS})
            sending = asyncio.create_task(self._send(connection, send, line_of(scope)))
            leaving = asyncio.create_task(_gone(receive))
            try:
                ends: set[asyncio.Future[Any]] = {sending, leaving, connection.ended}
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await end(sending, leaving)
            if connection.ended.done() and connection.ended.result().code != realtime.SLOW:
                await _say_goodbye(connection.ended.result(), send)

    async def _send(self, connection: Connection, send: Send, line: Line | None) -> None:
        await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
        while True:
            chunk = await self._chunk(connection)
            try:
                async with asyncio.timeout(realtime.SEND_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except TimeoutError:
                connection.end(Ending(realtime.SLOW, "Too slow."))
                if line is not None:
                    line.cut()
                return

    async def _chunk(self, connection: Connection) -> bytes:
        """The frames that wait, or a heartbeat when there is none for long."""
        try:
            async with asyncio.timeout(realtime.HEARTBEAT_SECONDS):
                parts = [self._event(await connection.outbox.take())]
        except TimeoutError:
            return b": still here\n\n"
        while len(connection.outbox) and len(parts) < _CHUNK_FRAMES:
            parts.append(self._event(await connection.outbox.take()))
        return b"".join(parts)

    def _event(self, owed: Owed) -> bytes:
        if owed.op not in {"subscribed", "snapshot", "event"}:
            return b"data: %b\n\n" % owed.encoded()
        self._places[owed.stream] = owed.seq
        if len(self._streams) == 1:
            place = str(owed.seq)
        else:
            place = ",".join(f"{name}:{self._places[name]}" for name in self._streams if name in self._places)
        return b"id: %b\ndata: %b\n\n" % (place.encode(), owed.encoded())


async def _say_goodbye(ending: Ending, send: Send) -> None:
    frame = orjson.dumps({"op": "close", "code": ending.code, "message": ending.reason})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await send({"type": "http.response.body", "body": b"data: %b\n\n" % frame, "more_body": False})


@contextlib.asynccontextmanager
async def _connected(request: Request, caller: Caller, carrier: str, tab: str) -> AsyncIterator[Connection]:
    """A connection of this request, counted and shown for as long as the context lasts."""
    hall: Realtime = request.app.state.realtime
    metrics: Metrics = request.app.state.metrics
    presence: Presence = request.app.state.presence
    connection = Connection(hall, pass_of(caller.user_id, caller.credential_id, caller.expires_at))
    hall.admit(connection)
    line = line_of(request.scope)
    if line is not None:
        line.on_leaving = lambda: connection.end(Ending(realtime.RESTARTING, "The server restarts."))
    metrics.sockets.inc()
    try:
        with presence.here(caller.user_id, tab, device_of(request.headers.get("user-agent", "")), carrier):
            yield connection
    finally:
        metrics.sockets.dec()
        hall.release(connection)
        await connection.close()
        if line is not None:
            line.on_leaving = None


async def _unless_gone(request: Request, work: Any) -> Any:
    """What `work` gives, or nothing when the client goes away first."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request.receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        await end(working, leaving)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _places(text: str, streams: list[str]) -> dict[str, int]:
    """The last numbers seen: `41` is the first stream's, `name:41,…` says whose. Raises `BadRequestError`."""
    if not text:
        return {}
    if not _PLACES.fullmatch(text):
        raise BadRequestError("invalid_place", "`after` is a number, or `stream:number` for each stream.")
    places = {}
    for part in text.split(","):
        name, _, number = part.rpartition(":")
        places[name or streams[0]] = int(number)
    return places
