"""Invitations: links that let one person each register, with the role that an admin chose."""

from datetime import datetime, timedelta
from typing import Literal

from guildhall.accounts import audit, links
from guildhall.accounts import invitation_queries as queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.schemas import InvitationIn
from guildhall.accounts.tables import Invitation, User
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import ForbiddenError, NotFoundError
from guildhall.core.ids import new_id

State = Literal["open", "used", "expired", "revoked"]


async def create(session: Session, actor: Actor, wanted: InvitationIn) -> tuple[Invitation, str]:
    """A new invitation and the secret of its link, which is stored nowhere and so can be shown only now."""
    secret, moment = links.new_secret(), now()
    invitation = Invitation(
        id=new_id("in"),
        digest=links.digest(secret),
        email=wanted.email,
        role=wanted.role,
        invited_by=actor.user_id,
        created_at=moment,
        expires_at=moment + timedelta(days=wanted.expires_in_days),
    )
    await queries.add(session, invitation)
    after = {"email": wanted.email, "role": wanted.role, "expires_at": invitation.expires_at.isoformat()}
    await audit.record(session, actor, "invitation.created", target=f"invitation:{invitation.id}", after=after)
    return invitation, secret


async def revoke(session: Session, actor: Actor, invitation_id: str) -> None:
    """Let an invitation open nothing any more. Raises `NotFoundError`."""
    invitation = await queries.by_id_for_update(session, invitation_id)
    if invitation is None or state_of(invitation, now()) != "open":
        raise NotFoundError("invitation_not_found", "There is no such invitation that is still open.")
    invitation.revoked_at = now()
    await audit.record(
        session,
        actor,
        "invitation.revoked",
        target=f"invitation:{invitation.id}",
        before={"email": invitation.email, "role": invitation.role},
    )


def checked(invitation: Invitation | None, email: str) -> Invitation:
    """The invitation, if it is open and for this address. Raises `ForbiddenError`."""
    if invitation is None or state_of(invitation, now()) != "open":
        raise ForbiddenError(
            "invitation_not_valid", "This invitation has been used, withdrawn or is too old; ask for a new one."
        )
    if invitation.email is not None and invitation.email != email:
        raise ForbiddenError("invitation_for_another", "This invitation is for another address.")
    return invitation


def use(invitation: Invitation, user: User) -> None:
    """The invitation has brought `user` here, and brings nobody else."""
    invitation.used_at, invitation.used_by = now(), user.id


def state_of(invitation: Invitation, moment: datetime) -> State:
    """Whether an invitation can be used, and if not, why."""
    if invitation.used_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= moment else "open"
