"""The two-user walk: every route and every stream, asked by people whom it does not concern.

The routes are read from the product's own OpenAPI document, and the streams from the product itself: what is new is
walked without anybody remembering it. A route is for everybody (`PUBLIC`), for whoever has signed in and then about
their own things (`OWN`), or else for admins; so a new one is refused to everybody else, or fails here until somebody
says whom it is for. A place in an address that nobody here can fill fails too.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from tests.assurance import contract
from tests.assurance.contract import Route
from tests.assurance.estate import Estate, made_by
from tests.chat.talk import connect_simulator
from tests.services import product
from tests.services.product import Running
from tests.sockets import listening

pytestmark = pytest.mark.timeout(180)

# Asked before anybody has signed in, or with a secret of their own in the address.
PUBLIC = re.compile(
    r"GET /(healthz|readyz|metrics)$|GET /api/v1/setup$|POST /api/v1/auth/[a-z]+$|GET /api/v1/auth/oidc/"
    r"|GET /api/v1/shares/\{token\}(/messages)?$"
    r"|GET /api/v1/invitations/\{token\}$|GET /api/v1/users/\{user_id\}/avatar$"
)
# For whoever has signed in: lists and answers about themselves, and objects that are theirs.
OWN = re.compile(
    r"[A-Z]+ /api/v1/me(/|$)|[A-Z]+ /api/v1/keys(/|$)|[A-Z]+ /api/v1/notifications(/|$)|[A-Z]+ /api/v1/chat/"
    r"|[A-Z]+ /api/v1/workspaces(/|$)|[A-Z]+ /api/v1/mcp/"
    r"|POST /api/v1/realtime/ticket$|GET /api/v1/events$|GET /api/v1/gateway/(models|presets|quotas|currency)$"
    r"|GET /api/v1/gateway/(statistics(/|$)|calls(\.csv|/\{call_id\})?$)|[A-Z]+ /v1/"
)
# What is recorded of a member's calls is an admin's business too; not a word of them is in it.
RECORDED = "/api/v1/gateway/calls/{call_id}"
# Names that are the same for everybody, rather than somebody's objects.
SHARED_PLACES = {
    "/v1/models/{model}",
    "/api/v1/gateway/statistics/{by}",
    "/api/v1/gateway/statistics/{by}.csv",
}
# Streams that everybody who has signed in may follow.
SHARED_STREAMS = {"announcement"}


@pytest.fixture(scope="module")
async def estate(member: httpx.AsyncClient, admin: httpx.AsyncClient, db: Database) -> Estate:
    """What the first member and the admins own."""
    await connect_simulator(admin)
    return await made_by(member, admin, db)


@asynccontextmanager
async def a_member(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with an account, who has just come."""
    async with product.signed_in(server.url, f"{new_id('us').replace('_', '-')}@example.org", "Passer-by") as http:
        yield http


