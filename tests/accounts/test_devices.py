"""Devices: where one is signed in, and signing one or all of them out at once."""

import httpx
import pytest

from guildhall.accounts.devices import label_of
from tests.accounts.visitors import COOKIE, failure, register, visitor
from tests.services.product import PASSWORD, Running

SIGN_INS = "/api/v1/me/sign-ins"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/19.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.11.0", "curl"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_is_called_what_people_call_it(user_agent: str, label: str) -> None:
    assert label_of(user_agent) == label


async def _sign_in(browser: httpx.AsyncClient, email: str) -> None:
    answer = await browser.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    browser.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


async def test_devices_are_listed_and_signed_out_one_by_one(server: Running, admin: httpx.AsyncClient) -> None:
    async with (
        visitor(server, headers={"user-agent": FIREFOX}) as desk,
        visitor(server, headers={"user-agent": PHONE}) as phone,
    ):
        email = (await register(desk))["user"]["email"]
        await _sign_in(phone, email)
        listed = (await desk.get(SIGN_INS)).json()
        assert [(each["device"], each["current"]) for each in listed] == [
            ("Safari on iPhone", False),
            ("Firefox on Linux", True),
        ]
        assert set(listed[0]) == {"id", "address", "device", "created_at", "last_used_at", "current"}
        assert listed[0]["address"] == "127.0.0.1"
        assert (await desk.delete(f"{SIGN_INS}/{listed[0]['id']}")).status_code == 204
        # Not when its access token runs out: now.
        assert failure(await phone.get("/api/v1/me")) == (401, "not_signed_in")
        assert failure(await phone.post("/api/v1/auth/refresh")) == (401, "not_signed_in")
        assert len((await desk.get(SIGN_INS)).json()) == 1
        assert failure(await desk.delete(f"{SIGN_INS}/{listed[0]['id']}")) == (404, "sign_in_not_found")


async def test_all_other_devices_or_really_all_are_signed_out(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as one, visitor(server) as two, visitor(server) as three:
        email = (await register(one))["user"]["email"]
        for browser in (two, three):
            await _sign_in(browser, email)
        assert (await one.delete(SIGN_INS)).json() == {"ended": 2}
        assert [(await each.get("/api/v1/me")).status_code for each in (one, two, three)] == [200, 401, 401]
        await _sign_in(two, email)
        assert (await one.delete(SIGN_INS, params={"everywhere": "true"})).json() == {"ended": 2}
        assert [(await each.get("/api/v1/me")).status_code for each in (one, two, three)] == [401, 401, 401]


async def test_signing_out_ends_the_access_token_too(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        await browser.post("/api/v1/auth/logout")
        assert COOKIE not in browser.cookies
        assert failure(await browser.get("/api/v1/me")) == (401, "not_signed_in")


async def test_other_peoples_devices_are_not_there(
    server: Running, member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    theirs = (await other.get(SIGN_INS)).json()[0]["id"]
    assert theirs not in {each["id"] for each in (await member.get(SIGN_INS)).json()}
    assert failure(await member.delete(f"{SIGN_INS}/{theirs}")) == (404, "sign_in_not_found")
    assert (await other.get("/api/v1/me")).status_code == 200


async def test_a_stolen_refresh_token_is_told_to_its_owner(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser, visitor(server) as phone:
        email = (await register(browser))["user"]["email"]
        await _sign_in(phone, email)
        stolen = browser.cookies[COOKIE]
        assert (await browser.post("/api/v1/auth/refresh")).status_code == 200
        await _long_ago(server, stolen)
        async with visitor(server) as thief:
            answer = await thief.post("/api/v1/auth/refresh", headers={"cookie": f"{COOKIE}={stolen}"})
            assert failure(answer) == (401, "not_signed_in")
        assert failure(await browser.get("/api/v1/me")) == (401, "not_signed_in")
        told = (await phone.get("/api/v1/notifications")).json()["items"]
        assert told[0]["kind"] == "sign_in.refresh_reused"
        audited = (await admin.get("/api/v1/audit", params={"action": "sign_in.refresh_reused"})).json()["items"]
        assert audited


async def _long_ago(server: Running, token: str) -> None:
    """Let a used token have been used a minute ago."""
    from datetime import timedelta

    from sqlalchemy import update

    from guildhall.accounts.sign_ins import digest_of
    from guildhall.accounts.tables import RefreshToken
    from guildhall.core.clock import now
    from guildhall.core.db import Database

    db = Database(server.settings)
    async with db.write() as session:
        used = update(RefreshToken).where(RefreshToken.digest == digest_of(token))
        await session.execute(used.values(used_at=now() - timedelta(minutes=1)))
    await db.close()
