"""Statements on shared sessions. The owner is an argument wherever a person asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select

from guildhall.accounts.tables import User
from guildhall.chat.tables import ChatSession, SharedMessage, ShareRow
from guildhall.core.db import Session


async def add(session: Session, row: ShareRow) -> None:
    """Insert a link now, so that its copy can follow."""
    session.add(row)
    await session.flush()


async def add_messages(session: Session, values: Sequence[Mapping[str, Any]]) -> None:
    """Put messages into a copy: `{share_id, position, body}` each."""
    if values:
        await session.execute(insert(SharedMessage), [dict(one) for one in values])


async def remove_messages(session: Session, share_id: str) -> None:
    """Empty a copy."""
    await session.execute(delete(SharedMessage).where(SharedMessage.share_id == share_id))


async def remove(session: Session, share_id: str) -> None:
    """Forget a link and its copy."""
    await session.execute(delete(ShareRow).where(ShareRow.id == share_id))


async def count(session: Session, session_id: str) -> int:
    """How many links a session has."""
    statement = select(func.count()).where(ShareRow.session_id == session_id)
    return int((await session.execute(statement)).scalar_one())


async def share_of(session: Session, owner: str, share_id: str) -> ShareRow | None:
    """One of the owner's, of a session that is not deleted, held until commit."""
    statement = select(ShareRow).join(ChatSession, ChatSession.id == ShareRow.session_id)
    statement = statement.where(ShareRow.id == share_id, ShareRow.user_id == owner, ChatSession.deleted_at.is_(None))
    return (await session.scalars(statement.with_for_update(of=ShareRow))).one_or_none()


async def shares_in(session: Session, session_id: str, *, after: str, limit: int) -> Sequence[ShareRow]:
    """Links to one session, oldest first."""
    statement = select(ShareRow).where(ShareRow.session_id == session_id, ShareRow.id > after)
    return (await session.scalars(statement.order_by(ShareRow.id).limit(limit))).all()


async def shares_after(session: Session, owner: str, *, after: str, limit: int) -> Sequence[ShareRow]:
    """All links of the owner's after an id, in order of ids."""
    statement = select(ShareRow).where(ShareRow.user_id == owner, ShareRow.id > after)
    return (await session.scalars(statement.order_by(ShareRow.id).limit(limit))).all()


async def open_share(session: Session, digest: bytes, moment: datetime) -> ShareRow | None:
    """The link with this secret, while it opens something: not over, its session and its owner still there."""
    statement = (
        select(ShareRow)
        .join(ChatSession, ChatSession.id == ShareRow.session_id)
        .join(User, User.id == ShareRow.user_id)
        .where(ShareRow.digest == digest, ChatSession.deleted_at.is_(None), User.state == "active")
        .where(or_(ShareRow.expires_at.is_(None), ShareRow.expires_at > moment))
    )
    return (await session.scalars(statement)).one_or_none()


async def messages_of(session: Session, share_id: str, *, after: int, limit: int) -> Sequence[SharedMessage]:
    """A copy, oldest first, after position `after`."""
    statement = select(SharedMessage).where(SharedMessage.share_id == share_id, SharedMessage.position > after)
    return (await session.scalars(statement.order_by(SharedMessage.position).limit(limit))).all()
