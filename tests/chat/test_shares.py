"""Shares: a link opens a copy of a session for anybody, for as long as its owner and the admins want."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from guildhall.chat.tables import ShareRow
from guildhall.core.clock import now
from guildhall.core.db import Database
from tests.chat.talk import INSTANT, SESSIONS, begin, ended, say
from tests.services import product
from tests.services.product import Running
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]


async def _share(http: httpx.AsyncClient, session_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await http.post(f"{SESSIONS}/{session_id}/shares", json=wanted)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return {**made, "token": made["link"].rsplit("/", 1)[1]}


@pytest.fixture
async def visitor(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has not signed in."""
    async with product.client(server.url) as http:
        yield http


async def _read(http: httpx.AsyncClient, token: str, **query: Any) -> list[dict[str, Any]]:
    answer = await http.get(f"/api/v1/shares/{token}/messages", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["cache-control"]
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _is_closed(http: httpx.AsyncClient, token: str) -> bool:
    answers = [await http.get(f"/api/v1/shares/{token}{rest}") for rest in ("", "/messages")]
    assert len({answer.status_code for answer in answers}) == 1
    if answers[0].status_code == 404:
        assert {answer.json()["error"]["code"] for answer in answers} == {"share_not_found"}
        return True
    return False


async def test_a_link_shows_the_session_as_it_was_until_it_is_refreshed(
    member: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    await say(member, session_id, "First [[reason]] [[say=One.]]")
    await ended(member, session_id)
    share = await _share(member, session_id)
    await say(member, session_id, "Second [[say=Two.]]")
    await ended(member, session_id)
    await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Renamed"})
    shown = (await visitor.get(f"/api/v1/shares/{share['token']}")).json()
    assert set(shown) == {"title", "copied_at", "expires_at"}
    assert shown["title"].startswith("First")
    said = await _read(visitor, share["token"])
    assert [one["role"] for one in said] == ["user", "assistant"]
    assert [part["type"] for part in said[1]["parts"]] == ["text"]
    assert "thinking" not in str(said)
    assert session_id not in str(said)
    assert (await member.post(f"/api/v1/chat/shares/{share['id']}/refresh")).status_code == 200
    assert [one["role"] for one in await _read(visitor, share["token"])] == ["user", "assistant"] * 2
    assert (await visitor.get(f"/api/v1/shares/{share['token']}")).json()["title"] == "Renamed"


async def test_what_tools_were_asked_and_gave_is_shown_only_where_the_owner_says_so(
    member: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    desk = (await member.post("/api/v1/workspaces", json={"name": "Shared"})).json()["id"]
    await member.put(f"/api/v1/workspaces/{desk}/file", params={"path": "a.md"}, content=b"hushhush")
    body = {"model": INSTANT, "workspace_id": desk, "mode": "full"}
    session_id = (await member.post(SESSIONS, json=body)).json()["id"]
    await say(member, session_id, 'Look [[call=read {"path": "a.md"}]] [[say=Done.]]')
    await ended(member, session_id)
    bare = (await _read(visitor, (await _share(member, session_id))["token"]))[1]
    assert [part["tool"]["name"] for part in bare["parts"] if part["tool"]] == ["read"]
    assert "hushhush" not in str(bare)
    assert "a.md" not in str(bare)
    whole = (await _read(visitor, (await _share(member, session_id, with_details=True))["token"]))[1]
    assert "hushhush" in str(whole)


async def test_a_link_closes_when_it_is_revoked_over_or_its_session_deleted(
    member: httpx.AsyncClient, visitor: httpx.AsyncClient, db: Database
) -> None:
    session_id = await begin(member)
    soon = (now() + timedelta(hours=1)).isoformat()
    share, ending, kept = [await _share(member, session_id, **one) for one in ({}, {"expires_at": soon}, {})]
    assert await _is_closed(visitor, "no-such-token")
    assert not await _is_closed(visitor, share["token"])
    assert (await member.delete(f"/api/v1/chat/shares/{share['id']}")).status_code == 204
    assert (await member.delete(f"/api/v1/chat/shares/{share['id']}")).status_code == 404
    assert await _is_closed(visitor, share["token"])
    assert not await _is_closed(visitor, ending["token"])
    async with db.write() as session:
        past = now() - timedelta(seconds=1)
        await session.execute(update(ShareRow).where(ShareRow.id == ending["id"]).values(expires_at=past))
    assert await _is_closed(visitor, ending["token"])
    listed = (await member.get(f"{SESSIONS}/{session_id}/shares")).json()["items"]
    assert [one["id"] for one in listed] == [ending["id"], kept["id"]]
    await member.delete(f"{SESSIONS}/{session_id}")
    assert await _is_closed(visitor, kept["token"])
    assert (await member.post(f"/api/v1/chat/shares/{kept['id']}/refresh")).status_code == 404
    await member.post(f"{SESSIONS}/{session_id}/restore")
    assert not await _is_closed(visitor, kept["token"])


async def test_the_secret_of_a_link_is_stored_nowhere(member: httpx.AsyncClient, db: Database) -> None:
    session_id = await begin(member)
    share = await _share(member, session_id)
    async with db.read() as session:
        for table, column in (("events", "body"), ("audit_entries", "after"), ("chat_shares", "digest")):
            statement = text(f'SELECT count(*) FROM {table} WHERE CAST("{column}" AS TEXT) LIKE :like')
            assert (await session.execute(statement, {"like": f"%{share['token']}%"})).scalar_one() == 0, table
    listed = await member.get(f"{SESSIONS}/{session_id}/shares")
    assert share["token"] not in listed.text


async def test_links_are_audited_and_in_the_copy_of_everything(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    share = await _share(member, session_id)
    await member.post(f"/api/v1/chat/shares/{share['id']}/refresh")
    exported = (await member.get("/api/v1/me/export")).json()
    assert share["id"] in {one["id"] for one in exported["shares"]}
    await member.delete(f"/api/v1/chat/shares/{share['id']}")
    target = f"share:{share['id']}"
    entries = (await admin.get("/api/v1/audit", params={"target": target})).json()["items"]
    assert [one["action"] for one in entries] == ["share.revoked", "share.refreshed", "share.created"]


@contextlib.asynccontextmanager
async def _sharing_off(admin: httpx.AsyncClient) -> AsyncIterator[None]:
    async def decide(sharing: bool) -> None:
        held = (await admin.get("/api/v1/configuration/chat")).json()
        body = {"revision": held["revision"], "value": held["value"] | {"sharing": sharing}}
        assert (await admin.put("/api/v1/configuration/chat", json=body)).status_code == 200

    await decide(False)
    try:
        yield
    finally:
        await decide(True)


async def test_an_admin_can_switch_sharing_off(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    share = await _share(member, session_id)
    async with _sharing_off(admin):
        assert await _is_closed(visitor, share["token"])
        for at in (f"{SESSIONS}/{session_id}/shares", f"/api/v1/chat/shares/{share['id']}/refresh"):
            answer = await member.post(at, **({"json": {}} if at.endswith("shares") else {}))
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "sharing_off")
    assert not await _is_closed(visitor, share["token"])


async def test_other_tabs_hear_of_links(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    async with listening(member) as tab:
        await tab.subscribe(f"chat.session.{session_id}")
        share = await _share(member, session_id)
        assert (await tab.until("shares.changed"))["body"] == {"id": share["id"]}


@pytest.mark.parametrize(
    "wanted",
    [{"expires_at": "2001-01-01T00:00:00Z"}, {"expires_at": "soon"}, {"with_details": "no way"}, {"colour": 1}, []],
)
async def test_bad_wishes_are_refused(member: httpx.AsyncClient, wanted: object) -> None:
    session_id = await begin(member)
    answer = await member.post(f"{SESSIONS}/{session_id}/shares", json=wanted)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_nobody_else_makes_sees_or_revokes_links(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    share = await _share(member, session_id)
    at = f"{SESSIONS}/{session_id}/shares"
    for answer in (await other.get(at), await other.post(at, json={})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "session_not_found")
    mine = f"/api/v1/chat/shares/{share['id']}"
    for answer in (await other.post(f"{mine}/refresh"), await other.delete(mine)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "share_not_found")


async def test_a_session_has_no_endless_number_of_links(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    for _ in range(20):
        await _share(member, session_id)
    answer = await member.post(f"{SESSIONS}/{session_id}/shares", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_many_shares")
