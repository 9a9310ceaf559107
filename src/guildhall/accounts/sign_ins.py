"""Signing in: passwords against accounts, and the refresh tokens that keep a browser signed in.

A refresh token works once and is replaced at each use. Using one again means that somebody has a copy, so the whole
family is revoked; a short grace lets two tabs that refresh at the same moment both go on.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from guildhall.accounts import audit, notifications, passwords, queries
from guildhall.accounts.attempts import Attempts
from guildhall.accounts.audit import Actor
from guildhall.accounts.devices import Visitor
from guildhall.accounts.schemas import LoginIn
from guildhall.accounts.tables import RefreshToken, SignIn, User
from guildhall.accounts.tokens import not_signed_in
from guildhall.core import access
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import ForbiddenError, NotFoundError, UnauthorizedError
from guildhall.core.ids import new_id

TOKEN_LIFETIME = timedelta(days=30)  # without a visit
FAMILY_LIFETIME = timedelta(days=180)  # then the password is asked again, however often they visit
_GRACE = timedelta(seconds=10)
_log = structlog.get_logger("guildhall.accounts")


@dataclass(frozen=True)
class SignedIn:
    """Who is in, by which sign-in, and the refresh token for their cookie."""

    user: User
    sign_in_id: str
    refresh_token: str


async def sign_in(db: Database, attempts: Attempts, wanted: LoginIn, visitor: Visitor) -> SignedIn:
    """Let someone in by address and password; an unknown address answers like a wrong password, as slowly.

    Raises `UnauthorizedError`, `RateLimitedError` or `ForbiddenError` (`account_disabled`).
    """
    user = await check_password(db, attempts, wanted.email, wanted.password, visitor)
    if user.state != "active":
        raise account_disabled()
    async with db.write() as session:
        return await start(session, user, visitor, by="password")


async def check_password(db: Database, attempts: Attempts, email: str, password: str, visitor: Visitor) -> User:
    """The account of this address and password, whatever its state. Raises as `sign_in` does."""
    guess = await attempts.guess(visitor.address)
    async with db.read() as session:
        user = await queries.user_by_email(session, email)
        is_known = await queries.has_signed_in_from(session, email, visitor.address, after=now())
    charges = [guess] if is_known else [guess, await attempts.guess_on(email)]
    verdict = await passwords.check(password, user.password_digest if user else None)
    if user is None or not verdict.is_right:
        _log.warning("sign_in_refused")
        async with db.write() as session:
            await audit.record(
                session,
                Actor(None, visitor.address),
                "sign_in.failed",
                target=f"user:{user.id if user else 'unknown'}",
                after={"email": email},
            )
        raise UnauthorizedError("invalid_credentials", "The address or the password is wrong.")
    await attempts.forgive(*charges)
    if verdict.better_digest and user.password_digest:
        async with db.write() as session:
            await queries.replace_password_digest(session, user.id, old=user.password_digest, new=verdict.better_digest)
    return user


async def start(session: Session, user: User, visitor: Visitor, *, by: str) -> SignedIn:
    """Begin a family of refresh tokens for `user`, who has just shown (`by` what) that it is them."""
    moment = now()
    await queries.forget_sign_ins(session, user.id, before=moment)
    family = SignIn(
        id=new_id("si"),
        user_id=user.id,
        created_at=moment,
        expires_at=moment + FAMILY_LIFETIME,
        last_used_at=moment,
        address=visitor.address,
        device=visitor.device,
    )
    secret, token = _new_token(family, moment)
    await queries.add_sign_in(session, family, token)
    await queries.touch_user(session, user.id, at=moment)
    await audit.record(
        session,
        Actor(user.id, visitor.address),
        "sign_in.succeeded",
        target=f"user:{user.id}",
        after={"by": by, "device": visitor.device},
    )
    _log.info("signed_in", user_id=user.id, sign_in_id=family.id)
    return SignedIn(user, family.id, secret)


async def refresh(db: Database, secret: str, visitor: Visitor) -> SignedIn:
    """Replace a refresh token. Raises `UnauthorizedError`; revokes the family when the token was used before."""
    moment = now()
    async with db.write() as session:
        found = await queries.refresh_token_for_update(session, digest_of(secret))
        if found is None:
            raise not_signed_in()
        token, family, user = found
        standing = _standing(token, family, moment)
        if standing == "works" and user.state == "active":
            await queries.forget_tokens(session, family.id, before=moment)
            token.used_at = token.used_at or moment
            family.last_used_at, family.address, family.device = moment, visitor.address, visitor.device
            successor, row = _new_token(family, moment)
            await queries.add_refresh_token(session, row)
            await queries.touch_user(session, user.id, at=moment)
            return SignedIn(user, family.id, successor)
        if standing == "stolen":
            # Not raised in here: that would roll the revocation back.
            await _end_stolen(session, family, visitor)
    raise account_disabled() if standing == "works" else not_signed_in()


async def _end_stolen(session: Session, family: SignIn, visitor: Visitor) -> None:
    await queries.revoke_sign_ins(session, family.user_id, only=family.id, at=now())
    await access.changed(session, family.user_id)
    await audit.record(
        session,
        Actor(None, visitor.address),
        "sign_in.refresh_reused",
        target=f"user:{family.user_id}",
        before={"sign_in": family.id, "device": family.device},
    )
    device = family.device or "one of your devices"
    await notifications.notify(
        session,
        family.user_id,
        "sign_in.refresh_reused",
        "A sign-in of yours was ended",
        f"Somebody used a copy of what keeps {device} signed in. That sign-in has been ended; if it was not you who"
        " copied it, look through your devices and choose a new password.",
        "/settings/security",
    )
    _log.warning("refresh_token_reused", user_id=family.user_id, sign_in_id=family.id)


async def leave(db: Database, secret: str, visitor: Visitor) -> None:
    """Sign out: end the sign-in that the token belongs to; harmless for an unknown token."""
    async with db.write() as session:
        found = await queries.refresh_token_for_update(session, digest_of(secret))
        if found is not None and found[1].revoked_at is None:
            await end(session, Actor(found[1].user_id, visitor.address), found[1].user_id, found[1].id)


async def end(session: Session, actor: Actor, user_id: str, sign_in_id: str) -> None:
    """End one sign-in at once, access tokens and open connections included. Raises `NotFoundError`."""
    if not await queries.revoke_sign_ins(session, user_id, only=sign_in_id, at=now()):
        raise NotFoundError("sign_in_not_found", "There is no such sign-in.")
    await access.changed(session, user_id)
    await audit.record(session, actor, "sign_in.ended", target=f"user:{user_id}", before={"sign_in": sign_in_id})


async def end_all(session: Session, actor: Actor, user_id: str, *, but: str | None = None) -> int:
    """End every sign-in of a person, `but` perhaps one; gives how many there were."""
    ended = await queries.revoke_sign_ins(session, user_id, but=but, at=now())
    if ended:
        await access.changed(session, user_id)
        await audit.record(session, actor, "sign_in.ended", target=f"user:{user_id}", before={"sign_ins": ended})
    return ended


def account_disabled() -> ForbiddenError:
    """The answer to somebody we know, whose account an admin has closed."""
    return ForbiddenError("account_disabled", "This account is disabled; ask an admin.")


def _standing(token: RefreshToken, family: SignIn, moment: datetime) -> Literal["works", "dead", "stolen"]:
    if family.revoked_at or family.expires_at <= moment or token.expires_at <= moment:
        return "dead"
    if token.used_at and moment - token.used_at > _GRACE:
        return "stolen"
    return "works"


def _new_token(family: SignIn, moment: datetime) -> tuple[str, RefreshToken]:
    secret = secrets.token_urlsafe(32)
    expires_at = min(moment + TOKEN_LIFETIME, family.expires_at)
    return secret, RefreshToken(digest=digest_of(secret), sign_in_id=family.id, expires_at=expires_at)


def digest_of(secret: str) -> bytes:
    """What is stored of a refresh token."""
    return hashlib.sha256(secret.encode()).digest()
