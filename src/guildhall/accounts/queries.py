"""SQL of accounts: users, sign-ins with their refresh tokens, API keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, bindparam, delete, exists, or_, select, text, update

from guildhall.accounts.tables import ApiKey, RefreshToken, SignIn, User
from guildhall.core.db import Session


async def lock_users(session: Session) -> None:
    """Let one registration at a time decide who is first; on SQLite the only writer already does."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))


async def any_user(session: Session) -> bool:
    """Whether an account exists at all."""
    return bool(await session.scalar(select(exists(select(User.id)))))


async def user_by_id(session: Session, user_id: str) -> User | None:
    """The user of this id, whatever their state."""
    return await session.get(User, user_id)


async def user_by_email(session: Session, email: str) -> User | None:
    """The user of this normalised address, whatever their state."""
    return await session.scalar(select(User).where(User.email == email))


async def add_user(session: Session, user: User) -> User:
    """Store a new user."""
    session.add(user)
    await session.flush()
    return user


async def replace_password_digest(session: Session, user_id: str, *, old: str, new: str) -> None:
    """Store a stronger digest, unless the password has changed since `old` was read."""
    statement = update(User).where(User.id == user_id, User.password_digest == old).values(password_digest=new)
    await session.execute(statement)


async def add_sign_in(session: Session, sign_in: SignIn, token: RefreshToken) -> None:
    """Store a new family with its first token."""
    session.add(sign_in)
    await session.flush()
    session.add(token)
    await session.flush()


async def add_refresh_token(session: Session, token: RefreshToken) -> None:
    """Store one more token of a family."""
    session.add(token)
    await session.flush()


async def refresh_token_for_update(session: Session, digest: bytes) -> Row[RefreshToken, SignIn, User] | None:
    """A token, its family and its user; locked, so that of two uses at once the second sees what the first did."""
    statement = (
        select(RefreshToken, SignIn, User)
        .join(SignIn, SignIn.id == RefreshToken.sign_in_id)
        .join(User, User.id == SignIn.user_id)
        .where(RefreshToken.digest == digest)
        .with_for_update(of=(RefreshToken, SignIn))
    )
    return (await session.execute(statement)).one_or_none()


async def revoke_sign_in(session: Session, digest: bytes, *, at: datetime) -> None:
    """End the family that the token of this digest belongs to."""
    family = select(RefreshToken.sign_in_id).where(RefreshToken.digest == digest).scalar_subquery()
    await session.execute(update(SignIn).where(SignIn.id == family, SignIn.revoked_at.is_(None)).values(revoked_at=at))


async def forget_sign_ins(session: Session, user_id: str, *, before: datetime) -> None:
    """Delete the user's families that had expired by then, tokens and all."""
    await session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at < before))


async def forget_tokens(session: Session, sign_in_id: str, *, before: datetime) -> None:
    """Delete a family's tokens that had expired by then; younger ones must stay, to catch a thief who uses one."""
    statement = delete(RefreshToken).where(RefreshToken.sign_in_id == sign_in_id, RefreshToken.expires_at < before)
    await session.execute(statement)


async def add_key(session: Session, key: ApiKey) -> ApiKey:
    """Store a new key."""
    session.add(key)
    await session.flush()
    return key


async def keys_of(session: Session, owner_id: str, *, limit: int, after: str | None) -> Sequence[ApiKey]:
    """The owner's keys that still work, newest first; ids are in order of time."""
    statement = select(ApiKey).where(ApiKey.user_id == owner_id, ApiKey.revoked_at.is_(None))
    if after is not None:
        statement = statement.where(ApiKey.id < after)
    return (await session.scalars(statement.order_by(ApiKey.id.desc()).limit(limit))).all()


async def revoke_key(session: Session, owner_id: str, key_id: str, *, at: datetime) -> bool:
    """Whether the owner had this key, still working; now it no longer does."""
    statement = (
        update(ApiKey)
        .where(ApiKey.user_id == owner_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount == 1


async def active_keys(session: Session) -> Sequence[ApiKey]:
    """Every key that opens the gateway: not revoked, and its owner is active."""
    statement = (
        select(ApiKey).join(User, User.id == ApiKey.user_id).where(ApiKey.revoked_at.is_(None), User.state == "active")
    )
    return (await session.scalars(statement)).all()


async def touch_keys(session: Session, used_at: Mapping[str, datetime]) -> None:
    """Note when keys, by id, were last used; an older note never replaces a newer one."""
    if not used_at:
        return
    statement = (
        update(ApiKey.__table__)  # type: ignore[arg-type]
        .where(
            ApiKey.id == bindparam("key"),
            or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < bindparam("used")),
        )
        .values(last_used_at=bindparam("used"))
    )
    rows = [{"key": key_id, "used": at} for key_id, at in sorted(used_at.items())]
    await (await session.connection()).execute(statement, rows)
