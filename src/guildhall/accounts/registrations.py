"""Registering: who may make an account, by what right, and visitors who come without one."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Literal

from guildhall.accounts import audit, invitation_queries, invitations, links, passwords, queries, sign_ins, users
from guildhall.accounts.attempts import Attempts
from guildhall.accounts.audit import Actor
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.devices import Visitor
from guildhall.accounts.policies import AccountsPolicy
from guildhall.accounts.schemas import RegisterIn
from guildhall.accounts.sign_ins import SignedIn
from guildhall.accounts.tables import Invitation
from guildhall.core.db import Database, Session
from guildhall.core.errors import ForbiddenError
from guildhall.core.settings import Settings

Registration = Literal["open", "invite", "closed"]
_Find = Callable[[Session, bytes], Awaitable[Invitation | None]]


def policy_of(settings: Settings, configuration: Configuration) -> Registration:
    """Who may register now; the setting is the ceiling of what the configuration says."""
    wanted = configuration.current(AccountsPolicy).registration
    return "invite" if wanted == "open" and not settings.allow_registration else wanted


def guests_allowed(settings: Settings, configuration: Configuration) -> bool:
    """Whether visitors may come in without an account now."""
    return settings.allow_registration and configuration.current(AccountsPolicy).guests


async def register(
    db: Database, attempts: Attempts, wanted: RegisterIn, visitor: Visitor, *, policy: Registration
) -> SignedIn:
    """Make an account and sign in; the first becomes the admin's, whatever the policy."""
    await attempts.enter(visitor.address)
    guess = await attempts.guess(visitor.address)
    async with db.read() as session:
        await _admit(session, wanted, policy, invitation_queries.find)
    await attempts.forgive(guess)
    digest = await passwords.digest(wanted.password)
    async with db.write() as session:
        await queries.lock_users(session)
        invitation = await _admit(session, wanted, policy, invitation_queries.find_for_update)
        is_first = not await queries.any_user(session)
        role = invitation.role if invitation else "admin" if is_first else "member"
        user = await users.add(session, wanted.email, wanted.name, role, digest)
        if is_first or (invitation is not None and invitation.email is not None):
            user.email_confirmed_at = user.created_at
        if invitation is not None:
            invitations.use(invitation, user)
        await audit.record(
            session,
            Actor(user.id, visitor.address),
            "user.registered",
            target=f"user:{user.id}",
            after={
                "email": user.email,
                "name": user.name,
                "role": role,
                "invitation": invitation.id if invitation else None,
            },
        )
        return await sign_ins.start(session, user, visitor, by="registration")


async def enter_as_guest(db: Database, attempts: Attempts, visitor: Visitor) -> SignedIn:
    """Make an account without address or password, which lasts as long as this browser stays signed in."""
    await attempts.enter(visitor.address)
    async with db.write() as session:
        if not await queries.any_user(session):
            raise ForbiddenError("guests_not_allowed", "The first account must be an admin's.")
        user = await users.add(session, None, f"Guest {secrets.randbelow(9000) + 1000}", "guest", None)
        return await sign_ins.start(session, user, visitor, by="guest")


async def _admit(session: Session, wanted: RegisterIn, policy: Registration, find: _Find) -> Invitation | None:
    """The invitation by which they come, if they need or have one."""
    invitation = None
    if await queries.any_user(session):
        if policy == "closed":
            raise ForbiddenError("registration_closed", "Registration is closed; ask an admin for an account.")
        if wanted.invitation:
            invitation = invitations.checked(await find(session, links.digest(wanted.invitation)), wanted.email)
        elif policy == "invite":
            raise ForbiddenError("invitation_required", "You need an invitation to register; ask an admin for one.")
    await users.require_free(session, wanted.email)
    return invitation
