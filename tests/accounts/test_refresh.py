"""Staying signed in: the refresh cookie rotates, a stolen copy ends the family, signing out too."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from guildhall.accounts.tables import RefreshToken, SignIn
from guildhall.core.clock import now
from guildhall.core.db import Database
from tests.accounts.visitors import COOKIE, failure, register, registration, visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import PASSWORD, Running

REFRESH = "/api/v1/auth/refresh"


async def _refresh(server: Running, token: str, **headers: str) -> httpx.Response:
    async with visitor(server) as browser:
        return await browser.post(REFRESH, headers={"cookie": f"{COOKIE}={token}", **headers})


async def _let_pass(db: Database, user_id: str, time: timedelta) -> None:
    """Move everything about this user's sign-ins into the past."""
    families = select(SignIn.id).where(SignIn.user_id == user_id)
    async with db.write() as session:
        for token in await session.scalars(select(RefreshToken).where(RefreshToken.sign_in_id.in_(families))):
            token.expires_at -= time
            token.used_at = token.used_at and token.used_at - time
        for family in await session.scalars(select(SignIn).where(SignIn.user_id == user_id)):
            family.expires_at -= time


async def test_each_use_replaces_the_token(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        first = browser.cookies[COOKIE]
        answer = await browser.post(REFRESH)
        second = browser.cookies[COOKIE]
        assert (answer.status_code, answer.json()["user"]["id"]) == (200, user["id"])
        assert first != second
        me = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {answer.json()['access_token']}"})
        assert me.status_code == 200
        assert (await browser.post(REFRESH)).status_code == 200


async def test_two_tabs_may_refresh_at_the_same_moment(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        token = browser.cookies[COOKIE]
    answers = await asyncio.gather(*(_refresh(server, token) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    successors = [answer.cookies[COOKIE] for answer in answers]
    assert len({token, *successors}) == 6
    assert [(await _refresh(server, successor)).status_code for successor in successors] == [200] * 5


async def test_using_a_replaced_token_again_ends_the_family(
    server: Running, db: Database, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser, visitor(server) as other_device:
        body = await register(browser)
        stolen = browser.cookies[COOKIE]
        login = {"email": body["user"]["email"], "password": PASSWORD}
        assert (await other_device.post("/api/v1/auth/login", json=login)).status_code == 200
        assert (await browser.post(REFRESH)).status_code == 200
        await _let_pass(db, body["user"]["id"], timedelta(seconds=11))
        assert failure(await _refresh(server, stolen)) == (401, "not_signed_in")
        assert failure(await browser.post(REFRESH)) == (401, "not_signed_in")
        assert (await other_device.post(REFRESH)).status_code == 200


async def test_signing_out_ends_the_family_and_takes_the_cookie(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        token = browser.cookies[COOKIE]
        answer = await browser.post("/api/v1/auth/logout")
        assert (answer.status_code, answer.content) == (204, b"")
        assert COOKIE not in browser.cookies
        assert failure(await _refresh(server, token)) == (401, "not_signed_in")
        assert (await browser.post("/api/v1/auth/logout")).status_code == 204


@pytest.mark.parametrize("token", ["", "x", "x" * 4000, "a.b.c", '"quoted"', "%00", "a=b"])
async def test_an_unknown_refresh_token_is_not_signed_in(server: Running, admin: httpx.AsyncClient, token: str) -> None:
    assert failure(await _refresh(server, token)) == (401, "not_signed_in")
    async with visitor(server) as browser:
        answer = await browser.post("/api/v1/auth/logout", headers={"cookie": f"{COOKIE}={token}"})
        assert answer.status_code == 204


async def test_a_month_without_a_visit_needs_the_password(
    server: Running, db: Database, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        body = await register(browser)
        await _let_pass(db, body["user"]["id"], timedelta(days=29))
        assert (await browser.post(REFRESH)).status_code == 200
        await _let_pass(db, body["user"]["id"], timedelta(days=31))
        assert failure(await browser.post(REFRESH)) == (401, "not_signed_in")


async def test_expired_tokens_are_forgotten(server: Running, db: Database, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        await browser.post(REFRESH)
        await _let_pass(db, user["id"], timedelta(days=200))
        login = {"email": user["email"], "password": PASSWORD}
        assert (await browser.post("/api/v1/auth/login", json=login)).status_code == 200
    count = select(func.count()).select_from(SignIn).where(SignIn.user_id == user["id"])
    async with db.read() as session:
        assert await session.scalar(count) == 1


async def test_a_token_is_remembered_until_it_expires(server: Running, db: Database, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        for _ in range(3):
            await _let_pass(db, user["id"], timedelta(days=14))
            assert (await browser.post(REFRESH)).status_code == 200
    tokens = select(func.count()).select_from(RefreshToken).join(SignIn, SignIn.id == RefreshToken.sign_in_id)
    async with db.read() as session:
        assert await session.scalar(tokens.where(SignIn.user_id == user["id"])) == 3


async def test_a_family_ends_however_often_it_is_used(server: Running, db: Database, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        async with db.write() as session:
            soon = now() + timedelta(days=3)
            await session.execute(update(SignIn).where(SignIn.user_id == user["id"]).values(expires_at=soon))
        assert (await browser.post(REFRESH)).status_code == 200
        await _let_pass(db, user["id"], timedelta(days=4))
        assert failure(await browser.post(REFRESH)) == (401, "not_signed_in")


async def test_only_digests_of_refresh_tokens_are_stored(
    server: Running, db: Database, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        await register(browser)
        token = browser.cookies[COOKIE]
    async with db.read() as session:
        digests = (await session.scalars(select(RefreshToken.digest))).all()
    assert {len(digest) for digest in digests} == {32}
    assert token.encode() not in digests


@pytest.mark.parametrize("path", ["refresh", "logout", "login", "register"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://[", "http://", "http://127.0.0.1", "http://127.0.0.1.evil.example"],
)
async def test_pages_of_other_sites_are_refused(http: httpx.AsyncClient, path: str, origin: str) -> None:
    answer = await http.post(f"/api/v1/auth/{path}", json=registration(), headers={"origin": origin})
    assert failure(answer) == (403, "origin_not_allowed")


async def test_the_halls_own_pages_are_welcome(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings(public_url="https://hall.example.org")) as server:
        async with visitor(server) as browser:
            answer = await browser.post(
                "/api/v1/auth/register", json=registration(), headers={"origin": "https://hall.example.org"}
            )
            assert answer.status_code == 201
            assert "secure" in answer.headers["set-cookie"].lower()
            token = answer.cookies.get(COOKIE) or answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert (await _refresh(server, token, origin="https://hall.example.org")).status_code == 200
        assert (await _refresh(server, token, origin=server.url)).status_code == 200
        assert failure(await _refresh(server, token, origin="http://hall.example.org")) == (403, "origin_not_allowed")
