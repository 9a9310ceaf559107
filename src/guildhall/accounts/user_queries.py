"""SQL of people as admins see and change them: lists, admins, pictures, other sign-ins, links to a new password."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from guildhall.accounts.tables import Avatar, Identity, ResetLink, Role, User, UserLimits, UserState
from guildhall.core.db import Session


async def users(
    session: Session, *, search: str, role: Role | None, state: UserState | None, limit: int, after: str | None
) -> Sequence[User]:
    """Accounts whose name or address contains `search`, oldest first; ids are in order of time."""
    statement = select(User).order_by(User.id).limit(limit)
    if search:
        words = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(
            or_(
                User.name.ilike(f"%{words}%", escape="\\"),
                User.email.like(f"%{words.lower()}%", escape="\\"),
            )
        )
    if role is not None:
        statement = statement.where(User.role == role)
    if state is not None:
        statement = statement.where(User.state == state)
    if after is not None:
        statement = statement.where(User.id > after)
    return (await session.scalars(statement)).all()


async def other_active_admins(session: Session, user_id: str) -> int:
    """How many active admins there are besides this person."""
    statement = select(func.count()).where(User.role == "admin", User.state == "active", User.id != user_id)
    return await session.scalar(statement) or 0


async def delete_user(session: Session, user_id: str) -> None:
    """Forget a person and everything that hangs on them; calls and the audit log keep their id."""
    await session.execute(delete(User).where(User.id == user_id))


async def avatar_of(session: Session, user_id: str, version: str) -> Avatar | None:
    """A person's picture, if this is its present version."""
    statement = select(Avatar).join(User, User.id == Avatar.user_id)
    return await session.scalar(statement.where(Avatar.user_id == user_id, User.avatar == version))


async def replace_avatar(session: Session, user_id: str, avatar: Avatar | None) -> None:
    """Give a person another picture, or none."""
    await session.execute(delete(Avatar).where(Avatar.user_id == user_id))
    if avatar is not None:
        session.add(avatar)
        await session.flush()


async def user_of_identity(session: Session, issuer: str, subject: str) -> User | None:
    """The account that another house's sign-in is connected to."""
    statement = select(User).join(Identity, Identity.user_id == User.id)
    return await session.scalar(statement.where(Identity.issuer == issuer, Identity.subject == subject))


async def add_identity(session: Session, identity: Identity) -> None:
    """Connect another house's sign-in. Raises `Conflict` when it is connected already."""
    session.add(identity)
    await session.flush()


async def identities_of(session: Session, user_id: str) -> Sequence[Identity]:
    """The other sign-ins that open an account, oldest first."""
    statement = select(Identity).where(Identity.user_id == user_id).order_by(Identity.created_at)
    return (await session.scalars(statement)).all()


async def delete_identities(session: Session, user_id: str) -> int:
    """Disconnect every other sign-in; gives how many there were."""
    result = await session.execute(delete(Identity).where(Identity.user_id == user_id))
    return int(getattr(result, "rowcount", 0))


async def add_reset_link(session: Session, link: ResetLink) -> None:
    """Store a link to a new password; those that have expired go."""
    await session.execute(delete(ResetLink).where(ResetLink.expires_at < link.created_at))
    session.add(link)
    await session.flush()


async def reset_link(session: Session, digest: bytes, *, at: datetime) -> ResetLink | None:
    """The link of this digest, if it is good at that moment."""
    return await session.scalar(select(ResetLink).where(ResetLink.digest == digest, ResetLink.expires_at > at))


async def reset_link_for_update(session: Session, digest: bytes, *, at: datetime) -> ResetLink | None:
    """`reset_link`, locked: of two uses at once the second finds it gone."""
    statement = select(ResetLink).where(ResetLink.digest == digest, ResetLink.expires_at > at)
    return await session.scalar(statement.with_for_update())


async def forget_reset_links(session: Session, user_id: str) -> None:
    """No link to a new password of this person works any more."""
    await session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))


async def set_password_digest(session: Session, user_id: str, digest: str) -> None:
    """Store what a new password looks like."""
    await session.execute(update(User).where(User.id == user_id).values(password_digest=digest))


async def limits_of(session: Session, user_id: str) -> UserLimits | None:
    """Someone's own limits of model calls."""
    return await session.get(UserLimits, user_id)


async def limits_for_update(session: Session, user_id: str) -> UserLimits | None:
    """The same, while nobody else changes them."""
    return await session.get(UserLimits, user_id, with_for_update=True)


async def limited_people(session: Session) -> Sequence[UserLimits]:
    """The limits of everybody who has some of their own."""
    return (await session.scalars(select(UserLimits))).all()
