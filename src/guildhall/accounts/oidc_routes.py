"""HTTP of signing in through another house; every failure leads back to the sign-in page, which says what it was."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse

from guildhall.accounts import identities, queries, registrations, sign_ins, user_queries
from guildhall.accounts.oidc import PROVIDER_ID, TRIP_SECONDS
from guildhall.accounts.schemas import IdentityOut
from guildhall.accounts.tables import Identity
from guildhall.accounts.web import (
    REFRESH_COOKIE,
    REFRESH_PATH,
    Acting,
    Person,
    is_https,
    own_address_of,
    set_refresh_cookie,
    visitor_of,
)
from guildhall.core.clock import now
from guildhall.core.errors import AppError, ForbiddenError, NotFoundError
from guildhall.core.web import DbSession

if TYPE_CHECKING:
    from guildhall.accounts.oidc_provider import Provider

TRIP_COOKIE = "guildhall_oidc"
_PATH = f"{REFRESH_PATH}/oidc"
_REDIRECT: dict[int | str, dict[str, Any]] = {302: {"description": "On to the provider, or back to our own pages."}}
_log = structlog.get_logger("guildhall.accounts")

router = APIRouter(prefix="/api/v1", tags=["accounts"])
AProvider = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,32}$")]


@router.get("/auth/oidc/{provider}/start", status_code=302, response_class=RedirectResponse, responses=_REDIRECT)
async def leave_for_provider(provider: AProvider, request: Request, connect: bool = False) -> RedirectResponse:
    """Send the browser to the provider; with `connect`, to connect the account that is signed in on it."""
    house = _house(request, provider)
    try:
        user_id = await _user_of_cookie(request) if connect else None
        address, cookie = await house.leave(_callback_of(request), connect=user_id)
    except AppError as error:
        return _back(error)
    response = RedirectResponse(address, 302, headers={"cache-control": "no-store"})
    # Lax, for the way back begins on the provider's pages.
    secure = is_https(request.app.state.settings)
    response.set_cookie(
        TRIP_COOKIE, cookie, max_age=TRIP_SECONDS, path=_PATH, httponly=True, secure=secure, samesite="lax"
    )
    return response


@router.get("/auth/oidc/{provider}/callback", status_code=302, response_class=RedirectResponse, responses=_REDIRECT)
async def return_from_provider(
    provider: AProvider,
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Sign in whom the provider has named, and go to the first page."""
    house, own = _house(request, provider), request.app.state
    try:
        trip = house.trip_of(request.cookies.get(TRIP_COOKIE, ""), state)
        if error or not code:
            raise ForbiddenError("oidc_refused", f"{house.name} did not sign you in.")
        visitor = visitor_of(request)
        guess = await own.attempts.guess(visitor.address)
        person = await house.come_back(trip, code)
        await own.attempts.forgive(guess)
        policy = registrations.policy_of(own.settings, own.configuration)
        signed_in = await identities.sign_in(own.db, person, visitor, policy=policy, connect=trip.connect)
    except AppError as refused:
        return _back(refused)
    page = "/settings/security" if trip.connect else "/"
    response = RedirectResponse(page, 302, headers={"cache-control": "no-store"})
    response.delete_cookie(TRIP_COOKIE, path=_PATH, httponly=True, samesite="lax")
    set_refresh_cookie(response, signed_in.refresh_token, own.settings)
    return response


@router.get("/me/identities", response_model=list[IdentityOut])
async def list_my_identities(user: Person, session: DbSession) -> Sequence[Identity]:
    """The other sign-ins that open one's account."""
    return await user_queries.identities_of(session, user.id)


@router.delete("/me/identities", status_code=204)
async def disconnect_my_identities(user: Person, acting: Acting, session: DbSession) -> None:
    """Let other sign-ins open one's account no more."""
    await identities.disconnect(session, acting, user)


def _house(request: Request, provider: str) -> "Provider":
    house: Provider | None = request.app.state.oidc
    if provider != PROVIDER_ID or house is None:
        raise NotFoundError("provider_not_found", "There is no such sign-in.")
    return house


def _callback_of(request: Request) -> str:
    own = request.app.state.settings.public_url or own_address_of(request)
    return f"{own.rstrip('/')}{_PATH}/{PROVIDER_ID}/callback"


async def _user_of_cookie(request: Request) -> str:
    async with request.app.state.db.read() as session:
        digest = sign_ins.digest_of(request.cookies.get(REFRESH_COOKIE, ""))
        user = await queries.user_of_refresh_token(session, digest, at=now())
    if user is None or user.state != "active":
        raise ForbiddenError("oidc_state_lost", "Sign in first, then connect.")
    return user.id


def _back(error: AppError) -> RedirectResponse:
    _log.warning("oidc_refused", code=error.code, reason=str(error.__cause__ or error.message)[:300])
    return RedirectResponse(f"/sign-in?{urlencode({'error': error.code})}", 302, headers={"cache-control": "no-store"})
