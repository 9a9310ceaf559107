"""HTTP of invitations: admins make and withdraw them; whoever has a link may look at its own."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from guildhall.accounts import invitation_queries, invitations, links, registrations
from guildhall.accounts.attempts import Attempts
from guildhall.accounts.profile_routes import AnId
from guildhall.accounts.schemas import InvitationIn, InvitationOut, NewInvitationOut, OpenInvitationOut
from guildhall.accounts.tables import Invitation
from guildhall.accounts.web import Acting, Admin, Person, address_of, own_address_of
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import ConflictError, NotFoundError
from guildhall.core.web import DbSession, Page, PageCursor, page_of

_PAGE = "invitation"

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.post("/users/invitations", response_model=NewInvitationOut, status_code=201)
async def create_invitation(
    body: InvitationIn, user: Admin, _: Person, acting: Acting, request: Request, response: Response, session: DbSession
) -> Mapping[str, Any]:
    """A link that lets one person register. It is in this answer and, with an address, in a letter."""
    state = request.app.state
    if registrations.policy_of(state.settings, state.configuration) == "closed":
        raise ConflictError("registration_closed", "Registration is closed, also to people with an invitation.")
    invitation, secret = await invitations.create(session, acting, body)
    link = links.address_of(state.settings, _PAGE, secret, own=own_address_of(request))
    is_mailed = body.email is not None and state.letters.can_be_sent
    if is_mailed:
        text = f"{user.name} invites you to Guildhall. Make your account here:\n\n{link}\n\nThe link works once.\n"
        state.letters.send_soon(body.email, "An invitation to Guildhall", text)
    response.headers["cache-control"] = "no-store"
    return {**_shown(invitation, user.name), "link": link, "is_mailed": is_mailed}


@router.get("/users/invitations", response_model=Page[InvitationOut])
async def list_invitations(_: Admin, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """Invitations, newest first."""
    position = cursor.position(str)
    rows = await invitation_queries.invitations(
        session, limit=cursor.limit + 1, after=position[0] if position else None
    )
    return page_of([_shown(*row) for row in rows], cursor, lambda shown: [shown["id"]])


@router.delete("/users/invitations/{invitation_id}", status_code=204)
async def revoke_invitation(invitation_id: AnId, _: Admin, __: Person, acting: Acting, session: DbSession) -> None:
    """Withdraw an invitation: its link opens nothing any more."""
    await invitations.revoke(session, acting, invitation_id)


@router.get("/invitations/{token}", response_model=OpenInvitationOut)
async def read_invitation(
    token: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")], request: Request
) -> Mapping[str, Any]:
    """What an invitation's link is good for."""
    attempts: Attempts = request.app.state.attempts
    db: Database = request.app.state.db
    guess = await attempts.guess(address_of(request))
    async with db.read() as session:
        found = await invitation_queries.with_host(session, links.digest(token))
    if found is None:
        raise NotFoundError("invitation_not_found", "There is no such invitation.")
    await attempts.forgive(guess)
    return _shown(*found)


def _shown(invitation: Invitation, invited_by: str | None) -> dict[str, Any]:
    fields = ("id", "email", "role", "created_at", "expires_at", "used_by")
    return {name: getattr(invitation, name) for name in fields} | {
        "state": invitations.state_of(invitation, now()),
        "invited_by": invited_by,
    }
