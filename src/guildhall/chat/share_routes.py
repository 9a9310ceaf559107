"""The API of shared sessions: their owners make and revoke links; whoever has one reads, without signing in."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from guildhall.accounts import links
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.web import Acting, own_address_of
from guildhall.chat import sessions, share_queries, shares
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.share_schemas import NewShareOut, SharedMessageOut, SharedOut, ShareIn, ShareOut
from guildhall.chat.tables import ShareRow
from guildhall.core.db import Database
from guildhall.core.errors import NotFoundError
from guildhall.core.static_files import STATIC
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of

router = APIRouter(tags=["chat"])
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
_PAGE = "share"
# For nobody to keep, and for no search engine.
_UNLISTED = {"cache-control": "private, no-store", "x-robots-tag": "noindex, nofollow"}
_OF_A_SESSION = "/api/v1/chat/sessions/{session_id}/shares"


@router.get(_OF_A_SESSION, response_model=Page[ShareOut])
async def list_shares(session_id: str, user_id: UserId, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """Links to a session, oldest first."""
    await sessions.find(session, user_id, session_id)
    place = cursor.position(str)
    rows = await share_queries.shares_in(session, session_id, after=place[0] if place else "", limit=cursor.limit + 1)
    return page_of(rows, cursor, lambda row: [row.id])


@router.post(_OF_A_SESSION, response_model=NewShareOut, status_code=201)
async def create_share(
    session_id: str,
    body: ShareIn,
    user_id: UserId,
    acting: Acting,
    session: DbSession,
    request: Request,
    response: Response,
) -> NewShareOut:
    """A link by which anybody reads the session as it is now. The address is in this answer alone."""
    share, secret = await shares.create(session, _policy(request), acting, user_id, session_id, body)
    link = links.address_of(request.app.state.settings, _PAGE, secret, own=own_address_of(request))
    response.headers["cache-control"] = "no-store"
    return NewShareOut(**ShareOut.model_validate(share).model_dump(), link=link)


@router.post("/api/v1/chat/shares/{share_id}/refresh", response_model=ShareOut)
async def refresh_share(
    share_id: str, user_id: UserId, acting: Acting, session: DbSession, request: Request
) -> ShareRow:
    """Have readers see the session as it is now."""
    return await shares.refresh(session, _policy(request), acting, user_id, share_id)


@router.delete("/api/v1/chat/shares/{share_id}", status_code=204)
async def revoke_share(share_id: str, user_id: UserId, acting: Acting, session: DbSession) -> None:
    """Have a link open nothing any more, and forget its copy."""
    await shares.revoke(session, acting, user_id, share_id)


@router.get("/api/v1/shares/{token}", response_model=SharedOut)
async def read_share(token: Token, request: Request, session: DbSession, response: Response) -> ShareRow:
    """What a link leads to."""
    response.headers.update(_UNLISTED)
    return await shares.read(session, _policy(request), token)


@router.get("/api/v1/shares/{token}/messages", response_model=Page[SharedMessageOut])
async def list_shared_messages(
    token: Token, request: Request, session: DbSession, cursor: PageCursor, response: Response
) -> dict[str, Any]:
    """What a link lets one read, oldest first."""
    response.headers.update(_UNLISTED)
    share = await shares.read(session, _policy(request), token)
    place = cursor.position(int)
    after = place[0] if place else 0
    rows = await share_queries.messages_of(session, share.id, after=after, limit=cursor.limit + 1)
    page = page_of(rows, cursor, lambda row: [row.position])
    return {**page, "items": _bodies(page["items"])}


@router.api_route("/share/{token:path}", methods=["GET", "HEAD"], include_in_schema=False)
async def share_page(token: str, request: Request) -> Response:
    """The page that reads it; with 404 where there is nothing to read, and out of every search engine."""
    index = STATIC / "index.html"
    if not index.is_file():
        raise HTTPException(404)
    db: Database = request.app.state.db
    try:
        async with db.read() as session:
            await shares.read(session, _policy(request), token)
    except NotFoundError:
        return FileResponse(index, 404, _UNLISTED)
    return FileResponse(index, headers=_UNLISTED)


def _bodies(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [row.body for row in rows]


def _policy(request: Request) -> ChatPolicy:
    configuration: Configuration = request.app.state.configuration
    return configuration.current(ChatPolicy)
