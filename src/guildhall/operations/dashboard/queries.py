"""SQL of the dashboard: people."""

from datetime import datetime

from sqlalchemy import func, or_, select

from guildhall.accounts.tables import ApiKey, User
from guildhall.core.db import Session


async def user_counts(session: Session, since: datetime) -> dict[str, int]:
    """Accounts in all, those that were used since then (by a person or a key), and those made since then."""
    called = select(ApiKey.user_id).where(ApiKey.last_used_at >= since)
    is_active = or_(User.last_seen_at >= since, User.created_at >= since, User.id.in_(called))
    statement = select(
        func.count(User.id),
        func.count(User.id).filter(is_active),
        func.count(User.id).filter(User.created_at >= since),
    )
    total, active, created = (await session.execute(statement)).one()
    return {"total": total, "active": active, "created": created}
