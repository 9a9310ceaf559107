"""Admins and people: list, search, roles, disabling and deleting; what ends, ends at once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select
from websockets.exceptions import ConnectionClosed

from guildhall.accounts.tables import ApiKey, AuditEntry, SignIn
from guildhall.core.db import Database
from tests.accounts.visitors import address, failure, register, visitor
from tests.conftest import MakeSettings
from tests.services import product
from tests.services.product import PASSWORD, Running
from tests.sockets import Listener, listening

USERS = "/api/v1/users"


@contextlib.asynccontextmanager
async def _person(server: Running, **changes: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A browser of somebody who has just registered, and their id."""
    async with visitor(server) as browser:
        body = await register(browser, **changes)
        yield browser, body["user"]["id"]


async def _closed(listener: Listener) -> int:
    """With which code the hall closes a socket."""
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(5):
            while True:
                await listener.hear()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_people_are_found_by_name_address_role_and_state(server: Running, admin: httpx.AsyncClient) -> None:
    mark = address().partition("@")[0]
    people = [f"{mark}-{number}@example.org" for number in range(3)]
    for number, email in enumerate(people):
        async with _person(server, email=email, name=f"Person {number} 100%_{mark}"):
            pass
    found = (await admin.get(USERS, params={"search": mark.upper()})).json()["items"]
    assert [each["email"] for each in found] == people
    assert set(found[0]) == {"id", "email", "name", "role", "state", "avatar_url", "created_at", "last_seen_at"}
    by_name = (await admin.get(USERS, params={"search": f"2 100%_{mark}"})).json()["items"]
    assert [each["email"] for each in by_name] == people[2:]
    assert (await admin.get(USERS, params={"search": mark, "role": "admin"})).json()["items"] == []
    await admin.patch(f"{USERS}/{found[1]['id']}", json={"state": "disabled"})
    disabled = (await admin.get(USERS, params={"search": mark, "state": "disabled"})).json()["items"]
    assert [each["email"] for each in disabled] == [people[1]]
    seen, cursor = [], None
    while True:
        query = {"search": mark, "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await admin.get(USERS, params=query)).json()
        seen += [each["email"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == people


@pytest.mark.parametrize("query", ["role=owner", "state=gone", "limit=0", f"search={'x' * 101}", "search=%00"])
async def test_a_search_that_cannot_be_is_refused(admin: httpx.AsyncClient, query: str) -> None:
    assert failure(await admin.get(f"{USERS}?{query}")) == (400, "invalid_request")


async def test_people_are_for_admins_only(server: Running, member: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    async with _person(server) as (_, user_id):
        for method, path in (
            ("GET", USERS),
            ("GET", f"{USERS}/{user_id}"),
            ("PATCH", f"{USERS}/{user_id}"),
            ("DELETE", f"{USERS}/{user_id}"),
            ("POST", f"{USERS}/{user_id}/reset"),
            ("GET", f"{USERS}/invitations"),
            ("POST", f"{USERS}/invitations"),
            ("DELETE", f"{USERS}/invitations/in_1"),
        ):
            assert failure(await member.request(method, path, json={})) == (403, "admin_only")
            assert failure(await http.request(method, path, json={})) == (401, "not_signed_in")


async def test_disabling_ends_every_kind_of_access_at_once(
    server: Running, admin: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    async with _person(server) as (browser, user_id), listening(browser) as listener:
        key = (await browser.post("/api/v1/keys", json={"name": "k"})).json()["key"]
        models = {"authorization": f"Bearer {key}"}
        assert (await http.get("/v1/models", headers=models)).status_code == 200
        changed = await admin.patch(f"{USERS}/{user_id}", json={"state": "disabled"})
        assert (changed.status_code, changed.json()["state"]) == (200, "disabled")
        assert failure(await browser.get("/api/v1/me")) == (403, "account_disabled")
        assert (await browser.post("/api/v1/auth/refresh")).status_code in {401, 403}
        assert (
            await http.get("/v1/models", headers={"authorization": browser.headers["authorization"]})
        ).status_code == 401
        assert await _closed(listener) == 4401
        answer = await http.get("/v1/models", headers=models)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "account_disabled")
        await admin.patch(f"{USERS}/{user_id}", json={"state": "active"})
        assert (await browser.get("/api/v1/me")).status_code == 401  # the sign-in was ended for good
        async with asyncio.timeout(2):
            while (await http.get("/v1/models", headers=models)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_new_role_counts_from_the_next_request_on(server: Running, admin: httpx.AsyncClient) -> None:
    async with _person(server) as (browser, user_id):
        assert failure(await browser.get(USERS)) == (403, "admin_only")
        await admin.patch(f"{USERS}/{user_id}", json={"role": "admin"})
        assert (await browser.get(USERS)).status_code == 200
        await admin.patch(f"{USERS}/{user_id}", json={"role": "member", "name": "Lower"})
        assert failure(await browser.get(USERS)) == (403, "admin_only")
        assert (await browser.get("/api/v1/me")).json()["name"] == "Lower"


async def test_changes_are_in_the_audit_log(server: Running, admin: httpx.AsyncClient, db: Database) -> None:
    async with _person(server, name="Before") as (_, user_id):
        for change in (
            {"role": "admin"},
            {"role": "member", "name": "After"},
            {"state": "disabled"},
            {"name": "After"},
        ):
            await admin.patch(f"{USERS}/{user_id}", json=change)
        await admin.delete(f"{USERS}/{user_id}")
    me = (await admin.get("/api/v1/me")).json()["id"]
    statement = select(AuditEntry).where(AuditEntry.target == f"user:{user_id}", AuditEntry.actor_id == me)
    async with db.read() as session:
        entries = (await session.scalars(statement.order_by(AuditEntry.id))).all()
    assert [(each.action, each.before, each.after) for each in entries] == [
        ("user.role_changed", {"role": "member"}, {"role": "admin"}),
        ("user.role_changed", {"role": "admin"}, {"role": "member"}),
        ("user.renamed", {"name": "Before"}, {"name": "After"}),
        ("user.disabled", {"state": "active"}, {"state": "disabled"}),
        ("sign_in.ended", {"sign_ins": 1}, None),
        ("user.deleted", entries[-1].before, None),
    ]
    assert entries[-1].before is not None
    assert entries[-1].before["name"] == "After"
    assert all(each.address == "127.0.0.1" for each in entries)


async def test_the_last_active_admin_stays(make_settings: MakeSettings) -> None:
    async with product.serving(make_settings()) as server, visitor(server) as first, visitor(server) as second:
        one = (await register(first))["user"]["id"]
        two = (await register(second))["user"]["id"]
        for change in ({"role": "member"}, {"state": "disabled"}, {"role": "guest"}):
            assert failure(await first.patch(f"{USERS}/{one}", json=change)) == (409, "last_admin")
        assert failure(await first.delete(f"{USERS}/{one}")) == (409, "last_admin")
        assert failure(await first.request("DELETE", "/api/v1/me", json={"password": PASSWORD})) == (409, "last_admin")
        await first.patch(f"{USERS}/{two}", json={"role": "admin"})
        answers = await asyncio.gather(
            first.patch(f"{USERS}/{two}", json={"role": "member"}),
            second.patch(f"{USERS}/{one}", json={"role": "member"}),
        )
        # Whichever comes second is refused: as nobody's right any more, or as the last admin's fall.
        assert min(answer.status_code for answer in answers) == 200
        roles = {(await browser.get("/api/v1/me")).json()["role"] for browser in (first, second)}
        assert roles == {"admin", "member"}


async def test_deleting_somebody_leaves_nothing_of_theirs(
    server: Running, admin: httpx.AsyncClient, db: Database, http: httpx.AsyncClient
) -> None:
    async with _person(server) as (browser, user_id), listening(browser) as listener:
        key = (await browser.post("/api/v1/keys", json={"name": "k"})).json()["key"]
        chat = (await browser.post("/api/v1/chat/sessions", json={})).json()["id"]
        assert (await admin.delete(f"{USERS}/{user_id}")).status_code == 204
        assert failure(await browser.get("/api/v1/me")) == (401, "not_signed_in")
        assert failure(await browser.get(f"/api/v1/chat/sessions/{chat}")) == (401, "not_signed_in")
        assert await _closed(listener) == 4401
        assert (await http.get("/v1/models", headers={"authorization": f"Bearer {key}"})).status_code == 401
    for table in (SignIn, ApiKey):
        async with db.read() as session:
            assert await session.scalar(select(func.count()).where(table.user_id == user_id)) == 0
    assert failure(await admin.get(f"{USERS}/{user_id}")) == (404, "user_not_found")
    assert failure(await admin.delete(f"{USERS}/{user_id}")) == (404, "user_not_found")


@pytest.mark.parametrize("body", [{"role": "owner"}, {"state": "gone"}, {"name": ""}, {"email": "a@example.org"}])
async def test_a_change_that_cannot_be_is_refused(
    server: Running, admin: httpx.AsyncClient, body: dict[str, str]
) -> None:
    async with _person(server) as (_, user_id):
        assert failure(await admin.patch(f"{USERS}/{user_id}", json=body)) == (400, "invalid_request")
