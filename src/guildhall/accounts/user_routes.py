"""HTTP of people, for admins: list, search, roles, disable, delete, links to a new password."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from guildhall.accounts import links, resets, user_queries, users
from guildhall.accounts.profile_routes import AnId
from guildhall.accounts.schemas import LinkOut, UserChangeIn, UserOut
from guildhall.accounts.tables import Role, User, UserState
from guildhall.accounts.web import Acting, Admin, Person, own_address_of
from guildhall.core.web import DbSession, Page, PageCursor, PlainText, page_of

router = APIRouter(prefix="/api/v1/users", tags=["accounts"])


@router.get("", response_model=Page[UserOut])
async def list_users(
    _: Admin,
    session: DbSession,
    cursor: PageCursor,
    search: Annotated[PlainText, Query(max_length=100)] = "",
    role: Role | None = None,
    state: UserState | None = None,
) -> Mapping[str, Any]:
    """Accounts whose name or address contains `search`, oldest first."""
    position = cursor.position(str)
    rows = await user_queries.users(
        session,
        search=search.strip(),
        role=role,
        state=state,
        limit=cursor.limit + 1,
        after=position[0] if position else None,
    )
    return page_of(rows, cursor, lambda user: [user.id])


@router.get("/{user_id}", response_model=UserOut)
async def read_user(user_id: AnId, _: Admin, session: DbSession) -> User:
    """One account."""
    return await users.find(session, user_id)


@router.patch("/{user_id}", response_model=UserOut)
async def change_user(
    user_id: AnId, body: UserChangeIn, _: Admin, __: Person, acting: Acting, session: DbSession
) -> User:
    """Give someone another role, state or name; what they may no longer do ends at once."""
    return await users.change(session, acting, user_id, body)


@router.post("/{user_id}/reset", response_model=LinkOut)
async def create_reset_link(
    user_id: AnId, _: Admin, __: Person, acting: Acting, request: Request, response: Response, session: DbSession
) -> Mapping[str, Any]:
    """A link by which someone chooses a new password, to hand to them; it works once, for a day."""
    secret, expires_at = await resets.create(session, acting, user_id)
    response.headers["cache-control"] = "no-store"
    link = links.address_of(request.app.state.settings, resets.PAGE, secret, own=own_address_of(request))
    return {"link": link, "expires_at": expires_at}


@router.delete("/{user_id}", status_code=204)
async def delete_user(
    user_id: AnId, _: Admin, __: Person, acting: Acting, request: Request, session: DbSession
) -> None:
    """Delete an account and everything in it, for good."""
    await users.remove(session, acting, user_id, request.app.state.farewells)
