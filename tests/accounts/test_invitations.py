"""Invitations and the registration policy: who may make an account, and as what."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from guildhall.accounts.tables import Invitation
from guildhall.core.clock import now
from guildhall.core.db import Database
from tests.accounts.visitors import address, failure, register, registration, visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import Running

pytestmark = pytest.mark.slow

INVITATIONS = "/api/v1/users/invitations"
REGISTER = "/api/v1/auth/register"


@contextlib.asynccontextmanager
async def _hall(make_settings: MakeSettings, **policy: Any) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """A fresh hall with this policy, and its admin's browser."""
    async with product.serving(make_settings()) as server, visitor(server) as admin:
        await register(admin)
        await _decide(admin, **policy)
        yield server, admin


async def _decide(admin: httpx.AsyncClient, **policy: Any) -> None:
    document = "/api/v1/configuration/accounts"
    found = (await admin.get(document)).json()
    answer = await admin.put(document, json={"revision": found["revision"], "value": found["value"] | policy})
    assert answer.status_code == 200, answer.text


async def _invite(admin: httpx.AsyncClient, **wanted: Any) -> tuple[dict[str, Any], str]:
    answer = await admin.post(INVITATIONS, json=wanted)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body, body["link"].rsplit("/", 1)[1]


async def test_an_invitation_lets_one_person_register(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, registration="invite") as (server, admin), visitor(server) as browser:
        assert (await browser.get("/api/v1/setup")).json()["registration"] == "invite"
        assert failure(await browser.post(REGISTER, json=registration())) == (403, "invitation_required")
        made, secret = await _invite(admin, role="admin")
        assert made["link"] == f"{server.url}/invitation/{secret}"
        shown = (await browser.get(f"/api/v1/invitations/{secret}")).json()
        assert (shown["state"], shown["role"], shown["invited_by"], shown["email"]) == (
            "open",
            "admin",
            "Vera Visitor",
            None,
        )
        wanted = [registration(invitation=secret) for _ in range(4)]
        answers = await asyncio.gather(*(browser.post(REGISTER, json=each) for each in wanted))
        assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403]
        assert {failure(each)[1] for each in answers if each.status_code == 403} == {"invitation_not_valid"}
        newcomer = next(answer.json()["user"] for answer in answers if answer.status_code == 201)
        assert newcomer["role"] == "admin"
        listed = (await admin.get(INVITATIONS)).json()["items"]
        assert [(each["state"], each["used_by"]) for each in listed] == [("used", newcomer["id"])]
        assert secret not in str(listed)


async def test_an_invitation_to_an_address_is_for_that_address(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, registration="invite") as (server, admin), visitor(server) as browser:
        email = address()
        _, secret = await _invite(admin, email=email.upper())
        refused = await browser.post(REGISTER, json=registration(invitation=secret))
        assert failure(refused) == (403, "invitation_for_another")
        assert (await register(browser, email=email, invitation=secret))["user"]["role"] == "member"


async def test_a_withdrawn_or_old_invitation_opens_nothing(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, registration="invite") as (server, admin), visitor(server) as browser:
        withdrawn, first = await _invite(admin)
        _, second = await _invite(admin, expires_in_days=1)
        assert (await admin.delete(f"{INVITATIONS}/{withdrawn['id']}")).status_code == 204
        assert failure(await admin.delete(f"{INVITATIONS}/{withdrawn['id']}")) == (404, "invitation_not_found")
        db = Database(server.settings)
        async with db.write() as session:
            later = update(Invitation).where(Invitation.revoked_at.is_(None))
            await session.execute(later.values(expires_at=now() - timedelta(seconds=1)))
        await db.close()
        for secret, state in ((first, "revoked"), (second, "expired")):
            assert (await browser.get(f"/api/v1/invitations/{secret}")).json()["state"] == state
            refused = await browser.post(REGISTER, json=registration(invitation=secret))
            assert failure(refused) == (403, "invitation_not_valid")
        assert failure(await browser.get("/api/v1/invitations/made-up")) == (404, "invitation_not_found")


async def test_closed_is_closed_to_the_invited_too(make_settings: MakeSettings) -> None:
    async with _hall(make_settings, registration="invite") as (server, admin), visitor(server) as browser:
        _, secret = await _invite(admin)
        await _decide(admin, registration="closed")
        for body in (registration(), registration(invitation=secret)):
            assert failure(await browser.post(REGISTER, json=body)) == (403, "registration_closed")
        assert failure(await admin.post(INVITATIONS, json={})) == (409, "registration_closed")


async def test_the_setting_is_the_ceiling_of_the_configuration(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings(allow_registration=False)) as server, visitor(server) as admin:
        await register(admin)
        await _decide(admin, registration="open", guests=True)
        setup = (await admin.get("/api/v1/setup")).json()
        assert (setup["registration"], setup["guests"]) == ("invite", False)
        async with visitor(server) as browser:
            assert failure(await browser.post(REGISTER, json=registration())) == (403, "invitation_required")
            assert failure(await browser.post("/api/v1/auth/guest")) == (403, "guests_not_allowed")


async def test_guests_come_without_an_account_if_the_admin_lets_them(make_settings: MakeSettings) -> None:
    async with _hall(make_settings) as (server, admin), visitor(server) as guest:
        assert failure(await guest.post("/api/v1/auth/guest")) == (403, "guests_not_allowed")
        await _decide(admin, guests=True)
        assert (await guest.get("/api/v1/setup")).json()["guests"] is True
        answer = await guest.post("/api/v1/auth/guest")
        assert answer.status_code == 201
        user = answer.json()["user"]
        assert (user["role"], user["email"]) == ("guest", None)
        guest.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        assert (await guest.post("/api/v1/chat/sessions", json={})).status_code == 201
        assert failure(await guest.post("/api/v1/keys", json={"name": "k"})) == (403, "not_for_guests")
        assert failure(await guest.get("/api/v1/users")) == (403, "admin_only")
        assert (await guest.post("/api/v1/auth/refresh")).status_code == 200
        changed = await admin.patch(f"/api/v1/users/{user['id']}", json={"role": "admin"})
        assert failure(changed) == (409, "guest_has_no_address")
        assert failure(await admin.post(f"/api/v1/users/{user['id']}/reset")) == (409, "guest_has_no_address")
        assert (await guest.request("DELETE", "/api/v1/me", json={})).status_code == 204
        assert failure(await guest.get("/api/v1/me")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "body", [{"role": "guest"}, {"email": "nobody"}, {"expires_in_days": 0}, {"expires_in_days": 91}, {"name": "x"}]
)
async def test_an_invitation_that_cannot_be_is_refused(admin: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert failure(await admin.post(INVITATIONS, json=body)) == (400, "invalid_request")
