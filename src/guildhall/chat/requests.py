"""Requests: what a turn waits for its session's owner with, be it a permission or a question. The first word counts."""

from typing import Any

from guildhall.accounts.streams import user_stream
from guildhall.chat import queries, request_queries, streams
from guildhall.chat.errors import permission_not_found, question_not_found
from guildhall.chat.permission_schemas import PermissionOut
from guildhall.chat.question_schemas import QuestionOut
from guildhall.chat.request_queries import Request
from guildhall.chat.request_tables import PermissionRow, QuestionRow
from guildhall.chat.tables import ChatSession
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session

DECIDED = {"permission": "permission.decided", "question": "question.answered"}
"""What tells that nobody waits any more, by what was asked."""
_NOT_FOUND = {PermissionRow: permission_not_found, QuestionRow: question_not_found}


async def put(session: Session, row: ChatSession, request: PermissionRow | QuestionRow) -> None:
    """Have a call wait for the session's owner."""
    await request_queries.add(session, request)
    await _tell(session, request, f"{_noun(request)}.asked")
    await _show_waiting(session, row)


async def find(session: Session, kind: type[Request], owner: str, request_id: str) -> tuple[Request, ChatSession]:
    """One of the owner's, and its session, locked. Raises `permission_not_found`, `question_not_found`."""
    request = await request_queries.request_of(session, kind, owner, request_id)
    row = await queries.locked_session_of(session, owner, request.session_id) if request else None
    if request is None or row is None:
        raise _NOT_FOUND[kind]()
    return request, row


async def close(session: Session, request: PermissionRow | QuestionRow, status: str, **word: Any) -> bool:
    """Write down a word and tell the turn and every tab; False when there was one already."""
    is_first = await request_queries.settle(session, request, {"status": status, "decided_at": now(), **word})
    await session.refresh(request)
    if is_first:
        await _tell(session, request, DECIDED[_noun(request)])
    return is_first


async def cancel(session: Session, session_id: str, turn_id: str) -> None:
    """Nobody waits any more for what a turn asked."""
    for permission in await request_queries.pending_in(session, PermissionRow, session_id, turn_id):
        await close(session, permission, "cancelled")
    for question in await request_queries.pending_in(session, QuestionRow, session_id, turn_id):
        await close(session, question, "cancelled")


async def take_back(session: Session, turn_id: str, tool_call_id: str) -> None:
    """Nobody waits any more for leave for a call that has ended without a word."""
    permission = await request_queries.by_call(session, PermissionRow, turn_id, tool_call_id)
    if permission is not None and permission.status == "pending":
        await close(session, permission, "cancelled")
        await show_waiting(session, permission.session_id)


async def show_waiting(session: Session, session_id: str) -> None:
    """Show whether a session waits for its owner."""
    row = await queries.session_by_id(session, session_id)
    if row is not None:
        await _show_waiting(session, row)


async def _show_waiting(session: Session, row: ChatSession) -> None:
    waits = await request_queries.pending_count(session, row.id)
    state = "waiting" if waits else "running"
    if row.state not in ("idle", state):
        row.state, row.updated_at = state, now()
        await session.flush()
        await streams.publish_session(session, row)


async def _tell(session: Session, request: PermissionRow | QuestionRow, event: str) -> None:
    shape = QuestionOut if isinstance(request, QuestionRow) else PermissionOut
    body = {_noun(request): shape.model_validate(request).model_dump(mode="json")}
    await events.publish(session, streams.session_stream(request.session_id), event, body)
    await events.publish(session, user_stream(request.user_id), event, body)


def _noun(request: PermissionRow | QuestionRow) -> str:
    return "question" if isinstance(request, QuestionRow) else "permission"
