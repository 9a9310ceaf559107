"""New passwords: chosen with the old one, or by a link that an admin hands on or a letter carries."""

import asyncio
import re
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from sqlalchemy import update

from guildhall.accounts.tables import ResetLink
from guildhall.core.clock import now
from guildhall.core.db import Database
from tests.accounts.visitors import failure, register, visitor
from tests.conftest import MakeSettings
from tests.operations.alerts.receivers import Mailbox, mail_server
from tests.services import product
from tests.services.product import PASSWORD, Running

NEW = "a new and better one"
LOGIN, RESET, FORGOTTEN = "/api/v1/auth/login", "/api/v1/auth/reset", "/api/v1/auth/forgotten"


async def _sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    answer = await browser.post(LOGIN, json={"email": email, "password": password})
    if answer.status_code == 200:
        browser.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
    return answer


async def test_changing_the_password_signs_the_other_devices_out(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as here, visitor(server) as there:
        email = (await register(here))["user"]["email"]
        await _sign_in(there, email)
        change = {"current": "not the password", "new": NEW}
        assert failure(await here.post("/api/v1/me/password", json=change)) == (400, "wrong_password")
        assert (await there.get("/api/v1/me")).status_code == 200
        assert (await here.post("/api/v1/me/password", json=change | {"current": PASSWORD})).status_code == 204
        assert (await here.get("/api/v1/me")).status_code == 200
        assert failure(await there.get("/api/v1/me")) == (401, "not_signed_in")
        assert failure(await _sign_in(there, email)) == (401, "invalid_credentials")
        assert (await _sign_in(there, email, NEW)).status_code == 200
        told = (await here.get("/api/v1/notifications")).json()["items"]
        assert told[0]["kind"] == "user.password_changed"


async def test_an_admin_hands_on_a_link_that_works_once(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as owner, visitor(server) as elsewhere:
        user = (await register(owner))["user"]
        made = (await admin.post(f"/api/v1/users/{user['id']}/reset")).json()
        assert made["link"].startswith(f"{server.url}/reset/")
        token = made["link"].rsplit("/", 1)[1]
        short = await elsewhere.post(RESET, json={"token": token, "password": "short"})
        assert failure(short) == (400, "invalid_request")
        answer = await elsewhere.post(RESET, json={"token": token, "password": NEW})
        assert (answer.status_code, answer.json()["user"]["id"]) == (200, user["id"])
        assert failure(await owner.get("/api/v1/me")) == (401, "not_signed_in")
        again = await elsewhere.post(RESET, json={"token": token, "password": "yet another one"})
        assert failure(again) == (403, "reset_link_not_valid")
        assert failure(await _sign_in(owner, user["email"])) == (401, "invalid_credentials")
        assert (await _sign_in(owner, user["email"], NEW)).status_code == 200


async def test_a_newer_link_a_new_password_or_time_end_a_link(
    server: Running, admin: httpx.AsyncClient, db: Database
) -> None:
    async with visitor(server) as owner, visitor(server) as finder:
        user = (await register(owner))["user"]

        async def link() -> str:
            made = (await admin.post(f"/api/v1/users/{user['id']}/reset")).json()
            return str(made["link"]).rsplit("/", 1)[1]

        first, second = await link(), await link()
        await owner.post("/api/v1/me/password", json={"current": PASSWORD, "new": NEW})
        third = await link()
        async with db.write() as session:
            old = update(ResetLink).where(ResetLink.user_id == user["id"])
            await session.execute(old.values(expires_at=now() - timedelta(seconds=1)))
        for token in (first, second, third, "made-up"):
            refused = await finder.post(RESET, json={"token": token, "password": NEW})
            assert failure(refused) == (403, "reset_link_not_valid")


async def test_forgetting_answers_the_same_for_everybody(http: httpx.AsyncClient, server: Running) -> None:
    async with visitor(server) as owner:
        known = (await register(owner))["user"]["email"]
    answers = [await http.post(FORGOTTEN, json={"email": email}) for email in (known, "nobody@example.org")]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, None)] * 2
    assert (await http.get("/api/v1/setup")).json()["can_send_links"] is False


async def test_a_forgotten_password_is_replaced_by_mail(make_settings: MakeSettings) -> None:
    settings = make_settings(public_url="http://hall.example.org")
    async with mail_server() as mailbox, product.serving(settings) as server, visitor(server) as admin:
        user = (await register(admin))["user"]
        document = "/api/v1/configuration/mail"
        found = (await admin.get(document)).json()
        value = found["value"] | {
            "host": "127.0.0.1",
            "port": mailbox.port,
            "security": "none",
            "sender": "hall@example.org",
        }
        assert (await admin.put(document, json={"revision": found["revision"], "value": value})).status_code == 200
        async with visitor(server) as browser:
            assert (await browser.get("/api/v1/setup")).json()["can_send_links"] is True
            for email in ("nobody@example.org", user["email"]):
                answer = await browser.post(FORGOTTEN, json={"email": email}, headers={"host": "evil.example"})
                assert answer.status_code == 202
            (letter,) = await _received(mailbox, 1)
            text = letter.get_content()
            # The address that the request came to is the asker's choice; only the hall's own is ever mailed.
            link = re.search(r"http://hall\.example\.org/reset/([\w-]+)", text)
            assert letter["To"] == user["email"]
            assert link is not None
            assert "evil" not in text
            answer = await browser.post(RESET, json={"token": link.group(1), "password": NEW})
            assert answer.status_code == 200
        assert (await _sign_in(admin, user["email"], NEW)).status_code == 200
        invited = (await admin.post("/api/v1/users/invitations", json={"email": "new@example.org"})).json()
        assert invited["is_mailed"] is True
        letters = await _received(mailbox, 2)
        assert invited["link"] in letters[1].get_content()


async def _received(mailbox: Mailbox, count: int) -> list[EmailMessage]:
    async with asyncio.timeout(10):
        while len(mailbox.messages) < count:  # noqa: ASYNC110 - the mail server tells nobody
            await asyncio.sleep(0.02)
    return mailbox.messages


@pytest.mark.parametrize("token", ["", "x" * 101, "ä", "a b"])
async def test_a_token_that_cannot_be_one_is_refused(http: httpx.AsyncClient, token: str) -> None:
    answer = await http.post(RESET, json={"token": token, "password": NEW})
    assert failure(answer) == (400, "invalid_request")
