"""HTTP of forks: a session of its own that begins as a copy."""

from fastapi import APIRouter, Request

from guildhall.chat.fork_schemas import ForkIn
from guildhall.chat.forks import Forks
from guildhall.chat.routes import IdempotencyKey
from guildhall.chat.schemas import SessionOut
from guildhall.chat.tables import ChatSession
from guildhall.chat.web import OnShelf
from guildhall.core.web import UserId

router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/fork", tags=["chat"])


@router.post("", response_model=SessionOut, status_code=201)
async def fork_session(
    session_id: str,
    body: ForkIn,
    user_id: UserId,
    attachments: OnShelf,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> ChatSession:
    """Begin a session as a copy of the branch that is shown, or of the branch up to a message, with its settings.

    An answer that is still being made is left out. What the copied answers used and changed stays with the original.
    """
    state = request.app.state
    forks = Forks(state.db, attachments, state.jobs)
    return await forks.create(user_id, session_id, body.message_id, idempotency_key)
