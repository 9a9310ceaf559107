"""Registering: who becomes admin, which addresses are the same, when it is closed."""

import asyncio

import httpx
import pytest

from guildhall.accounts.tables import User
from guildhall.core.db import Database
from tests.accounts.visitors import COOKIE, address, failure, register, registration, visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import Running

USER = {"id", "email", "name", "role", "state", "avatar_url", "created_at", "last_seen_at"}


async def test_registering_signs_in(server: Running, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        wanted = registration(name="  Ada Lovelace  ")
        answer = await browser.post("/api/v1/auth/register", json=wanted)
        body = answer.json()
        assert (answer.status_code, body["token_type"], body["expires_in"]) == (201, "bearer", 900)
        assert set(body["user"]) == USER
        assert (body["user"]["email"], body["user"]["name"], body["user"]["role"]) == (
            wanted["email"],
            "Ada Lovelace",
            "member",
        )
        assert body["user"]["id"].startswith("us_")
        assert COOKIE in browser.cookies
        assert answer.headers["cache-control"] == "no-store"
        me = await browser.get("/api/v1/me", headers={"authorization": f"Bearer {body['access_token']}"})
        assert {name: me.json()[name] for name in USER} == body["user"]
        assert me.json()["has_password"] is True


async def test_the_first_account_is_the_admins(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings()) as server, visitor(server) as browser:
        before = (await browser.get("/api/v1/setup")).json()
        assert (before["needs_admin"], before["registration"]) == (True, "open")
        assert (await register(browser))["user"]["role"] == "admin"
        assert (await register(browser))["user"]["role"] == "member"
        after = (await browser.get("/api/v1/setup")).json()
        assert (after["needs_admin"], after["registration"]) == (False, "open")
        assert after["version"]


async def test_of_two_first_registrations_at_once_one_is_the_admins(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings()) as server, visitor(server) as browser:
        answers = await asyncio.gather(*(browser.post("/api/v1/auth/register", json=registration()) for _ in range(4)))
        assert [answer.status_code for answer in answers] == [201] * 4
        assert sorted(answer.json()["user"]["role"] for answer in answers) == ["admin", "member", "member", "member"]


async def test_of_two_registrations_of_one_address_at_once_one_succeeds(http: httpx.AsyncClient) -> None:
    email = address()
    answers = await asyncio.gather(
        *(http.post("/api/v1/auth/register", json=registration(email=spelled)) for spelled in (email, email.upper()))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert failure(refused) == (409, "email_taken")


@pytest.mark.parametrize(
    ("taken", "again"),
    [
        ("{}@example.org", "{}@EXAMPLE.org"),
        ("{}@example.org", " {}@example.org\t"),
        ("Ada-{}@example.org", "aDA-{}@example.org"),
        ("é-{}@example.org", "e\u0301-{}@example.org"),
        ("{}@bücher.example", "{}@BÜCHER.example"),
    ],
)
async def test_an_address_is_the_same_in_every_spelling(http: httpx.AsyncClient, taken: str, again: str) -> None:
    unique = address().partition("@")[0]
    first = await http.post("/api/v1/auth/register", json=registration(email=taken.format(unique)))
    assert first.status_code == 201
    second = await http.post("/api/v1/auth/register", json=registration(email=again.format(unique)))
    assert failure(second) == (409, "email_taken")


@pytest.mark.parametrize("domain", ["localhost", "hall.local", "hall.test", "intranet", "例子.中国"])
async def test_addresses_of_private_networks_are_welcome(http: httpx.AsyncClient, domain: str) -> None:
    email = f"{address().partition('@')[0]}@{domain}"
    answer = await http.post("/api/v1/auth/register", json=registration(email=email))
    assert (answer.status_code, answer.json()["user"]["email"]) == (201, email)


async def test_when_registration_is_not_open_only_the_first_needs_no_invitation(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings(allow_registration=False)) as server, visitor(server) as browser:
        assert (await browser.get("/api/v1/setup")).json()["registration"] == "open"
        wanted = [registration() for _ in range(3)]
        answers = await asyncio.gather(*(browser.post("/api/v1/auth/register", json=body) for body in wanted))
        assert sorted(answer.status_code for answer in answers) == [201, 403, 403]
        assert {failure(answer) for answer in answers if answer.status_code == 403} == {(403, "invitation_required")}
        assert (await browser.get("/api/v1/setup")).json()["registration"] == "invite"


async def test_passwords_are_stored_as_argon2id(server: Running, db: Database, http: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        body = await register(browser)
    async with db.read() as session:
        user = await session.get_one(User, body["user"]["id"])
    assert user.password_digest.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
