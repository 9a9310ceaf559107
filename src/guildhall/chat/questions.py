"""Questions: what an agent wants to know, and what its session's owner answers."""

from dataclasses import asdict

from guildhall.chat import requests
from guildhall.chat.errors import already_decided, answers_unfit
from guildhall.chat.question_schemas import AnswersIn
from guildhall.chat.request_tables import QuestionRow
from guildhall.chat.tables import ChatSession
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.engines.api import Question


async def ask(session: Session, row: ChatSession, turn_id: str, question: Question) -> QuestionRow:
    """Have a call wait for what the session's owner answers."""
    asked = QuestionRow(
        id=new_id("qn"),
        user_id=row.user_id,
        session_id=row.id,
        turn_id=turn_id,
        tool_call_id=question.tool_call_id,
        items=[asdict(item) for item in question.items],
        answers=None,
        status="pending",
        created_at=now(),
    )
    await requests.put(session, row, asked)
    return asked


async def answer(session: Session, owner: str, question_id: str, given: AnswersIn) -> QuestionRow:
    """Answer for the owner. Raises `question_not_found`, `answers_unfit`, `already_decided`."""
    question, row = await requests.find(session, QuestionRow, owner, question_id)
    _require_fit(question, given.answers)
    return await _close(session, row, question, "answered", [list(each) for each in given.answers])


async def skip(session: Session, owner: str, question_id: str) -> QuestionRow:
    """Leave it to the agent. Raises `question_not_found`, `already_decided`."""
    question, row = await requests.find(session, QuestionRow, owner, question_id)
    return await _close(session, row, question, "skipped", None)


async def _close(
    session: Session, row: ChatSession, question: QuestionRow, status: str, answers: list[list[str]] | None
) -> QuestionRow:
    if not await requests.close(session, question, status, answers=answers):
        raise already_decided(question.status)
    await requests.show_waiting(session, row.id)
    return question


def _require_fit(question: QuestionRow, answers: tuple[tuple[str, ...], ...]) -> None:
    if len(answers) != len(question.items):
        raise answers_unfit(f"{len(question.items)} things were asked: give a list of answers for each.")
    if not any(answers):
        raise answers_unfit("Answer something, or skip the question.")
    for item, chosen in zip(question.items, answers, strict=True):
        if len(chosen) > 1 and not item["is_multiple"]:
            raise answers_unfit(f"One answer at most can be given to: {item['text']}")
