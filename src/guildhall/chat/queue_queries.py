"""Statements on what waits to be sent."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from guildhall.chat.tables import ChatSession, QueuedRow
from guildhall.core.db import Session


async def queue_of(session: Session, session_id: str) -> Sequence[QueuedRow]:
    """In the order in which it is sent."""
    statement = select(QueuedRow).where(QueuedRow.session_id == session_id)
    return (await session.scalars(statement.order_by(QueuedRow.place, QueuedRow.id))).all()


async def queued_of(session: Session, session_id: str, queued_id: str) -> QueuedRow | None:
    """One that still waits in this session."""
    statement = select(QueuedRow).where(QueuedRow.id == queued_id, QueuedRow.session_id == session_id)
    return (await session.scalars(statement)).one_or_none()


async def queued_by_idempotency_key(session: Session, session_id: str, key: str) -> QueuedRow | None:
    """What an earlier request with the same key put there."""
    statement = select(QueuedRow).where(QueuedRow.session_id == session_id, QueuedRow.idempotency_key == key)
    return (await session.scalars(statement)).one_or_none()


async def next_place(session: Session, session_id: str) -> int:
    """Behind the last; the caller holds the session."""
    statement = select(func.coalesce(func.max(QueuedRow.place), 0)).where(QueuedRow.session_id == session_id)
    return int((await session.execute(statement)).scalar_one()) + 1


async def add(session: Session, row: QueuedRow) -> None:
    """Store what is to be sent."""
    session.add(row)
    await session.flush()


async def remove(session: Session, queued_id: str) -> None:
    """It is sent now, or is not to be sent."""
    await session.execute(delete(QueuedRow).where(QueuedRow.id == queued_id))


async def queued_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[QueuedRow]:
    """What waits in the owner's sessions after an id, in order of ids."""
    statement = select(QueuedRow).join(ChatSession, ChatSession.id == QueuedRow.session_id)
    statement = statement.where(ChatSession.user_id == owner, QueuedRow.id > after)
    return (await session.scalars(statement.order_by(QueuedRow.id).limit(limit))).all()
