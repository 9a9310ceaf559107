"""HTTP of coming in: registering, signing in and out, links to a new password."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from guildhall import __version__
from guildhall.accounts import queries, registrations, resets, sign_ins
from guildhall.accounts.oidc import PROVIDER_ID
from guildhall.accounts.policies import announcement_of
from guildhall.accounts.schemas import AuthOut, ForgottenIn, LoginIn, RegisterIn, ResetIn, SetupOut
from guildhall.accounts.sign_ins import SignedIn
from guildhall.accounts.tokens import LIFETIME, AccessTokens, not_signed_in
from guildhall.accounts.web import (
    REFRESH_COOKIE,
    SameOrigin,
    clear_refresh_cookie,
    set_refresh_cookie,
    visitor_of,
)
from guildhall.core.clock import now
from guildhall.core.errors import ForbiddenError
from guildhall.core.web import DbSession

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.get("/setup", response_model=SetupOut)
async def read_setup(request: Request, session: DbSession) -> Mapping[str, Any]:
    """What a browser must know before anyone has signed in."""
    state = request.app.state
    needs_admin = not await queries.any_user(session)
    return {
        "needs_admin": needs_admin,
        "registration": "open" if needs_admin else registrations.policy_of(state.settings, state.configuration),
        "guests": not needs_admin and registrations.guests_allowed(state.settings, state.configuration),
        "can_send_links": state.letters.can_be_sent,
        "oidc": [{"id": PROVIDER_ID, "name": state.oidc.name}] if state.oidc else [],
        "version": __version__,
        "announcement": announcement_of(state.configuration, now()),
    }


@router.post("/auth/register", response_model=AuthOut, status_code=201, dependencies=[SameOrigin])
async def register(body: RegisterIn, request: Request, response: Response) -> Mapping[str, Any]:
    """Make an account and sign in; the first account becomes the admin's."""
    state = request.app.state
    policy = registrations.policy_of(state.settings, state.configuration)
    signed_in = await registrations.register(state.db, state.attempts, body, visitor_of(request), policy=policy)
    return auth_of(signed_in, request, response)


@router.post("/auth/guest", response_model=AuthOut, status_code=201, dependencies=[SameOrigin])
async def enter_as_guest(request: Request, response: Response) -> Mapping[str, Any]:
    """Come in without an account, if the configuration lets visitors."""
    state = request.app.state
    if not registrations.guests_allowed(state.settings, state.configuration):
        raise ForbiddenError("guests_not_allowed", "Visitors need an account here.")
    return auth_of(await registrations.enter_as_guest(state.db, state.attempts, visitor_of(request)), request, response)


@router.post("/auth/login", response_model=AuthOut, dependencies=[SameOrigin])
async def login(body: LoginIn, request: Request, response: Response) -> Mapping[str, Any]:
    """Sign in by address and password."""
    state = request.app.state
    return auth_of(await sign_ins.sign_in(state.db, state.attempts, body, visitor_of(request)), request, response)


@router.post("/auth/refresh", response_model=AuthOut, dependencies=[SameOrigin])
async def refresh(request: Request, response: Response) -> Mapping[str, Any]:
    """A new access token by the refresh cookie, which is replaced."""
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise not_signed_in()
    return auth_of(await sign_ins.refresh(request.app.state.db, token, visitor_of(request)), request, response)


@router.post("/auth/logout", status_code=204, dependencies=[SameOrigin])
async def logout(request: Request, response: Response) -> None:
    """Sign out on this device; harmless when nobody is signed in."""
    token = request.cookies.get(REFRESH_COOKIE)
    if token:
        await sign_ins.leave(request.app.state.db, token, visitor_of(request))
    clear_refresh_cookie(response, request.app.state.settings)


@router.post("/auth/forgotten", status_code=202, dependencies=[SameOrigin])
async def ask_for_new_password(body: ForgottenIn, request: Request) -> None:
    """Write to this address with a link to a new password, if it is somebody's here; the answer does not tell."""
    state = request.app.state
    await resets.ask(state.db, state.attempts, state.letters, state.settings, body.email, visitor_of(request))


@router.post("/auth/reset", response_model=AuthOut, dependencies=[SameOrigin])
async def reset_password(body: ResetIn, request: Request, response: Response) -> Mapping[str, Any]:
    """Choose a new password by a link, and sign in; every other device is signed out."""
    state = request.app.state
    signed_in = await resets.use(state.db, state.attempts, body.token, body.password, visitor_of(request))
    return auth_of(signed_in, request, response)


def auth_of(signed_in: SignedIn, request: Request, response: Response) -> Mapping[str, Any]:
    """The answer to whoever has just come in; the refresh token goes into the cookie."""
    tokens: AccessTokens = request.app.state.tokens
    set_refresh_cookie(response, signed_in.refresh_token, request.app.state.settings)
    response.headers["cache-control"] = "no-store"
    return {
        "access_token": tokens.issue(signed_in.user, signed_in.sign_in_id),
        "token_type": "bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "user": signed_in.user,
    }
