"""The realtime WebSocket and the ticket that opens it."""

import asyncio
import re
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from guildhall.core import realtime
from guildhall.core.connection import MAX_OPERATION_BYTES, Connection
from guildhall.core.errors import AppError, RateLimitedError
from guildhall.core.metrics import Metrics
from guildhall.core.outbox import Owed
from guildhall.core.presence import TAB_PATTERN, Presence, device_of
from guildhall.core.realtime import Ending, Pass, Realtime, issue_ticket
from guildhall.core.tasks import end
from guildhall.core.web import DbSession, Identified

_CLOSE_SECONDS = 2
_TICKET_LENGTH = 200

router = APIRouter(prefix="/api/v1/realtime", tags=["realtime"])
_log = structlog.get_logger("guildhall.realtime")


class TicketOut(BaseModel):
    """A pass for one socket, and until when it authorises: fetch another before and send it as `authenticate`."""

    ticket: str
    expires_in: int
    authorised_until: datetime


@router.post("/ticket", response_model=TicketOut)
async def create_realtime_ticket(caller: Identified, session: DbSession) -> TicketOut:
    """A single-use pass for the WebSocket at `/api/v1/realtime?ticket=…`, or to renew one that is open."""
    ticket, until = await issue_ticket(session, caller.user_id, caller.credential_id, caller.expires_at)
    return TicketOut(ticket=ticket, expires_in=realtime.TICKET_SECONDS, authorised_until=until)


async def realtime_socket(socket: WebSocket) -> None:
    """Subscribe to streams; the frames are described in docs/reference/realtime.md."""
    ticket, tab = socket.query_params.get("ticket", ""), socket.query_params.get("tab", "")
    if not _same_origin(socket) or len(ticket) > _TICKET_LENGTH or not re.fullmatch(TAB_PATTERN, tab):
        await socket.close(realtime.BAD_TICKET)
        return
    await socket.accept()
    hall: Realtime = socket.app.state.realtime
    try:
        authorised = await hall.redeem(ticket)
    except AppError as error:
        await socket.close(realtime.TRY_AGAIN, error.message)
        return
    if authorised is None:
        await socket.close(realtime.BAD_TICKET, "The ticket is unknown, used or too old.")
        return
    await _admit(socket, hall, authorised, tab)


async def _admit(socket: WebSocket, hall: Realtime, authorised: Pass, tab: str) -> None:
    connection = Connection(hall, authorised)
    try:
        hall.admit(connection)
    except RateLimitedError as error:
        await socket.close(realtime.TOO_MANY, error.message)
        return
    metrics: Metrics = socket.app.state.metrics
    presence: Presence = socket.app.state.presence
    device = device_of(socket.headers.get("user-agent", ""))
    metrics.sockets.inc()
    try:
        with presence.here(connection.user_id, tab, device, "websocket"):
            await _serve(socket, connection)
    finally:
        metrics.sockets.dec()
        hall.release(connection)


async def _serve(socket: WebSocket, connection: Connection) -> None:
    """Read and write in two tasks: a handler that only sends never sees its client leave."""
    reader = asyncio.create_task(_read(socket, connection))
    writer = asyncio.create_task(_write(socket, connection))
    try:
        ends: set[asyncio.Future[Any]] = {reader, writer, connection.ended}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(reader, writer)
        await connection.close()
    for task in (reader, writer):
        failure = None if task.cancelled() else task.exception()
        if failure is not None and not isinstance(failure, WebSocketDisconnect | RuntimeError):
            _log.error("socket_failed", exc_info=failure)
    if connection.ended.done():
        await _close(socket, connection.ended.result())


async def _read(socket: WebSocket, connection: Connection) -> None:
    while True:
        try:
            async with asyncio.timeout(realtime.SILENCE_SECONDS):
                message = await socket.receive()
        except TimeoutError:
            connection.end(Ending(realtime.SILENT, "Nothing heard for too long."))
            return
        if message["type"] == "websocket.disconnect":
            return
        said = message.get("text") or message.get("bytes") or b""
        if len(said) > MAX_OPERATION_BYTES:
            connection.end(Ending(realtime.TOO_LARGE, f"At most {MAX_OPERATION_BYTES} bytes an operation."))
            return
        await connection.operate(said)


async def _write(socket: WebSocket, connection: Connection) -> None:
    try:
        while True:
            await _send(socket, await connection.outbox.take())  # nothing of it is held while the next is waited for
    except TimeoutError:
        connection.end(Ending(realtime.SLOW, "Too slow; subscribe again with the last number seen."))


async def _send(socket: WebSocket, owed: Owed) -> None:
    async with asyncio.timeout(realtime.SEND_SECONDS):
        await socket.send_text(owed.encoded().decode())


async def _close(socket: WebSocket, ending: Ending) -> None:
    """Say why, unless the client is past hearing it."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(ending.code, ending.reason)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        return


def _same_origin(socket: WebSocket) -> bool:
    """Browsers name the page's origin, and only ours may open a socket; programs name none."""
    origin = socket.headers.get("origin")
    host = socket.headers.get("host", "")
    ours = {f"http://{host}", f"https://{host}", socket.app.state.settings.public_url.rstrip("/")}
    return origin is None or origin in ours


# Starlette's own kind of route: what FastAPI's would hold for every open socket is a fifth of what one weighs.
router.add_websocket_route(router.prefix, realtime_socket)
