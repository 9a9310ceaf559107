"""HTTP of branches: another answer to a question, and which branch of a session is shown."""

from fastapi import APIRouter, Request

from guildhall.chat import branches, messages
from guildhall.chat.schemas import Exchange, RegenerateIn, SessionOut
from guildhall.chat.tables import ChatSession
from guildhall.core.web import DbSession, UserId

router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/messages/{message_id}", tags=["chat"])


@router.post("/regenerate", response_model=Exchange, status_code=202)
async def regenerate_answer(
    session_id: str, message_id: str, body: RegenerateIn, user_id: UserId, session: DbSession, request: Request
) -> Exchange:
    """Have a question answered once more, beside the answers it has; the message is one of them or the question."""
    row = await messages.hold(session, user_id, session_id)
    messages.require_idle(row)
    model = messages.choose_model(row, body.model, request.app.state.model_names())
    return await messages.regenerate(session, request.app.state.jobs, row, message_id, model=model)


@router.post("/switch", response_model=SessionOut)
async def switch_branch(session_id: str, message_id: str, user_id: UserId, session: DbSession) -> ChatSession:
    """Show the branch that a message is on, to its end; nothing changes if it is shown already, or in any file."""
    return await branches.switch(session, user_id, session_id, message_id)
