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

from guildhall.accounts import passwords, queries
from guildhall.accounts.schemas import LoginIn
from guildhall.accounts.tables import RefreshToken, SignIn, User
from guildhall.accounts.tokens import not_signed_in
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import ForbiddenError, UnauthorizedError
from guildhall.core.ids import new_id

TOKEN_LIFETIME = timedelta(days=30)  # without a visit
FAMILY_LIFETIME = timedelta(days=180)  # then the password is asked again, however often they visit
_GRACE = timedelta(seconds=10)
_log = structlog.get_logger("guildhall.accounts")


@dataclass(frozen=True)
class SignedIn:
    """Who is in, and the refresh token for their cookie."""

    user: User
    refresh_token: str


async def sign_in(db: Database, wanted: LoginIn) -> SignedIn:
    """Let someone in by address and password; an unknown address answers like a wrong password, as slowly."""
    async with db.read() as session:
        user = await queries.user_by_email(session, wanted.email)
    verdict = await passwords.check(wanted.password, user.password_digest if user else None)
    if user is None or not verdict.is_right:
        _log.warning("sign_in_refused")
        raise UnauthorizedError("invalid_credentials", "The address or the password is wrong.")
    if user.state != "active":
        raise account_disabled()
    async with db.write() as session:
        if verdict.better_digest and user.password_digest:
            await queries.replace_password_digest(session, user.id, old=user.password_digest, new=verdict.better_digest)
        return await start(session, user)


async def start(session: Session, user: User) -> SignedIn:
    """Begin a family of refresh tokens for `user`, whose password has just been checked or chosen."""
    moment = now()
    await queries.forget_sign_ins(session, user.id, before=moment)
    family = SignIn(
        id=new_id("si"),
        user_id=user.id,
        created_at=moment,
        expires_at=moment + FAMILY_LIFETIME,
        last_used_at=moment,
        address="",
        device="",
    )
    secret, token = _new_token(family, moment)
    await queries.add_sign_in(session, family, token)
    _log.info("signed_in", user_id=user.id, sign_in_id=family.id)
    return SignedIn(user, secret)


async def refresh(db: Database, secret: str) -> SignedIn:
    """Replace a refresh token. Raises `UnauthorizedError`; revokes the family when the token was used before."""
    moment = now()
    async with db.write() as session:
        found = await queries.refresh_token_for_update(session, _digest(secret))
        if found is None:
            raise not_signed_in()
        token, family, user = found
        standing = _standing(token, family, moment)
        if standing == "works" and user.state == "active":
            await queries.forget_tokens(session, family.id, before=moment)
            token.used_at = token.used_at or moment
            successor, row = _new_token(family, moment)
            await queries.add_refresh_token(session, row)
            return SignedIn(user, successor)
        if standing == "stolen":
            # Not raised in here: that would roll the revocation back.
            await queries.revoke_sign_in(session, token.digest, at=moment)
    if standing == "stolen":
        _log.warning("refresh_token_reused", user_id=user.id, sign_in_id=family.id)
    raise account_disabled() if standing == "works" else not_signed_in()


async def end(db: Database, secret: str) -> None:
    """Sign out: revoke the token's family; harmless for an unknown token."""
    async with db.write() as session:
        await queries.revoke_sign_in(session, _digest(secret), at=now())


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
    return secret, RefreshToken(digest=_digest(secret), sign_in_id=family.id, expires_at=expires_at)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
