"""Guessing is limited per address and per account, and nobody can lock somebody else out."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from guildhall.accounts import passwords
from tests.accounts.visitors import address, failure, register, registration, visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import PASSWORD, Running

LOGIN = "/api/v1/auth/login"
FLOOD = {"embedded": 5000, "scaled": 1500}


@contextlib.asynccontextmanager
async def _hall(make_settings: MakeSettings, **policy: Any) -> AsyncIterator[Running]:
    """A fresh hall behind a proxy on this machine, so that people of these tests have addresses of their own."""
    async with product.serving(make_settings(trusted_proxies="127.0.0.1")) as server, visitor(server) as admin:
        await register(admin)
        document = "/api/v1/configuration/accounts"
        found = (await admin.get(document)).json()
        answer = await admin.put(document, json={"revision": found["revision"], "value": found["value"] | policy})
        assert answer.status_code == 200, answer.text
        yield server


def _at(place: str) -> dict[str, str]:
    return {"x-forwarded-for": place}


async def _try(http: httpx.AsyncClient, email: str, place: str, password: str = "wrong") -> httpx.Response:
    return await http.post(LOGIN, json={"email": email, "password": password}, headers=_at(place))


async def test_an_address_that_guesses_has_to_wait_and_is_told_how_long(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, wrong_sign_ins_per_address=5) as server, visitor(server) as http:
        emails = [address() for _ in range(9)]
        answers = [await _try(http, email, "192.0.2.1") for email in emails]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 4
        refused = answers[-1]
        assert failure(refused) == (429, "rate_limit_exceeded")
        seconds = int(refused.headers["retry-after"])
        assert refused.json()["error"]["details"]["retry_after_seconds"] == seconds
        assert 170 <= seconds <= 180  # one of five comes back every three minutes
        assert (await _try(http, emails[0], "192.0.2.2")).status_code == 401


@pytest.mark.slow
async def test_what_is_right_is_not_counted(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, wrong_sign_ins_per_address=3) as server, visitor(server) as http:
        email = (await register(http))["user"]["email"]
        for _ in range(8):
            assert (await _try(http, email, "192.0.2.3", PASSWORD)).status_code == 200
        assert [(await _try(http, email, "192.0.2.3")).status_code for _ in range(4)] == [401, 401, 401, 429]


async def test_all_addresses_of_one_ipv6_network_are_one(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, wrong_sign_ins_per_address=3) as server, visitor(server) as http:
        tried = [(await _try(http, address(), f"2001:db8:0:1::{n:x}")).status_code for n in range(1, 6)]
        assert tried == [401, 401, 401, 429, 429]
        assert (await _try(http, address(), "2001:db8:0:2::1")).status_code == 401


@pytest.mark.slow
async def test_a_flood_from_everywhere_does_not_lock_the_owner_out(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, wrong_sign_ins_per_account=6) as server, visitor(server) as http:
        email, nobody = address(), address()
        await http.post("/api/v1/auth/register", json=registration(email=email), headers=_at("198.51.100.7"))
        for account in (email, nobody):  # whether or not it exists, the answers are the same
            flood = [await _try(http, account, f"203.0.113.{n}") for n in range(9)]
            assert [answer.status_code for answer in flood] == [401] * 6 + [429] * 3
        # From where they have signed in before, the owner comes in as ever; a strange place has to wait.
        assert (await _try(http, email, "198.51.100.7", PASSWORD)).status_code == 200
        assert (await _try(http, email, "203.0.113.99", PASSWORD)).status_code == 429


@pytest.mark.slow
async def test_registering_and_forgetting_are_limited_by_address(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, registrations_per_address=4) as server, visitor(server) as http:
        for path, body in (("register", registration), ("forgotten", lambda: {"email": address()})):
            tried = [
                (await http.post(f"/api/v1/auth/{path}", json=body(), headers=_at("192.0.2.9"))).status_code
                for _ in range(6)
            ]
            assert tried == [201 if path == "register" else 202] * 4 + [429] * 2


@pytest.mark.slow
async def test_links_and_keys_cannot_be_guessed_at_will(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, wrong_sign_ins_per_address=3) as server, visitor(server) as http:
        for number in range(5):
            place = _at("192.0.2.20")
            answer = await http.get(f"/api/v1/invitations/guess-{number}", headers=place)
            assert answer.status_code == (404 if number < 3 else 429)
            reset = {"token": f"guess-{number}", "password": PASSWORD}
            answer = await http.post("/api/v1/auth/reset", json=reset, headers=_at("192.0.2.21"))
            assert answer.status_code == (403 if number < 3 else 429)
        wrong = {"authorization": "Bearer gh-" + "x" * 51, **_at("192.0.2.22")}
        answers = await asyncio.gather(*(http.get("/api/v1/me", headers=wrong) for _ in range(80)))
        codes = [answer.status_code for answer in answers]
        assert (codes.count(401), codes.count(403)) == (10, 70)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_thousands_of_wrong_sign_ins_keep_the_hall_responsive(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    hashed = 0
    check = passwords.check

    async def counted(password: str, stored: str | None) -> passwords.Verdict:
        nonlocal hashed
        hashed += 1
        return await check(password, stored)

    monkeypatch.setattr(passwords, "check", counted)
    async with _hall(make_settings) as server, visitor(server) as http, visitor(server) as owner:
        email = (await register(owner))["user"]["email"]
        statuses: dict[int, int] = {}
        room = asyncio.Semaphore(50)

        async def guess(number: int) -> None:
            async with room:
                answer = await _try(http, email, f"203.0.113.{number % 4}")
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

        started = time.perf_counter()
        flood = asyncio.gather(*(guess(number) for number in range(FLOOD[mode])))
        waits = []
        while not flood.done():
            asked = time.perf_counter()
            assert (await owner.get("/healthz")).status_code == 200
            waits.append(time.perf_counter() - asked)
            await asyncio.sleep(0.05)
        await flood
        seconds = time.perf_counter() - started
        waits.sort()
        p99 = waits[int(len(waits) * 0.99)] * 1000
        figures = f"{statuses}, {hashed} hashed, p99 of others {p99:.0f} ms"
        print(f"{FLOOD[mode]} wrong sign-ins in {seconds:.1f} s: {figures}")  # noqa: T201
        assert set(statuses) == {401, 429}
        assert hashed <= 4 * 30 + 5  # what four addresses may guess, and the owner's own
        assert p99 < 1000
        assert (await _try(owner, email, "127.0.0.1", PASSWORD)).status_code == 200
