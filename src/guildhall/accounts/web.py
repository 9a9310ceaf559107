"""Who asks: the dependencies that routes put in their signatures, and the refresh cookie."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from guildhall.accounts import queries
from guildhall.accounts.audit import Actor
from guildhall.accounts.devices import Visitor, label_of
from guildhall.accounts.key_uses import KeyUses
from guildhall.accounts.sign_ins import TOKEN_LIFETIME, account_disabled
from guildhall.accounts.tables import Scope, User
from guildhall.accounts.tokens import AccessTokens, not_signed_in
from guildhall.core.db import Database
from guildhall.core.errors import ForbiddenError
from guildhall.core.middleware import address_of as scope_address
from guildhall.core.settings import Settings
from guildhall.core.web import BearerToken, Caller

# Who presents an API key, from where, to do what. Raises `AppError`; `app.py` hands it in.
FindKey = Callable[[str, str, Scope], Awaitable[Caller]]

REFRESH_COOKIE = "guildhall_refresh"
REFRESH_PATH = "/api/v1/auth"


async def current_user_of(request: HTTPConnection) -> User:
    """The active user whose access token or API key the request carries; `request.state.caller` says which it was.

    Raises `UnauthorizedError` (`not_signed_in`, `token_expired`…) or `ForbiddenError` (`account_disabled`…).
    """
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer":
        raise not_signed_in()
    user = await (_user_of_key if credential.startswith("gh-") else _user_of_token)(request, credential)
    if user.state != "active":
        raise account_disabled()
    structlog.contextvars.bind_contextvars(user_id=user.id)
    return user


async def _user_of_token(request: HTTPConnection, token: str) -> User:
    tokens: AccessTokens = request.app.state.tokens
    db: Database = request.app.state.db
    claims = tokens.verify(token)
    # A short read of its own, before the route's transaction: nobody unknown ever holds the only writer.
    async with db.read() as session:
        found = await queries.sign_in_of_user(session, claims.user_id, claims.sign_in_id)
    if found is None:
        raise not_signed_in()
    user, sign_in = found
    if sign_in.revoked_at is not None and user.state == "active":
        raise not_signed_in()
    request.state.caller = Caller(user.id, sign_in.id, claims.expires_at)
    return user


async def _user_of_key(request: HTTPConnection, secret: str) -> User:
    """A key may read with the scope `read`, and do all that its owner may with `write`."""
    is_reading = request.scope.get("method") in {"GET", "HEAD"}
    find: FindKey = request.app.state.find_key
    caller = await find(secret, address_of(request), "read" if is_reading else "write")
    db: Database = request.app.state.db
    async with db.read() as session:
        user = await queries.user_by_id(session, caller.user_id)
    if user is None:
        raise not_signed_in()
    uses: KeyUses = request.app.state.key_uses
    await uses.note(str(caller.credential_id))
    request.state.caller = caller
    return user


async def _current_user(request: Request, _token: BearerToken) -> User:
    return await current_user_of(request)


CurrentUser = Annotated[User, Depends(_current_user)]


async def _person(user: CurrentUser, request: Request) -> User:
    if request.state.caller.credential_id.startswith("key_"):
        raise ForbiddenError("not_for_keys", "An API key cannot do this: sign in.")
    return user


# Who has signed in: for what a key that leaked must not be able to do, such as making more keys.
Person = Annotated[User, Depends(_person)]


async def _admin(user: CurrentUser) -> User:
    if user.role != "admin":
        raise ForbiddenError("admin_only", "Only an admin may do this.")
    return user


Admin = Annotated[User, Depends(_admin)]


def address_of(request: HTTPConnection) -> str:
    """The address that a request comes from, behind the proxies we trust."""
    return scope_address(request.scope)


def visitor_of(request: HTTPConnection) -> Visitor:
    """Where a request comes from, and with what."""
    return Visitor(address_of(request), label_of(request.headers.get("user-agent", "")[:500]))


def sign_in_of(request: HTTPConnection) -> str:
    """The id of the sign-in that the request came with; the route has asked for a `Person`."""
    return str(request.state.caller.credential_id)


def own_address_of(request: HTTPConnection) -> str:
    """The address of this hall as the request named it."""
    return f"{request.url.scheme}://{_host(request)}"


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
        secure=is_https(settings),
        httponly=True,
        samesite="strict",
    )


def clear_refresh_cookie(response: Response, settings: Settings) -> None:
    """Take the refresh token back from the browser."""
    response.delete_cookie(
        REFRESH_COOKIE, path=REFRESH_PATH, secure=is_https(settings), httponly=True, samesite="strict"
    )


def is_https(settings: Settings) -> bool:
    """Whether people reach this hall by TLS, so that cookies are sent by nothing else."""
    return settings.public_url.startswith("https://")
