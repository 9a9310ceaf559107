"""Signing in by address and password."""

import time
from statistics import median
from typing import Any

import bcrypt
import httpx
import pytest

from guildhall.accounts import passwords
from guildhall.accounts.tables import User
from guildhall.core.db import Database
from tests.accounts.visitors import COOKIE, address, failure, register, registration, visitor
from tests.services.product import PASSWORD, Running


async def _login(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await http.post("/api/v1/auth/login", json={"email": email, "password": password})


async def _change(db: Database, user_id: str, **values: Any) -> None:
    async with db.write() as session:
        user = await session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


async def test_signing_in_gives_a_token_and_a_cookie(server: Running, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
    async with visitor(server) as browser:
        answer = await _login(browser, user["email"].upper())
        assert (answer.status_code, answer.json()["user"]["id"]) == (200, user["id"])
        assert COOKIE in browser.cookies


async def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/auth/register", json=registration())
    cookie = answer.headers["set-cookie"].lower()
    for part in (f"{COOKIE}=", "httponly", "samesite=strict", "path=/api/v1/auth", "max-age=2592000"):
        assert part in cookie
    assert "domain=" not in cookie
    assert "secure" not in cookie  # the hall is served over plain http here


async def test_an_unknown_address_answers_like_a_wrong_password(server: Running, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        known = (await register(browser))["user"]["email"]
    unknown = address()
    answers: dict[str, httpx.Response] = {}
    seconds: dict[str, list[float]] = {known: [], unknown: []}
    for _ in range(7):
        for email, times in seconds.items():
            started = time.perf_counter()
            answers[email] = await _login(http, email, "not the password")
            times.append(time.perf_counter() - started)
    assert failure(answers[known]) == failure(answers[unknown]) == (401, "invalid_credentials")
    bodies = [answer.json()["error"] | {"request_id": ""} for answer in answers.values()]
    assert bodies[0] == bodies[1]
    assert 1 / 3 < median(seconds[known]) / median(seconds[unknown]) < 3


async def test_spaces_and_case_of_a_password_count(server: Running, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        email = (await register(browser, password=" Two  Spaces "))["user"]["email"]
    assert (await _login(http, email, " Two  Spaces ")).status_code == 200
    for wrong in ("Two  Spaces", " two  spaces ", " Two  Spaces  "):
        assert failure(await _login(http, email, wrong)) == (401, "invalid_credentials")


async def test_a_password_is_the_same_from_every_keyboard(server: Running, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        email = (await register(browser, password="crème brûlée 密码"))["user"]["email"]
    assert (await _login(http, email, "cre\u0300me bru\u0302le\u0301e 密码")).status_code == 200


async def test_a_disabled_account_stays_out(server: Running, db: Database, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        await _change(db, user["id"], state="disabled")
        assert failure(await _login(http, user["email"])) == (403, "account_disabled")
        assert failure(await _login(http, user["email"], "a wrong password")) == (401, "invalid_credentials")
        assert failure(await browser.get("/api/v1/me")) == (403, "account_disabled")
        assert failure(await browser.get("/api/v1/keys")) == (403, "account_disabled")
        assert failure(await browser.post("/api/v1/auth/refresh")) == (403, "account_disabled")
        await _change(db, user["id"], state="active")
        assert (await browser.post("/api/v1/auth/refresh")).status_code == 200


@pytest.mark.parametrize("password", ["a password from elsewhere", "长" * 60])
async def test_a_bcrypt_digest_is_accepted_and_replaced(
    server: Running, db: Database, http: httpx.AsyncClient, password: str
) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
    old = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    await _change(db, user["id"], password_digest=old)
    assert failure(await _login(http, user["email"], "another password")) == (401, "invalid_credentials")
    assert (await _login(http, user["email"], password)).status_code == 200
    async with db.read() as session:
        stored = (await session.get_one(User, user["id"])).password_digest
    assert stored.startswith("$argon2id$")
    assert (await _login(http, user["email"], password)).status_code == 200


async def test_a_digest_of_an_unknown_kind_lets_nobody_in() -> None:
    assert await passwords.check("anything", "plain:anything") == passwords.Verdict(is_right=False, better_digest=None)
