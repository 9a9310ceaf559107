"""HTTP of accounts: registering, signing in and out, who am I, API keys."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from guildhall import __version__
from guildhall.accounts import keys, queries, sign_ins, users
from guildhall.accounts.schemas import AuthOut, KeyIn, KeyOut, LoginIn, NewKeyOut, RegisterIn, SetupOut, UserOut
from guildhall.accounts.sign_ins import SignedIn
from guildhall.accounts.tables import User
from guildhall.accounts.tokens import LIFETIME, AccessTokens, not_signed_in
from guildhall.accounts.web import (
    REFRESH_COOKIE,
    CurrentUser,
    SameOrigin,
    clear_refresh_cookie,
    set_refresh_cookie,
)
from guildhall.core.db import Database
from guildhall.core.errors import BadRequestError
from guildhall.core.settings import Settings
from guildhall.core.web import Cursor, DbSession, Page, PageCursor, page_of

_ID_PATTERN = r"^[0-9a-z_]{1,32}$"

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.get("/setup", response_model=SetupOut)
async def read_setup(request: Request, session: DbSession) -> Mapping[str, Any]:
    """What a browser must know before anyone has signed in."""
    settings: Settings = request.app.state.settings
    needs_admin = not await queries.any_user(session)
    return {
        "needs_admin": needs_admin,
        "registration_open": needs_admin or settings.allow_registration,
        "version": __version__,
    }


@router.post("/auth/register", response_model=AuthOut, status_code=201, dependencies=[SameOrigin])
async def register(body: RegisterIn, request: Request, response: Response) -> Mapping[str, Any]:
    """Make an account and sign in; the first account becomes the admin's."""
    db: Database = request.app.state.db
    settings: Settings = request.app.state.settings
    user = await users.register(db, body, allow_registration=settings.allow_registration)
    async with db.write() as session:
        signed_in = await sign_ins.start(session, user)
    return _auth(signed_in, request, response)


@router.post("/auth/login", response_model=AuthOut, dependencies=[SameOrigin])
async def login(body: LoginIn, request: Request, response: Response) -> Mapping[str, Any]:
    """Sign in by address and password."""
    return _auth(await sign_ins.sign_in(request.app.state.db, body), request, response)


@router.post("/auth/refresh", response_model=AuthOut, dependencies=[SameOrigin])
async def refresh(request: Request, response: Response) -> Mapping[str, Any]:
    """A new access token by the refresh cookie, which is replaced."""
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise not_signed_in()
    return _auth(await sign_ins.refresh(request.app.state.db, token), request, response)


@router.post("/auth/logout", status_code=204, dependencies=[SameOrigin])
async def logout(request: Request, response: Response) -> None:
    """Sign out on this device; harmless when nobody is signed in."""
    token = request.cookies.get(REFRESH_COOKIE)
    if token:
        await sign_ins.end(request.app.state.db, token)
    clear_refresh_cookie(response, request.app.state.settings)


@router.get("/me", response_model=UserOut)
async def read_me(user: CurrentUser) -> User:
    """The account that asks."""
    return user


@router.get("/keys", response_model=Page[KeyOut])
async def list_keys(user: CurrentUser, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """One's own keys that still work, newest first."""
    rows: Sequence[Any] = await queries.keys_of(session, user.id, limit=cursor.limit + 1, after=_after(cursor))
    return page_of(rows, cursor, lambda key: [key.id])


@router.post("/keys", response_model=NewKeyOut, status_code=201)
async def create_key(body: KeyIn, user: CurrentUser, session: DbSession, response: Response) -> Mapping[str, Any]:
    """Make a key. Its secret is in this answer and nowhere else."""
    key, secret = await keys.create(session, user, body.name)
    response.headers["cache-control"] = "no-store"
    return {**KeyOut.model_validate(key, from_attributes=True).model_dump(), "key": secret}


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: Annotated[str, Path(pattern=_ID_PATTERN)], user: CurrentUser, session: DbSession) -> None:
    """End one of one's own keys at once."""
    await keys.revoke(session, user, key_id)


def _auth(signed_in: SignedIn, request: Request, response: Response) -> Mapping[str, Any]:
    tokens: AccessTokens = request.app.state.tokens
    set_refresh_cookie(response, signed_in.refresh_token, request.app.state.settings)
    response.headers["cache-control"] = "no-store"
    return {
        "access_token": tokens.issue(signed_in.user),
        "token_type": "bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "user": signed_in.user,
    }


def _after(cursor: Cursor) -> str | None:
    position = cursor.position(str)
    if position and not position[0].isprintable():  # PostgreSQL takes no NUL
        raise BadRequestError("invalid_cursor", "The cursor is not one that this list gave out.")
    return position[0] if position else None
