"""HTTP of compacting: have a conversation summed up."""

from fastapi import APIRouter, Request

from guildhall.chat import compacting, messages, queue
from guildhall.chat.compact_schemas import CompactIn
from guildhall.chat.schemas import MessageOut
from guildhall.core.web import DbSession, UserId

router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/compact", tags=["chat"])


@router.post("", response_model=MessageOut, status_code=202)
async def compact_session(
    session_id: str, body: CompactIn, user_id: UserId, session: DbSession, request: Request
) -> MessageOut:
    """Sum up the branch that is shown: once that is complete, models are told the summary in place of what came before.

    Nothing is deleted. Gives the summary that is being made, by a job, as an answer is; it can be stopped like one.
    With `retry_id`, the question of that answer waits in the queue meanwhile, and is asked again.
    """
    row = await messages.hold(session, user_id, session_id)
    messages.require_idle(row)
    state = request.app.state
    model = messages.choose_model(row, None, state.model_names())
    if body.retry_id is not None:
        return await queue.compact_and_ask_again(
            session, state.jobs, row, body.retry_id, model=model, note=body.note or None
        )
    return await compacting.begin(session, state.jobs, row, model=model, head_id=row.head_id, note=body.note or None)
