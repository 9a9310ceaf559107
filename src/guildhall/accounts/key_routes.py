"""HTTP of one's own API keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from guildhall.accounts import keys, queries
from guildhall.accounts.key_schemas import KeyChangeIn, KeyIn, KeyOut, NewKeyOut, RotationIn
from guildhall.accounts.profile_routes import AnId
from guildhall.accounts.tables import ApiKey
from guildhall.accounts.web import Acting, CurrentUser, Person
from guildhall.core.errors import BadRequestError
from guildhall.core.web import Cursor, DbSession, Page, PageCursor, page_of

router = APIRouter(prefix="/api/v1/keys", tags=["accounts"])


@router.get("", response_model=Page[KeyOut])
async def list_keys(user: CurrentUser, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """One's own keys that have not been revoked, newest first."""
    rows: Sequence[Any] = await queries.keys_of(session, user.id, limit=cursor.limit + 1, after=after_key(cursor))
    return page_of(rows, cursor, lambda key: [key.id])


@router.post("", response_model=NewKeyOut, status_code=201)
async def create_key(
    body: KeyIn, user: Person, acting: Acting, session: DbSession, request: Request, response: Response
) -> Mapping[str, Any]:
    """Make a key. Its secret is in this answer and nowhere else."""
    require_endpoints(request, body.endpoints)
    return _shown_once(*await keys.create(session, acting, user, body), response)


@router.patch("/{key_id}", response_model=KeyOut)
async def change_key(
    key_id: AnId, body: KeyChangeIn, user: Person, acting: Acting, session: DbSession, request: Request
) -> ApiKey:
    """Change a key's name, expiry, limits, or what it may be used for and from where, in force at once."""
    require_endpoints(request, body.endpoints)
    return await keys.change(session, acting, user, key_id, body)


@router.post("/{key_id}/rotate", response_model=NewKeyOut)
async def rotate_key(
    key_id: AnId, body: RotationIn, user: Person, acting: Acting, session: DbSession, response: Response
) -> Mapping[str, Any]:
    """Give a key another secret, which is in this answer and nowhere else; the former works until the grace ends."""
    return _shown_once(*await keys.rotate(session, acting, user, key_id, body.grace_seconds), response)


@router.delete("/{key_id}", status_code=204)
async def revoke_key(key_id: AnId, user: Person, acting: Acting, session: DbSession) -> None:
    """End one of one's own keys at once."""
    await keys.revoke(session, acting, user, key_id)


def _shown_once(key: ApiKey, secret: str, response: Response) -> Mapping[str, Any]:
    response.headers["cache-control"] = "no-store"
    return {**KeyOut.model_validate(key, from_attributes=True).model_dump(), "key": secret}


def require_endpoints(request: Request, wanted: Sequence[str] | None) -> None:
    """Raise `BadRequestError` for an endpoint that nobody can call."""
    for path in wanted or ():
        if path not in request.app.state.endpoint_paths:
            raise BadRequestError("unknown_endpoint", f"No model is called at {path}.", param="endpoints")


def after_key(cursor: Cursor) -> str | None:
    """Where a page of keys goes on."""
    position = cursor.position(str)
    if position and not position[0].isprintable():  # PostgreSQL takes no NUL
        raise BadRequestError("invalid_cursor", "The cursor is not one that this list gave out.")
    return position[0] if position else None
