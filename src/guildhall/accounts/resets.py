"""Resets: links by which somebody who has forgotten their password chooses a new one, once."""

from datetime import datetime, timedelta

from guildhall.accounts import audit, links, notifications, passwords, queries, sign_ins, user_queries, users
from guildhall.accounts.attempts import Attempts
from guildhall.accounts.audit import Actor
from guildhall.accounts.devices import Visitor
from guildhall.accounts.letters import Letters
from guildhall.accounts.sign_ins import SignedIn
from guildhall.accounts.tables import ResetLink, User
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import ConflictError, ForbiddenError
from guildhall.core.settings import Settings

PAGE = "reset"
_MAILED_LIFETIME = timedelta(hours=1)
_GIVEN_LIFETIME = timedelta(days=1)


async def create(session: Session, actor: Actor, user_id: str) -> tuple[str, datetime]:
    """A link's secret for an admin to hand on, and until when it works; older ones stop working."""
    user = await users.find(session, user_id)
    if user.email is None:
        raise ConflictError("guest_has_no_address", "A guest has no address to sign in with.")
    secret, link = await _add(session, user, _GIVEN_LIFETIME, by=actor.user_id)
    await audit.record(session, actor, "user.reset_link_made", target=f"user:{user.id}")
    return secret, link.expires_at


async def ask(
    db: Database, attempts: Attempts, letters: Letters, settings: Settings, email: str, visitor: Visitor
) -> None:
    """Write to whoever has this address, if anybody has; the caller learns nothing."""
    await attempts.ask(visitor.address)
    if not letters.can_be_sent or not await attempts.may_write_to(email):
        return
    async with db.write() as session:
        user = await queries.user_by_email(session, email)
        if user is None or user.email is None or user.state != "active":
            return
        secret, _ = await _add(session, user, _MAILED_LIFETIME, by=user.id)
        await audit.record(session, Actor(None, visitor.address), "user.reset_asked", target=f"user:{user.id}")
    address = links.address_of(settings, PAGE, secret)
    letters.send_soon(
        user.email,
        "A new password for Guildhall",
        f"Somebody, probably you, asked for a new password. Choose it here within an hour:\n\n{address}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
    )


async def use(db: Database, attempts: Attempts, secret: str, password: str, visitor: Visitor) -> SignedIn:
    """Choose a new password by a link, and sign in; every other sign-in ends."""
    guess = await attempts.guess(visitor.address)
    async with db.read() as session:
        await _user_of(session, await user_queries.reset_link(session, links.digest(secret), at=now()))
    await attempts.forgive(guess)
    digest = await passwords.digest(password)
    async with db.write() as session:
        link = await user_queries.reset_link_for_update(session, links.digest(secret), at=now())
        user, is_mailed = await _user_of(session, link)
        await user_queries.forget_reset_links(session, user.id)
        await user_queries.set_password_digest(session, user.id, digest)
        if is_mailed:
            user.email_confirmed_at = user.email_confirmed_at or now()
        actor = Actor(user.id, visitor.address)
        await sign_ins.end_all(session, actor, user.id)
        await audit.record(session, actor, "user.password_reset", target=f"user:{user.id}")
        await notifications.notify(
            session,
            user.id,
            "user.password_changed",
            "Your password was changed",
            "A new password was chosen by a link. All other devices have been signed out.",
            "/settings/security",
        )
        return await sign_ins.start(session, user, visitor, by="reset link")


async def _user_of(session: Session, link: ResetLink | None) -> tuple[User, bool]:
    """Whose link this is, and whether it came to their address."""
    if link is None:
        raise ForbiddenError("reset_link_not_valid", "This link has been used or is too old; ask for a new one.")
    user = await users.find(session, link.user_id)
    if user.state != "active":
        raise sign_ins.account_disabled()
    return user, link.created_by == user.id


async def _add(session: Session, user: User, lifetime: timedelta, *, by: str | None) -> tuple[str, ResetLink]:
    secret, moment = links.new_secret(), now()
    await user_queries.forget_reset_links(session, user.id)
    link = ResetLink(
        digest=links.digest(secret), user_id=user.id, created_at=moment, expires_at=moment + lifetime, created_by=by
    )
    await user_queries.add_reset_link(session, link)
    return secret, link
