"""One's own account: name, picture, address, a copy of everything, and leaving."""

import asyncio
import json
import re

import httpx
import pytest
from sqlalchemy import select

from guildhall.accounts.tables import AuditEntry
from guildhall.core.db import Database
from guildhall.core.tables import Stream
from tests.accounts.test_pictures import JPEG, PICTURES, png
from tests.accounts.visitors import address, failure, register, visitor
from tests.services.product import PASSWORD, Running

ME, AVATAR = "/api/v1/me", "/api/v1/me/avatar"


async def test_people_choose_their_name(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        assert (await browser.patch(ME, json={"name": " 李 Ada "})).json()["name"] == "李 Ada"
        assert (await browser.get(ME)).json()["name"] == "李 Ada"
        for body in ({}, {"name": ""}, {"name": "a\x00b"}, {"name": "x" * 101}, {"role": "admin"}):
            assert failure(await browser.patch(ME, json=body)) == (400, "invalid_request")


async def test_a_name_shows_and_cannot_pass_for_another(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        for name in ("\u202enimdA adA", "Ada \u2066Admin\u2069", "\u200b", "\u200d\ufeff\u2060"):
            assert failure(await browser.patch(ME, json={"name": name})) == (400, "invalid_request")
        for name in ("👩\u200d🚀", "نرگس\u200cخاتون", "José", "×"):
            assert (await browser.patch(ME, json={"name": name})).json()["name"] == name


@pytest.mark.parametrize(("kind", "content"), PICTURES.items())
async def test_a_picture_is_shown_at_the_address_that_the_account_names(
    server: Running, admin: httpx.AsyncClient, http: httpx.AsyncClient, kind: str, content: bytes
) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        assert user["avatar_url"] is None
        answer = await browser.put(AVATAR, content=content, headers={"content-type": kind})
        assert answer.status_code == 200, answer.text
        url = answer.json()["avatar_url"]
        assert re.fullmatch(rf"/api/v1/users/{user['id']}/avatar\?v=[0-9a-f]{{16}}", url)
        shown = await http.get(url)
        assert (shown.status_code, shown.headers["content-type"], shown.content) == (200, kind, content)
        assert "immutable" in shown.headers["cache-control"]
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in shown.headers["content-security-policy"]
        guessed = await http.get(url[:-4] + "0000")
        assert failure(guessed) == (404, "avatar_not_found")
        assert (await browser.delete(AVATAR)).json()["avatar_url"] is None
        assert failure(await http.get(url)) == (404, "avatar_not_found")


async def test_what_is_no_picture_is_refused(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        await register(browser)
        for content in (b"", b"<svg onload='alert(1)'/>", b"{}", png(width=5000)):
            answer = await browser.put(AVATAR, content=content, headers={"content-type": "image/png"})
            assert failure(answer) == (400, "not_a_picture")
        answer = await browser.put(AVATAR, content=JPEG + b"\0" * 1024 * 1024)
        assert answer.status_code == 413
        assert (await browser.get(ME)).json()["avatar_url"] is None


async def test_another_address_needs_the_password_and_is_nobody_elses(
    server: Running, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser, visitor(server) as neighbour:
        before = (await register(browser))["user"]["email"]
        taken = (await register(neighbour))["user"]["email"]
        after = address()
        wrong = await browser.post("/api/v1/me/email", json={"password": "not it at all", "email": after})
        assert failure(wrong) == (400, "wrong_password")
        refused = await browser.post("/api/v1/me/email", json={"password": PASSWORD, "email": taken.upper()})
        assert failure(refused) == (409, "email_taken")
        changed = await browser.post("/api/v1/me/email", json={"password": PASSWORD, "email": after})
        assert changed.json()["email"] == after
        old = await neighbour.post("/api/v1/auth/login", json={"email": before, "password": PASSWORD})
        assert failure(old) == (401, "invalid_credentials")
        new = await neighbour.post("/api/v1/auth/login", json={"email": after, "password": PASSWORD})
        assert new.status_code == 200


async def test_a_copy_of_everything_is_one_document(server: Running, admin: httpx.AsyncClient) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        key = (await browser.post("/api/v1/keys", json={"name": "mine"})).json()["key"]
        for _ in range(3):
            assert (await browser.post("/api/v1/chat/sessions", json={})).status_code == 201
        answer = await browser.get(f"{ME}/export")
        assert answer.headers["content-disposition"].startswith('attachment; filename="guildhall-')
        assert answer.headers["cache-control"] == "no-store"
        document = json.loads(answer.text)
        assert document["account"]["email"] == user["email"]
        assert set(document) == {
            "exported_at",
            "account",
            "sign_ins",
            "api_keys",
            "notifications",
            "actions",
            "sessions",
            "attachments",
            "folders",
            "shares",
            "prompts",
            "messages",
            "mcp_servers",
            "queue",
            "questions",
            "responses",
            "workspaces",
            "files",
        }
        assert len(document["sessions"]) == 3
        assert [each["name"] for each in document["api_keys"]] == ["mine"]
        assert {"user.registered", "key.created"} <= {each["action"] for each in document["actions"]}
        assert key not in answer.text
        assert "argon2" not in answer.text


async def test_leaving_takes_everything_along(server: Running, admin: httpx.AsyncClient, db: Database) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]
        chat = (await browser.post("/api/v1/chat/sessions", json={})).json()["id"]
        for body, refusal in (({}, (400, "wrong_password")), ({"password": "wrong"}, (400, "wrong_password"))):
            assert failure(await browser.request("DELETE", ME, json=body)) == refusal
        answer = await browser.request("DELETE", ME, json={"password": PASSWORD})
        assert (answer.status_code, answer.content) == (204, b"")
        assert failure(await browser.get(ME)) == (401, "not_signed_in")
        login = await browser.post("/api/v1/auth/login", json={"email": user["email"], "password": PASSWORD})
        assert failure(login) == (401, "invalid_credentials")
    async with db.read() as session:
        streams = await session.scalars(select(Stream.name).where(Stream.name.contains(chat)))
        assert streams.all() == []
        entry = await session.scalar(
            select(AuditEntry).where(AuditEntry.action == "user.deleted").order_by(AuditEntry.id.desc())
        )
        assert entry is not None
        assert (entry.target, entry.actor_id) == (f"user:{user['id']}", user["id"])


async def test_guessing_the_password_from_within_is_limited_like_signing_in(
    server: Running, admin: httpx.AsyncClient
) -> None:
    async with visitor(server) as browser:
        await register(browser)
        wrong = {"current": "not the password", "new": "something else entirely"}
        answers = await asyncio.gather(*(browser.post(f"{ME}/password", json=wrong) for _ in range(3)))
        assert {failure(answer) for answer in answers} == {(400, "wrong_password")}