@asynccontextmanager
async def a_guest(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without an account."""
    async with product.client(server.url) as http:
        answer = await http.post("/api/v1/auth/guest")
        assert answer.status_code == 201, answer.text
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


@asynccontextmanager
async def guests_allowed(admin: httpx.AsyncClient) -> AsyncIterator[None]:
    """Guests may come in, for the length of a block."""
    held = (await admin.get("/api/v1/configuration/accounts")).json()
    await _configure(admin, held["value"] | {"guests": True})
    yield
    await _configure(admin, held["value"])


async def _configure(admin: httpx.AsyncClient, value: dict[str, object]) -> None:
    revision = (await admin.get("/api/v1/configuration/accounts")).json()["revision"]
    body = {"revision": revision, "value": value}
    assert (await admin.put("/api/v1/configuration/accounts", json=body)).status_code == 200


def is_public(route: Route) -> bool:
    return PUBLIC.match(str(route)) is not None


def is_own(route: Route) -> bool:
    return OWN.match(str(route)) is not None


def is_owned(route: Route) -> bool:
    """About one object that belongs to somebody."""
    return is_own(route) and bool(set(route.places) - SHARED_PLACES)


async def ask(http: httpx.AsyncClient, route: Route, estate: Estate) -> httpx.Response:
    """Call the route about the owner's objects."""
    address = route.address(estate.filled | dict.fromkeys(SHARED_PLACES, "walked"))
    sent = route.request()
    if route.path == "/api/v1/events":
        sent["params"] = {"stream": estate.streams["user."], "wait": 1}
    return await http.request(route.method, address, **sent)


@pytest.mark.slow
async def test_every_place_in_an_address_can_be_filled(http: httpx.AsyncClient, estate: Estate) -> None:
    routes = [route for route in await contract.routes(http) if not is_public(route)]
    wanted = {place for route in routes for place in route.places} - SHARED_PLACES
    assert wanted <= set(estate.filled), "tests/assurance/estate.py must make an object for each of these"


@pytest.mark.slow
async def test_nobody_who_has_not_signed_in_is_answered(
    server: Running, http: httpx.AsyncClient, estate: Estate
) -> None:
    walked, leaks = 0, []
    for route in await contract.routes(http):
        if not is_public(route):
            async with product.client(server.url) as nobody:
                answer = await ask(nobody, route, estate)
            walked += 1
            if answer.status_code != 401:
                leaks.append(f"{route}: {answer.status_code} {answer.text[:200]}")
    print(f"not signed in: {walked} routes walked, {len(leaks)} leaks")  # noqa: T201 - the figure
    assert not leaks, "\n".join(leaks)
    assert walked > 60


@pytest.mark.slow
async def test_members_and_guests_reach_neither_admin_routes_nor_what_belongs_to_others(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient, http: httpx.AsyncClient, estate: Estate
) -> None:
    routes = [route for route in await contract.routes(http) if not is_public(route)]
    leaks: list[str] = []
    walked = 0
    async with guests_allowed(admin):
        for enters in (a_member, a_guest):
            async with enters(server) as passer_by:
                for route in routes:
                    if str(route).startswith(("DELETE /api/v1/me", "POST /api/v1/me/", "PATCH /api/v1/me")):
                        async with enters(server) as another:  # it may end their sign-in or their account
                            leaks += _leaks_of(route, await ask(another, route, estate), estate)
                    else:
                        leaks += _leaks_of(route, await ask(passer_by, route, estate), estate)
                    walked += 1
    print(f"as member and as guest: {walked} routes walked, {len(leaks)} leaks")  # noqa: T201 - the figure
    assert not leaks, "\n".join(leaks)
    await _everything_is_still_there(member, admin, routes, estate)


@pytest.mark.slow
async def test_an_admin_does_not_reach_what_belongs_to_a_member_either(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, http: httpx.AsyncClient, estate: Estate
) -> None:
    """Accounts, keys and settings of others are an admin's business; what they say and write is not."""
    routes = [route for route in await contract.routes(http) if is_owned(route) and route.path != RECORDED]
    leaks = [leak for route in routes for leak in _leaks_of(route, await ask(admin, route, estate), estate)]
    print(f"as admin: {len(routes)} routes about a member's own objects walked, {len(leaks)} leaks")  # noqa: T201 - the figure
    assert not leaks, "\n".join(leaks)
    await _everything_is_still_there(member, admin, routes, estate)


def _leaks_of(route: Route, answer: httpx.Response, estate: Estate) -> list[str]:
    """What is wrong about the answer to somebody whom the route does not concern."""
    said = f"{route}: {answer.status_code} {answer.text[:200]}"
    seen = [mark for mark in estate.marks if mark in answer.text]
    if seen:
        return [f"{said} shows {seen}"]
    if answer.status_code >= 500:
        return [said]
    if is_owned(route) or route.path == "/api/v1/events":
        return [] if answer.status_code in {403, 404} else [said]
    if not is_own(route):
        return [] if answer.status_code == 403 else [said]
    return []


async def _everything_is_still_there(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, routes: list[Route], estate: Estate
) -> None:
    for route in routes:
        if route.method == "GET" and route.places and not set(route.places) & SHARED_PLACES:
            answer = await ask(member if is_own(route) else admin, route, estate)
            assert answer.status_code == 200, f"{route}: {answer.text}"
    for address in ("/api/v1/keys", "/api/v1/notifications", "/api/v1/chat/sessions", "/api/v1/workspaces"):
        assert "-mark-" in (await member.get(address)).text, address


@pytest.mark.slow
async def test_no_stream_is_followed_by_whom_it_does_not_concern(
    server: Running, admin: httpx.AsyncClient, estate: Estate
) -> None:
    """By WebSocket, by server-sent events and by long poll: there is no such stream."""
    prefixes = {kind.prefix for kind in server.app.hall.realtime._kinds} - SHARED_STREAMS
    assert prefixes <= set(estate.streams), "tests/assurance/estate.py must name a stream of each of these kinds"
    streams = [estate.streams[prefix] for prefix in sorted(prefixes)]
    leaks: list[str] = []
    async with guests_allowed(admin):
        for enters in (a_member, a_guest):
            async with enters(server) as http:
                for stream in streams:
                    leaks += await _followed(http, stream)
    private = [estate.streams[prefix] for prefix in ("user.", "chat.session.", "workspace.")]
    for stream in private:
        leaks += await _followed(admin, stream)
    print(f"{len(streams)} kinds of stream by three carriers, {len(leaks)} leaks")  # noqa: T201 - the figure
    assert not leaks, "\n".join(leaks)


async def _followed(http: httpx.AsyncClient, stream: str) -> list[str]:
    leaks = []
    for carrier, asked in {"poll": {"wait": "1"}, "sse": {}}.items():
        headers = {"accept": "text/event-stream"} if carrier == "sse" else {}
        async with asyncio.timeout(10):
            answer = await http.get("/api/v1/events", params={"stream": stream, **asked}, headers=headers)
        if answer.status_code not in {403, 404}:
            leaks.append(f"{carrier} {stream}: {answer.status_code} {answer.text[:200]}")
    async with listening(http) as listener:
        for after in (None, 0):
            frame = await listener.subscribe(stream, after)
            if (frame["op"], frame.get("code")) != ("error", "stream_not_found"):
                leaks.append(f"socket {stream}: {frame}")
    return leaks
