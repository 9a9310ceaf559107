"""SQL of accounts: users, sign-ins with their refresh tokens, API keys."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, bindparam, delete, exists, func, or_, select, text, update

from guildhall.accounts.tables import ApiKey, RefreshToken, Role, SignIn, User, UserState
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


async def touch_user(session: Session, user_id: str, *, at: datetime) -> None:
    """Note when somebody was last here."""
    await session.execute(update(User).where(User.id == user_id).values(last_seen_at=at))


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


async def user_of_refresh_token(session: Session, digest: bytes, *, at: datetime) -> User | None:
    """Whose refresh token this is, if it is good at that moment."""
    statement = (
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .join(RefreshToken, RefreshToken.sign_in_id == SignIn.id)
        .where(RefreshToken.digest == digest, RefreshToken.expires_at > at, SignIn.revoked_at.is_(None))
    )
    return await session.scalar(statement)


async def sign_in_of_user(session: Session, user_id: str, sign_in_id: str) -> Row[User, SignIn] | None:
    """A person and one of their sign-ins, whatever the state of either."""
    statement = select(User, SignIn).join(SignIn, SignIn.user_id == User.id)
    return (await session.execute(statement.where(User.id == user_id, SignIn.id == sign_in_id))).one_or_none()


async def sign_ins_of(session: Session, user_id: str, *, at: datetime) -> Sequence[SignIn]:
    """The person's sign-ins that are good at this moment, the one used last first."""
    statement = select(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > at)
    latest = func.coalesce(SignIn.last_used_at, SignIn.created_at)
    return (await session.scalars(statement.order_by(latest.desc(), SignIn.id.desc()).limit(200))).all()


async def has_signed_in_from(session: Session, email: str, address: str, *, after: datetime) -> bool:
    """Whether this account has a sign-in from that address which had not expired by then."""
    statement = (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(User.email == email, SignIn.address == address, SignIn.expires_at > after)
    )
    return bool(await session.scalar(select(exists(statement))))


async def revoke_sign_ins(
    session: Session, user_id: str, *, at: datetime, only: str | None = None, but: str | None = None
) -> int:
    """End a person's sign-ins: all, `only` one, or all `but` one; gives how many were good."""
    statement = update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    if only is not None:
        statement = statement.where(SignIn.id == only)
    if but is not None:
        statement = statement.where(SignIn.id != but)
    result = cast("CursorResult[Any]", await session.execute(statement.values(revoked_at=at)))
    return result.rowcount


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


async def names_of_keys(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The names of these keys, also of those that have been revoked."""
    rows = await session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


async def names_of_users(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The names of these people, as far as they have an account."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


async def count_keys(session: Session, owner_id: str) -> int:
    """How many keys the owner has that have not been revoked."""
    statement = select(func.count()).where(ApiKey.user_id == owner_id, ApiKey.revoked_at.is_(None))
    return await session.scalar(statement) or 0


async def key_for_update(session: Session, owner_id: str, key_id: str) -> ApiKey | None:
    """The owner's key of this id, if it has not been revoked; locked."""
    statement = select(ApiKey).where(ApiKey.user_id == owner_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
    return await session.scalar(statement.with_for_update())


async def presented_keys(session: Session, *, revoked_after: datetime) -> Sequence[Row[ApiKey, UserState, Role]]:
    """Every key that may be presented, working or not, with its owner's state and role."""
    statement = select(ApiKey, User.state, User.role).join(User, User.id == ApiKey.user_id)
    statement = statement.where(or_(ApiKey.revoked_at.is_(None), ApiKey.revoked_at > revoked_after))
    return (await session.execute(statement)).all()


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


async def is_credential_in_force(session: Session, user_id: str, credential_id: str) -> bool:
    """Whether a sign-in or a key of `user_id` is there and has not been revoked."""
    sign_in = select(SignIn.id).where(SignIn.id == credential_id, SignIn.user_id == user_id)
    key = select(ApiKey.id).where(ApiKey.id == credential_id, ApiKey.user_id == user_id)
    either = or_(exists(sign_in.where(SignIn.revoked_at.is_(None))), exists(key.where(ApiKey.revoked_at.is_(None))))
    return bool(await session.scalar(select(either)))
