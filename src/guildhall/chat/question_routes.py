"""The API of questions that agents ask the person who asks here."""

from typing import Any

from fastapi import APIRouter

from guildhall.chat import questions, request_queries
from guildhall.chat.permission_routes import SessionFilter
from guildhall.chat.question_schemas import AnswersIn, QuestionOut
from guildhall.chat.request_tables import QuestionRow
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])


@router.get("/questions", response_model=Page[QuestionOut])
async def list_questions(
    user_id: UserId, session: DbSession, cursor: PageCursor, session_id: SessionFilter = None
) -> dict[str, Any]:
    """What agents want to know of you, oldest first: in one session, or in all."""
    place = cursor.position(str)
    rows = await request_queries.pending_of(
        session, QuestionRow, user_id, session_id=session_id, after=place[0] if place else "", limit=cursor.limit + 1
    )
    return page_of(rows, cursor, lambda row: [row.id])


@router.post("/questions/{question_id}/answer", response_model=QuestionOut)
async def answer_question(question_id: str, body: AnswersIn, user_id: UserId, session: DbSession) -> QuestionRow:
    """Answer an agent, which goes on with it; the first word counts."""
    return await questions.answer(session, user_id, question_id, body)


@router.post("/questions/{question_id}/skip", response_model=QuestionOut)
async def skip_question(question_id: str, user_id: UserId, session: DbSession) -> QuestionRow:
    """Leave it to the agent to decide; the first word counts."""
    return await questions.skip(session, user_id, question_id)
