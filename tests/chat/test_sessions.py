"""Sessions: create, list, rename, delete with undo, forget; and only for their owner."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from guildhall.chat import sessions
from guildhall.chat.tables import ChatSession
from guildhall.core.db import Database
from tests.chat.talk import SESSIONS, begin, billed, ended, messages, say
from tests.sockets import listening

pytestmark = pytest.mark.usefixtures("simulated")


async def test_sessions_are_listed_newest_activity_first_page_by_page(other: httpx.AsyncClient) -> None:
    made = [await begin(other) for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = (await other.get(SESSIONS, params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [one for one in seen if one in made] == list(reversed(made))
    assert len(seen) == len(set(seen))


async def test_a_session_takes_its_title_from_the_first_message_and_can_be_renamed(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "How do I   fold\na paper crane?")
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["title"] == "How do I fold a paper crane?"
    renamed = await member.patch(f"{SESSIONS}/{session_id}", json={"title": "  Cranes  "})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Cranes")
    await ended(member, session_id)


async def test_a_deleted_session_can_be_brought_back_with_everything_in_it(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Remember the milk")
    await billed(member, session_id)
    before = await messages(member, session_id)
    assert (await member.delete(f"{SESSIONS}/{session_id}")).status_code == 204
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["error"]["code"] == "session_not_found"
    assert (await member.delete(f"{SESSIONS}/{session_id}")).status_code == 404
    restored = await member.post(f"{SESSIONS}/{session_id}/restore")
    assert restored.status_code == 200
    assert await messages(member, session_id) == before


async def test_a_purged_session_leaves_no_text_behind(member: httpx.AsyncClient, db: Database) -> None:
    secret = "xylophone-parade"
    session_id = await begin(member)
    await say(member, session_id, f"{secret} {secret}")
    await ended(member, session_id)
    await member.delete(f"{SESSIONS}/{session_id}")
    async with db.write() as session:
        row = (await session.scalars(select(ChatSession).where(ChatSession.id == session_id))).one()
        assert row.deleted_at
        await sessions.purge(session, session_id, row.deleted_at.isoformat())
    assert (await member.post(f"{SESSIONS}/{session_id}/restore")).status_code == 404
    async with db.read() as session:
        for table, column in (("chat_parts", "text"), ("events", "body"), ("chat_sessions", "title")):
            cast = f"SELECT count(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE :like"
            assert (await session.execute(text(cast), {"like": f"%{secret}%"})).scalar_one() == 0, table


async def test_a_session_that_was_brought_back_is_not_purged(member: httpx.AsyncClient, db: Database) -> None:
    session_id = await begin(member)
    await member.delete(f"{SESSIONS}/{session_id}")
    async with db.read() as session:
        deleted_at = (await session.scalars(select(ChatSession.deleted_at).where(ChatSession.id == session_id))).one()
    assert deleted_at
    await member.post(f"{SESSIONS}/{session_id}/restore")
    async with db.write() as session:
        await sessions.purge(session, session_id, deleted_at.isoformat())
    assert (await member.get(f"{SESSIONS}/{session_id}")).status_code == 200


async def test_every_tab_hears_of_new_renamed_and_deleted_sessions(member: httpx.AsyncClient) -> None:
    me = (await member.get("/api/v1/me")).json()["id"]
    async with listening(member) as tab:
        await tab.subscribe(f"user.{me}")
        session_id = await begin(member)
        heard = await tab.until("session.changed")
        assert heard["body"]["session"]["id"] == session_id
        await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Renamed"})
        assert (await tab.until("session.changed"))["body"]["session"]["title"] == "Renamed"
        await member.delete(f"{SESSIONS}/{session_id}")
        assert (await tab.until("session.removed"))["body"] == {"id": session_id}


async def test_nobody_else_reaches_a_session(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Private")
    await ended(member, session_id)
    at = f"{SESSIONS}/{session_id}"
    answers = await asyncio.gather(
        other.get(at),
        other.patch(at, json={"title": "Mine"}),
        other.delete(at),
        other.post(f"{at}/restore"),
        other.get(f"{at}/messages"),
        other.post(f"{at}/messages", json={"text": "Hi"}),
        other.post(f"{at}/stop"),
        other.post(f"{at}/retry"),
    )
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(404, "session_not_found")}
    assert session_id not in (await other.get(SESSIONS)).text
    async with listening(other) as tab:
        frame = await tab.subscribe(f"chat.session.{session_id}")
        assert (frame["op"], frame["code"]) == ("error", "stream_not_found")
        assert (await tab.subscribe(f"user.{(await member.get('/api/v1/me')).json()['id']}"))["op"] == "error"


@pytest.mark.parametrize(
    "change",
    [{"title": ""}, {"title": "   "}, {"title": "x" * 201}, {"title": 7}, {"title": "a\x00b"}, {"colour": "red"}, []],
)
async def test_bad_changes_are_refused_in_the_one_shape(member: httpx.AsyncClient, change: object) -> None:
    session_id = await begin(member)
    answer = await member.patch(f"{SESSIONS}/{session_id}", json=change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]


async def test_a_title_of_ten_megabytes_is_refused_unread(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    answer = await member.patch(f"{SESSIONS}/{session_id}", json={"title": "x" * 10_000_000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=WzFd", "limit=0", "limit=201", "limit=many"])
async def test_bad_list_places_are_refused(member: httpx.AsyncClient, query: str) -> None:
    answer = await member.get(f"{SESSIONS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {"invalid_cursor", "invalid_request"}


async def _listed(http: httpx.AsyncClient, *, archived: bool = False, limit: int = 2) -> list[str]:
    """Every session of a list, read page by page."""
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": limit, "archived": str(archived).lower()}
    while True:
        page = (await http.get(SESSIONS, params=query)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return seen
        query["cursor"] = page["next_cursor"]


async def test_pinned_sessions_stand_first_and_archived_ones_leave_the_list(other: httpx.AsyncClient) -> None:
    made = [await begin(other) for _ in range(6)]

    async def change(index: int, **wanted: bool) -> None:
        answer = await other.patch(f"{SESSIONS}/{made[index]}", json=wanted)
        assert (answer.status_code, {name: answer.json()[name] for name in wanted}) == (200, wanted)

    await change(0, is_pinned=True)
    await change(2, is_pinned=True)
    await change(3, is_archived=True)
    listed = [one for one in await _listed(other) if one in made]
    assert listed == [made[2], made[0], made[5], made[4], made[1]]
    assert await _listed(other, archived=True) == [made[3]]
    await change(2, is_archived=True)
    assert (await other.get(f"{SESSIONS}/{made[2]}")).json()["is_pinned"] is False
    await change(2, is_pinned=True)
    assert (await other.get(f"{SESSIONS}/{made[2]}")).json()["is_archived"] is False
    await change(3, is_archived=False)
    assert await _listed(other, archived=True) == []


async def test_an_archived_session_is_found_and_comes_back_when_something_is_said_in_it(
    member: httpx.AsyncClient,
) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Zanzibarquilt")
    await ended(member, session_id)
    await member.patch(f"{SESSIONS}/{session_id}", json={"is_archived": True})
    found = (await member.get("/api/v1/chat/search", params={"q": "zanzibarquilt"})).json()["items"]
    assert {(one["session_id"], one["is_archived"]) for one in found} == {(session_id, True)}
    await say(member, session_id, "Are you still there?")
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["is_archived"] is False
    await ended(member, session_id)


@pytest.mark.parametrize("change", [{"is_pinned": "often"}, {"is_archived": 3}])
async def test_pinning_takes_only_yes_and_no(member: httpx.AsyncClient, change: object) -> None:
    session_id = await begin(member)
    answer = await member.patch(f"{SESSIONS}/{session_id}", json=change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/messages", {"text": "x", "parent_id": "me_\x00"}),
        ("/messages", {"text": "x", "edited_id": "me_\x00"}),
        ("/messages", {"text": "x", "attachments": ["atm_\x00"]}),
        ("/compact", {"retry_id": "me_\x00"}),
        ("/fork", {"message_id": "me_\x00"}),
        ("/queue", {"ids": ["qu_\x00"]}),
        ("", {"workspace_id": "ws_\x00"}),
        ("", {"folder_id": "fo_\x00"}),
        ("", {"instructions": "Be \x00"}),
    ],
)
async def test_what_no_database_holds_is_refused_in_names_too(
    member: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    session_id = await begin(member)
    method = {"": "PATCH", "/queue": "PUT"}.get(path, "POST")
    answer = await member.request(method, f"{SESSIONS}/{session_id}{path}", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
