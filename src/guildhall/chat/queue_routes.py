"""HTTP of the queue: what is sent once the running answer has ended."""

from fastapi import APIRouter, Request

from guildhall.chat import queue
from guildhall.chat.queue_schemas import QueuedChange, QueueOrder, QueueOut
from guildhall.chat.schemas import QueuedOut
from guildhall.chat.tables import QueuedRow
from guildhall.core.web import DbSession, UserId

router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/queue", tags=["chat"])


@router.get("", response_model=QueueOut)
async def session_queue(session_id: str, user_id: UserId, session: DbSession) -> QueueOut:
    """What waits to be sent, first things first; a message that is sent while an answer is made joins it."""
    return await queue.shown(session, user_id, session_id)


@router.put("", response_model=QueueOut)
async def order_queue(session_id: str, body: QueueOrder, user_id: UserId, session: DbSession) -> QueueOut:
    """Send in another order; what is not named comes behind, what is gone by now is passed over."""
    return await queue.order(session, user_id, session_id, body.ids)


@router.post("/resume", response_model=QueueOut)
async def resume_queue(session_id: str, user_id: UserId, session: DbSession, request: Request) -> QueueOut:
    """Go on with a queue that is held because the last answer was stopped or failed."""
    return await queue.resume(session, request.app.state.jobs, user_id, session_id, request.app.state.room)


@router.patch("/{queued_id}", response_model=QueuedOut)
async def change_queued(
    session_id: str, queued_id: str, body: QueuedChange, user_id: UserId, session: DbSession, request: Request
) -> QueuedRow:
    """Say it otherwise, or to another model, before it is sent; with pictures, to one that sees them."""
    sees = request.app.state.gateway.sees_pictures
    return await queue.change(session, user_id, session_id, queued_id, body, sees=sees)


@router.delete("/{queued_id}", status_code=204)
async def remove_queued(session_id: str, queued_id: str, user_id: UserId, session: DbSession) -> None:
    """Take it out of the queue."""
    await queue.remove(session, user_id, session_id, queued_id)
