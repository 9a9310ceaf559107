"""A flood of wrong keys never reaches the database, and whose key is right is served from wherever it comes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest

from guildhall.accounts import keys
from tests.accounts.visitors import register, visitor
from tests.conftest import MakeSettings
from tests.gateway.providers import Simulator, channel
from tests.gateway.test_sdk import said
from tests.services import product
from tests.services.product import Running

pytestmark = pytest.mark.slow  # each in a hall of its own

CHAT = "/v1/chat/completions"
BLOCKED = (403, "ip_blocked")
WRONG = (401, "invalid_api_key")


@contextlib.asynccontextmanager
async def hall(make_settings: MakeSettings) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """A fresh hall behind a proxy on this machine, and its admin, who comes from elsewhere."""
    settings = make_settings(trusted_proxies="127.0.0.1")
    async with product.serving(settings) as server, visitor(server) as admin:
        await register(admin)
        yield server, admin


def looks(server: Running) -> list[int]:
    """One entry for each look that the server takes in the database for a key."""
    seen: list[int] = []
    identifier = server.app.hall.gateway.identifier
    catch_up = identifier._directory.catch_up

    class Directory:
        caller_of = staticmethod(identifier._directory.caller_of)

        @staticmethod
        async def catch_up() -> None:
            seen.append(1)
            await catch_up()

    identifier._directory = Directory()
    return seen


async def tried(
    http: httpx.AsyncClient, place: str, credentials: Iterable[str], path: str = "/v1/models"
) -> list[tuple[int, str]]:
    """What each credential is told at this address, in order."""
    found = []
    for credential in credentials:
        headers = {"authorization": f"Bearer {credential}", "x-forwarded-for": place}
        answer = await http.get(path, headers=headers)
        found.append((answer.status_code, answer.json().get("error", {}).get("code", "")))
    return found


def wrong(count: int) -> list[str]:
    return [keys.new_secret() for _ in range(count)]


class Late:
    """A directory that knows no key before it has looked."""

    def __init__(self, server: Running) -> None:
        self._identifier = server.app.hall.gateway.identifier
        self._directory = self._identifier._directory
        self._has_looked = False
        self._identifier._directory = self  # type: ignore[assignment] # what is asked of it here

    def caller_of(self, digest: bytes) -> Any:
        return self._directory.caller_of(digest) if self._has_looked else None

    async def catch_up(self) -> None:
        await asyncio.sleep(0.1)
        await self._directory.catch_up()
        self._has_looked = True


async def test_many_calls_at_once_with_a_new_key_are_one_try(make_settings: MakeSettings) -> None:
    async with hall(make_settings) as (server, admin), visitor(server) as http:
        right = (await admin.post("/api/v1/keys", json={"name": "office"})).json()["key"]
        Late(server)
        found = await asyncio.gather(*(tried(http, "192.0.2.1", [right]) for _ in range(40)))
        assert found == [[(200, "")]] * 40
        assert await tried(http, "192.0.2.1", wrong(10)) == [WRONG] * 10


async def test_an_address_is_blocked_for_wrong_keys_and_right_ones_still_work(
    make_settings: MakeSettings, simulator: Simulator
) -> None:
    async with hall(make_settings) as (server, admin), visitor(server) as http:
        await admin.post("/api/v1/gateway/channels", json=channel("one", simulator.url, "m"))
        right = (await admin.post("/api/v1/keys", json={"name": "office"})).json()["key"]
        assert await tried(http, "192.0.2.1", [right]) == [(200, "")]
        seen = looks(server)
        assert await tried(http, "192.0.2.1", wrong(13)) == [WRONG] * 10 + [BLOCKED] * 3
        assert len(seen) <= 10
        assert await tried(http, "192.0.2.1", [right]) == [(200, "")]
        place = {"authorization": f"Bearer {right}", "x-forwarded-for": "192.0.2.1"}
        answer = await http.post(CHAT, json={"model": "m", "messages": said("hello")}, headers=place)
        assert answer.status_code == 200
        assert await tried(http, "192.0.2.2", wrong(1)) == [WRONG]
        browser = {"x-forwarded-for": "192.0.2.1"}  # somebody who is signed in, in the same office
        assert (await admin.get("/v1/models", headers=browser)).status_code == 200


@pytest.mark.parametrize(
    "credential", ["gh-short", "sk-something-else-entirely", "a.b.c", "gh-" + "x" * 51], ids=lambda each: each[:6]
)
async def test_whatever_is_wrong_counts_and_nothing_at_all_does_not(
    make_settings: MakeSettings, credential: str
) -> None:
    async with hall(make_settings) as (server, _), visitor(server) as http:
        seen = looks(server)
        found = await tried(http, "192.0.2.1", [credential] * 12)
        assert {status for status, _ in found[:10]} == {401}
        assert found[10:] == [BLOCKED] * 2
        for _ in range(12):
            assert (await http.get("/v1/models", headers={"x-forwarded-for": "192.0.2.3"})).status_code == 401
        assert await tried(http, "192.0.2.3", wrong(1)) == [WRONG]
        assert len(seen) == 1


async def test_the_same_wrong_key_is_looked_for_once(make_settings: MakeSettings) -> None:
    async with hall(make_settings) as (server, _), visitor(server) as http:
        seen = looks(server)
        (one,) = wrong(1)
        for number in range(20):
            assert await tried(http, f"192.0.2.{number}", [one] * 3) == [WRONG] * 3
        assert len(seen) == 1


async def test_a_flood_from_many_addresses_hardly_takes_a_look(make_settings: MakeSettings) -> None:
    async with hall(make_settings) as (server, admin), visitor(server) as http:
        right = (await admin.post("/api/v1/keys", json={"name": "office"})).json()["key"]
        await tried(http, "192.0.2.1", [right])
        seen = looks(server)
        started = asyncio.get_running_loop().time()
        floods = await asyncio.gather(*(tried(http, f"198.51.100.{number}", wrong(15)) for number in range(20)))
        seconds = asyncio.get_running_loop().time() - started
        for found in floods:
            count = found.count(WRONG)
            assert 10 <= count <= 11 + seconds / 6  # one more is free every six seconds
            assert found == [WRONG] * count + [BLOCKED] * (15 - count)
        assert len(seen) <= 20 + 5 * seconds
        assert await tried(http, "198.51.100.7", [right]) == [(200, "")]


async def test_a_blocked_address_is_told_in_the_shape_of_each_endpoint(make_settings: MakeSettings) -> None:
    async with hall(make_settings) as (server, _), visitor(server) as http:
        await tried(http, "192.0.2.1", wrong(11))
        headers = {"authorization": f"Bearer {wrong(1)[0]}", "x-forwarded-for": "192.0.2.1"}

        async def told(path: str) -> Any:
            body = {"model": "m", "messages": said("hello"), "max_tokens": 1}
            answer = await http.post(path, json=body, headers=headers)
            assert answer.status_code == 403
            assert 290 <= int(answer.headers["retry-after"]) <= 300
            return answer.json()

        error = (await told(CHAT))["error"]
        assert (error["code"], error["type"]) == ("ip_blocked", "permission_error")
        body = await told("/v1/messages")
        assert (body["type"], body["error"]["type"]) == ("error", "permission_error")
        assert (await told("/v1/embeddings"))["error"]["code"] == "ip_blocked"
        answer = await http.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == BLOCKED


async def test_a_new_key_works_at_once_and_an_admin_decides_how_many_wrong_ones_are_too_many(
    make_settings: MakeSettings,
) -> None:
    async with hall(make_settings) as (server, admin), visitor(server) as http:
        document = (await admin.get("/api/v1/configuration/accounts")).json()
        value = document["value"] | {"wrong_keys_per_address": 3}
        put = await admin.put("/api/v1/configuration/accounts", json={"revision": document["revision"], "value": value})
        assert put.status_code == 200, put.text
        for _ in range(5):  # new ones may have to be looked for, and are right
            made = (await admin.post("/api/v1/keys", json={"name": "new"})).json()["key"]
            assert await tried(http, "192.0.2.1", [made]) == [(200, "")]
        assert await tried(http, "192.0.2.1", wrong(5)) == [WRONG] * 3 + [BLOCKED] * 2
