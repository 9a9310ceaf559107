"""SQL of exports: what accounts keep about one person, a page at a time in order of id."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from guildhall.accounts.tables import ApiKey, AuditEntry, Notification, SignIn
from guildhall.core.db import Session


async def sign_ins(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[SignIn]:
    """Where the person signed in, as far as it is still known."""
    return await _page(session, SignIn, SignIn.user_id == user_id, after, limit)


async def keys(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[ApiKey]:
    """The person's API keys, revoked ones too."""
    return await _page(session, ApiKey, ApiKey.user_id == user_id, after, limit)


async def notifications(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[Notification]:
    """What the person was told."""
    return await _page(session, Notification, Notification.user_id == user_id, after, limit)


async def actions(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[AuditEntry]:
    """What the person did, as the audit log has it."""
    return await _page(session, AuditEntry, AuditEntry.actor_id == user_id, after, limit)


async def _page(session: Session, table: Any, condition: Any, after: str, limit: int) -> Sequence[Any]:
    statement = select(table).where(condition, table.id > after).order_by(table.id).limit(limit)
    return (await session.scalars(statement)).all()
