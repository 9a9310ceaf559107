"""The realtime WebSocket and the ticket that opens it."""

import asyncio
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, WebSocket
from pydantic import BaseModel
from starlette.websockets import WebSocketDisconnect

from guildhall.core.errors import AppError
from guildhall.core.metrics import Metrics
from guildhall.core.realtime import SILENCE_SECONDS, TICKET_SECONDS, Connection, Realtime, issue_ticket
from guildhall.core.web import DbSession, UserId

BAD_TICKET, SILENT, SLOW, RESTARTING = 4401, 4408, 4409, 1012
_SEND_SECONDS = 20
_MAX_SOCKETS = 50  # of one user in one process
_TOO_MANY, _TRY_AGAIN = 4429, 1013

router = APIRouter(prefix="/api/v1/realtime", tags=["realtime"])
_log = structlog.get_logger("guildhall.realtime")


class TicketOut(BaseModel):
    """A pass for one socket."""

    ticket: str
    expires_in: int


@router.post("/ticket", response_model=TicketOut)
async def create_realtime_ticket(user_id: UserId, session: DbSession) -> TicketOut:
    """A single-use pass for the WebSocket at `/api/v1/realtime?ticket=…`."""
    return TicketOut(ticket=await issue_ticket(session, user_id), expires_in=TICKET_SECONDS)


@router.websocket("")
async def realtime_socket(socket: WebSocket, ticket: Annotated[str, Query(max_length=200)] = "") -> None:
    """Subscribe to streams; the frames are described in docs/reference/realtime.md."""
    realtime: Realtime = socket.app.state.realtime
    if not _same_origin(socket):
        await socket.close(BAD_TICKET)
        return
    await socket.accept()
    try:
        user_id = await realtime.redeem(ticket)
    except AppError as error:
        await socket.close(_TRY_AGAIN, error.message)
        return
    if user_id is None:
        await socket.close(BAD_TICKET, "The ticket is unknown, used or too old.")
        return
    open_sockets: dict[str, set[WebSocket]] = socket.app.state.sockets
    mine = open_sockets.setdefault(user_id, set())
    if len(mine) >= _MAX_SOCKETS:
        await socket.close(_TOO_MANY, "Too many connections of one person.")
        return
    mine.add(socket)
    metrics: Metrics = socket.app.state.metrics
    metrics.sockets.inc()
    try:
        await _serve(socket, Connection(realtime, user_id))
    finally:
        metrics.sockets.dec()
        mine.discard(socket)
        if not mine:
            open_sockets.pop(user_id, None)


async def _serve(socket: WebSocket, connection: Connection) -> None:
    """Read and write in two tasks: a handler that only sends never sees its client leave."""
    reader = asyncio.create_task(_read(socket, connection))
    writer = asyncio.create_task(_write(socket, connection))
    try:
        await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (reader, writer):
            task.cancel()
        results = await asyncio.gather(reader, writer, return_exceptions=True)
        await connection.close()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | RuntimeError):
            _log.error("socket_failed", exc_info=result)


async def _read(socket: WebSocket, connection: Connection) -> None:
    while True:
        try:
            message = await asyncio.wait_for(socket.receive(), SILENCE_SECONDS)
        except TimeoutError:
            await socket.close(SILENT, "Nothing heard for too long.")
            return
        if message["type"] == "websocket.disconnect":
            return
        await connection.operate(message.get("text") or message.get("bytes") or b"")


async def _write(socket: WebSocket, connection: Connection) -> None:
    async for frame in connection.frames():
        try:
            await asyncio.wait_for(socket.send_text(frame.decode()), _SEND_SECONDS)
        except TimeoutError:
            await socket.close(SLOW, "Too slow; subscribe again with the last number seen.")
            return


def _same_origin(socket: WebSocket) -> bool:
    """Browsers name the page's origin, and only ours may open a socket; programs name none."""
    origin = socket.headers.get("origin")
    host = socket.headers.get("host", "")
    ours = {f"http://{host}", f"https://{host}", socket.app.state.settings.public_url.rstrip("/")}
    return origin is None or origin in ours
