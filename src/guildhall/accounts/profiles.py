"""Profiles: what people change about their own accounts: name, picture, password, address."""

import hashlib

from guildhall.accounts import audit, notifications, passwords, pictures, queries, sign_ins, user_queries, users
from guildhall.accounts.attempts import Attempts
from guildhall.accounts.audit import Actor
from guildhall.accounts.devices import Visitor
from guildhall.accounts.tables import Avatar, User
from guildhall.core.db import Database, Session
from guildhall.core.errors import BadRequestError, ConflictError, UnauthorizedError


async def rename(session: Session, actor: Actor, user: User, name: str) -> User:
    """Call oneself something else."""
    row = await users.find(session, user.id)
    await audit.record(
        session, actor, "user.renamed", target=f"user:{row.id}", before={"name": row.name}, after={"name": name}
    )
    row.name = name
    return row


async def set_avatar(session: Session, actor: Actor, user: User, content: bytes) -> User:
    """Show this picture. Raises `BadRequestError` (`not_a_picture`)."""
    picture = pictures.read(content)
    row = await users.find(session, user.id)
    avatar = Avatar(user_id=row.id, media_type=picture.media_type, image=picture.image)
    await user_queries.replace_avatar(session, row.id, avatar)
    row.avatar = hashlib.sha256(picture.image).hexdigest()[:16]
    await audit.record(session, actor, "user.picture_changed", target=f"user:{row.id}")
    return row


async def remove_avatar(session: Session, actor: Actor, user: User) -> User:
    """Show no picture."""
    row = await users.find(session, user.id)
    await user_queries.replace_avatar(session, row.id, None)
    row.avatar = None
    await audit.record(session, actor, "user.picture_removed", target=f"user:{row.id}")
    return row


async def confirm(db: Database, attempts: Attempts, user: User, password: str, visitor: Visitor) -> None:
    """Raise unless this is the password of `user`, who is signed in; guessing is limited as when signing in."""
    if user.email is None or user.password_digest is None:
        raise ConflictError("no_password", "This account has no password; ask for a link to choose one.")
    try:
        await sign_ins.check_password(db, attempts, user.email, password, visitor)
    except UnauthorizedError:
        raise BadRequestError("wrong_password", "The password is wrong.") from None


async def change_password(
    db: Database, attempts: Attempts, user: User, visitor: Visitor, *, current: str, new: str, sign_in_id: str | None
) -> None:
    """Replace the password; every other sign-in ends."""
    await confirm(db, attempts, user, current, visitor)
    digest = await passwords.digest(new)
    actor = Actor(user.id, visitor.address)
    async with db.write() as session:
        await user_queries.set_password_digest(session, user.id, digest)
        await user_queries.forget_reset_links(session, user.id)
        await sign_ins.end_all(session, actor, user.id, but=sign_in_id)
        await audit.record(session, actor, "user.password_changed", target=f"user:{user.id}")
        await notifications.notify(
            session,
            user.id,
            "user.password_changed",
            "Your password was changed",
            "Your other devices have been signed out. If it was not you, ask an admin for help at once.",
            "/settings/security",
        )


async def change_email(
    db: Database, attempts: Attempts, user: User, visitor: Visitor, *, password: str, email: str
) -> User:
    """Sign in with another address from now on. Raises `ConflictError` (`email_taken`)."""
    await confirm(db, attempts, user, password, visitor)
    async with db.write() as session:
        await queries.lock_users(session)
        row = await users.find(session, user.id)
        if row.email != email:
            await users.require_free(session, email)
            before, after = {"email": row.email}, {"email": email}
            row.email, row.email_confirmed_at = email, None
            await user_queries.forget_reset_links(session, row.id)
            actor = Actor(row.id, visitor.address)
            await audit.record(
                session, actor, "user.address_changed", target=f"user:{row.id}", before=before, after=after
            )
        return row
