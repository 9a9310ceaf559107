"""Statements on notifications; the owner is part of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from guildhall.accounts.tables import Notification, User
from guildhall.core.db import Session


async def add_notification(session: Session, row: Notification) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def notifications_of(
    session: Session, user_id: str, *, unread_only: bool, limit: int, before: str | None
) -> Sequence[Notification]:
    """Newest first, which the id's order is."""
    statement = select(Notification).where(Notification.user_id == user_id)
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    if before is not None:
        statement = statement.where(Notification.id < before)
    return (await session.scalars(statement.order_by(Notification.id.desc()).limit(limit))).all()


async def unread_count(session: Session, user_id: str) -> int:
    """How many wait to be read."""
    statement = select(func.count()).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    return int((await session.execute(statement)).scalar_one())


async def mark_read(session: Session, user_id: str, ids: Sequence[str] | None, *, at: datetime) -> None:
    """Mark these, or all, as read now; those that are read stay as they are."""
    statement = update(Notification).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    if ids is not None:
        statement = statement.where(Notification.id.in_(ids))
    await session.execute(statement.values(read_at=at))


async def delete_notification(session: Session, user_id: str, notification_id: str) -> bool:
    """Delete one; False when the person has none of this id."""
    owned = (Notification.user_id == user_id, Notification.id == notification_id)
    statement = delete(Notification).where(*owned).returning(Notification.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def crowd_out(session: Session, user_id: str, kept: int) -> None:
    """Delete all but the newest `kept`."""
    oldest = select(Notification.id).where(Notification.user_id == user_id)
    oldest = oldest.order_by(Notification.id.desc()).offset(kept).limit(1)
    first_gone = (await session.execute(oldest)).scalar_one_or_none()
    if first_gone is not None:
        gone = (Notification.user_id == user_id, Notification.id <= first_gone)
        await session.execute(delete(Notification).where(*gone))


async def admin_ids(session: Session) -> Sequence[str]:
    """Everyone who is an admin now, in an order that concurrent writers share."""
    statement = select(User.id).where(User.role == "admin", User.state == "active").order_by(User.id)
    return (await session.scalars(statement)).all()
