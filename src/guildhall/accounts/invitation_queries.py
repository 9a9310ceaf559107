"""SQL of invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select

from guildhall.accounts.tables import Invitation, User
from guildhall.core.db import Session


async def add(session: Session, invitation: Invitation) -> None:
    """Store a new invitation."""
    session.add(invitation)
    await session.flush()


async def invitations(session: Session, *, limit: int, after: str | None) -> Sequence[Row[Invitation, str | None]]:
    """Each with the name of who invited, newest first; ids are in order of time."""
    statement = select(Invitation, User.name).outerjoin(User, User.id == Invitation.invited_by)
    if after is not None:
        statement = statement.where(Invitation.id < after)
    return (await session.execute(statement.order_by(Invitation.id.desc()).limit(limit))).all()


async def by_id_for_update(session: Session, invitation_id: str) -> Invitation | None:
    """The invitation of this id; locked."""
    return await session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())


async def with_host(session: Session, digest: bytes) -> Row[Invitation, str | None] | None:
    """The invitation behind a link, with the name of who invited."""
    statement = select(Invitation, User.name).outerjoin(User, User.id == Invitation.invited_by)
    return (await session.execute(statement.where(Invitation.digest == digest))).one_or_none()


async def find(session: Session, digest: bytes) -> Invitation | None:
    """The invitation behind a link."""
    return await session.scalar(select(Invitation).where(Invitation.digest == digest))


async def find_for_update(session: Session, digest: bytes) -> Invitation | None:
    """The invitation behind a link; locked, so that of two uses at once the second sees what the first did."""
    return await session.scalar(select(Invitation).where(Invitation.digest == digest).with_for_update())


async def newest_good(session: Session, email: str, *, at: datetime) -> Invitation | None:
    """The newest invitation to this address that is good at that moment; locked."""
    statement = select(Invitation).where(
        Invitation.email == email,
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    return await session.scalar(statement.order_by(Invitation.id.desc()).limit(1).with_for_update())
