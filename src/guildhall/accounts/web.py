"""Who asks: the dependencies that routes put in their signatures, and the refresh cookie."""

from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from guildhall.accounts import queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.sign_ins import TOKEN_LIFETIME, account_disabled
from guildhall.accounts.tables import User
from guildhall.accounts.tokens import AccessTokens, not_signed_in
from guildhall.core.db import Database
from guildhall.core.errors import ForbiddenError
from guildhall.core.middleware import address_of as scope_address
from guildhall.core.settings import Settings
from guildhall.core.web import BearerToken

REFRESH_COOKIE = "guildhall_refresh"
REFRESH_PATH = "/api/v1/auth"


async def current_user_of(request: HTTPConnection) -> User:
    """The active user whose access token the request carries.

    Raises `UnauthorizedError` (`not_signed_in`, `token_expired`) or `ForbiddenError` (`account_disabled`).
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise not_signed_in()
    tokens: AccessTokens = request.app.state.tokens
    db: Database = request.app.state.db
    claims = tokens.verify(token.strip())
    # A short read of its own, before the route's transaction: nobody unknown ever holds the only writer.
    async with db.read() as session:
        user = await queries.user_by_id(session, claims.user_id)
    if user is None:
        raise not_signed_in()
    if user.state != "active":
        raise account_disabled()
    structlog.contextvars.bind_contextvars(user_id=user.id)
    return user


async def _current_user(request: Request, _token: BearerToken) -> User:
    return await current_user_of(request)


CurrentUser = Annotated[User, Depends(_current_user)]


async def _admin(user: CurrentUser) -> User:
    if user.role != "admin":
        raise ForbiddenError("admin_only", "Only an admin may do this.")
    return user


Admin = Annotated[User, Depends(_admin)]


def address_of(request: HTTPConnection) -> str:
    """The address that a request comes from, behind the proxies we trust."""
    return scope_address(request.scope)


async def _acting(user: CurrentUser, request: Request) -> Actor:
    return Actor(user.id, address_of(request))


# Who acts, as the audit log names them. Where nobody has signed in: `Actor(None, address_of(request))`.
Acting = Annotated[Actor, Depends(_acting)]


async def _same_origin(request: Request) -> None:
    require_same_origin(request)


SameOrigin = Depends(_same_origin)


def require_same_origin(request: HTTPConnection) -> None:
    """Refuse a browser that acts for a page of another site; programs send no `Origin` and pass."""
    origin = request.headers.get("origin")
    settings: Settings = request.app.state.settings
    public = urlsplit(settings.public_url)
    own = {f"{public.scheme}://{public.netloc}", *(f"{scheme}://{_host(request)}" for scheme in ("http", "https"))}
    if origin is not None and origin not in own:
        raise ForbiddenError("origin_not_allowed", "This address takes requests only from the hall's own pages.")


def _host(request: HTTPConnection) -> str:
    return request.headers.get("host", "")


def set_refresh_cookie(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its refresh token where no script can read it and no other site can send it."""
    response.set_cookie(
        REFRESH_COOKIE,
        token,
        max_age=int(TOKEN_LIFETIME.total_seconds()),
        path=REFRESH_PATH,
        secure=_is_https(settings),
        httponly=True,
        samesite="strict",
    )


def clear_refresh_cookie(response: Response, settings: Settings) -> None:
    """Take the refresh token back from the browser."""
    response.delete_cookie(
        REFRESH_COOKIE, path=REFRESH_PATH, secure=_is_https(settings), httponly=True, samesite="strict"
    )


def _is_https(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
