"""Statements on requests, which are permissions or questions. The owner is an argument wherever a person asks."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select, update

from guildhall.chat.request_tables import PermissionRow, QuestionRow
from guildhall.chat.tables import ChatSession
from guildhall.core.db import Session

Request = TypeVar("Request", PermissionRow, QuestionRow)


async def add(session: Session, request: PermissionRow | QuestionRow) -> None:
    """Insert a request now."""
    session.add(request)
    await session.flush()


async def by_call(session: Session, kind: type[Request], turn_id: str, tool_call_id: str) -> Request | None:
    """What was asked about a tool call."""
    statement = select(kind).where(kind.turn_id == turn_id, kind.tool_call_id == tool_call_id)
    return (await session.scalars(statement)).one_or_none()


async def request_of(session: Session, kind: type[Request], owner: str, request_id: str) -> Request | None:
    """One of the owner's."""
    statement = select(kind).where(kind.id == request_id, kind.user_id == owner)
    return (await session.scalars(statement)).one_or_none()


async def pending_of(
    session: Session,
    kind: type[Request],
    owner: str,
    *,
    session_id: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> Sequence[Request]:
    """What waits for the owner, oldest first: in one session, or in all that are not deleted."""
    statement = (
        select(kind)
        .join(ChatSession, ChatSession.id == kind.session_id)
        .where(kind.user_id == owner, kind.status == "pending", kind.id > after)
        .where(ChatSession.deleted_at.is_(None))
    )
    if session_id is not None:
        statement = statement.where(kind.session_id == session_id)
    return (await session.scalars(statement.order_by(kind.id).limit(limit))).all()


async def pending_count(session: Session, session_id: str) -> int:
    """How many calls of a session wait."""
    counts = [
        select(func.count()).where(kind.session_id == session_id, kind.status == "pending").scalar_subquery()
        for kind in (PermissionRow, QuestionRow)
    ]
    return int((await session.execute(select(counts[0] + counts[1]))).scalar_one())


async def settle(session: Session, request: PermissionRow | QuestionRow, values: Mapping[str, Any]) -> bool:
    """Write down a word; False when there is one already."""
    kind = type(request)
    statement = update(kind).where(kind.id == request.id, kind.status == "pending")
    done = await session.execute(statement.values(**values))
    return bool(getattr(done, "rowcount", 0))


async def pending_in(session: Session, kind: type[Request], session_id: str, turn_id: str) -> Sequence[Request]:
    """What waits in a turn."""
    statement = select(kind).where(kind.session_id == session_id, kind.turn_id == turn_id, kind.status == "pending")
    return (await session.scalars(statement)).all()


async def questions_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[QuestionRow]:
    """All that the owner was asked, oldest first."""
    statement = select(QuestionRow).where(QuestionRow.user_id == owner, QuestionRow.id > after)
    return (await session.scalars(statement.order_by(QuestionRow.id).limit(limit))).all()
