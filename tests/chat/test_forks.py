"""Forks: a session of its own that begins as a copy of a branch of another."""

import asyncio
import contextlib
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import insert, select

from guildhall.chat import queries
from guildhall.chat.forks import Forks
from guildhall.chat.tables import ChatSession, Message, Part
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.ids import new_id
from tests.chat.scripted import ScriptedEngine, text
from tests.chat.talk import INSTANT, SESSIONS, begin, billed, ended, messages, say, text_of, written
from tests.services.product import Running

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
ATTACHMENTS = "/api/v1/chat/attachments"


async def fork(
    http: httpx.AsyncClient, session_id: str, message_id: str | None = None, **headers: str
) -> dict[str, Any]:
    body = {"message_id": message_id} if message_id else {}
    answer = await http.post(f"{SESSIONS}/{session_id}/fork", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def said(http: httpx.AsyncClient, session_id: str, *texts: str) -> list[dict[str, Any]]:
    """Say things and hear them answered."""
    exchanges = []
    for words in texts:
        exchanges.append(await say(http, session_id, words))
        await billed(http, session_id)
    return exchanges


async def test_a_fork_goes_its_own_way_from_a_message_on(
    member: httpx.AsyncClient, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"model": INSTANT, "instructions": "Be brief.", "mode": "plan", "parameters": {"temperature": 0.5}}
    session_id = (await member.post(SESSIONS, json=wanted)).json()["id"]
    await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Bread", "tags": ["oven"], "is_pinned": True})
    first, _ = await said(member, session_id, "One [[say=1.]]", "Two [[say=2.]]")
    made = await fork(member, session_id, first["answer"]["id"])
    for name in ("model", "instructions", "mode", "parameters", "tags", "workspace_id"):
        assert made[name] == (await member.get(f"{SESSIONS}/{session_id}")).json()[name], name
    assert (made["title"], made["forked_from_id"], made["is_pinned"]) == ("Bread (2)", session_id, False)
    copied = await messages(member, made["id"])
    assert [text_of(message) for message in copied] == ["One [[say=1.]]", "1."]
    assert copied[1]["parent_id"] == copied[0]["id"] != first["message"]["id"]
    assert made["head_id"] == copied[1]["id"]
    # What it used stays where it was used; how full the context is goes along.
    usage = (await member.get(f"{SESSIONS}/{made['id']}/usage")).json()
    assert (usage["calls"], usage["input_tokens"], usage["cost_nano"]) == (0, 0, None)
    assert usage["context"]["tokens"] > 0
    engine = ScriptedEngine([text("Aye.")])
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", engine)
    await say(member, made["id"], "Three")
    await ended(member, made["id"])
    assert [spoken.text for spoken in engine.turns[0].history] == ["One [[say=1.]]", "1.", "Three"]
    assert len(await messages(member, session_id)) == 4
    hits = (await member.get("/api/v1/chat/search", params={"q": "One say"})).json()["items"]
    assert {session_id, made["id"]} <= {hit["session_id"] for hit in hits}
    assert made["id"] in {one["id"] for one in (await member.get(SESSIONS, params={"tag": "oven"})).json()["items"]}


async def test_a_whole_session_is_forked_without_the_answer_that_is_being_made(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await said(member, session_id, "One [[say=1.]]")
    await say(member, session_id, "Two [[endless]] [[slow=40]]")
    await written(member, session_id, 2)
    made = await fork(member, session_id)
    assert [text_of(message) for message in await messages(member, made["id"])][:2] == ["One [[say=1.]]", "1."]
    assert len(await messages(member, made["id"])) == 3
    assert made["state"] == "idle"
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
    again = await member.post(f"{SESSIONS}/{made['id']}/messages/{made['head_id']}/regenerate", json={})
    assert again.status_code == 202, again.text
    await member.post(f"{SESSIONS}/{made['id']}/stop")
    await ended(member, made["id"])


async def test_a_fork_is_made_once_and_titles_count_up(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await said(member, session_id, "Count [[say=1.]]")
    await member.patch(f"{SESSIONS}/{session_id}", json={"title": "Counted"})
    once = await fork(member, session_id, **{"Idempotency-Key": "fork-1"})
    again = await fork(member, session_id, **{"Idempotency-Key": "fork-1"})
    assert (once["id"], once["title"]) == (again["id"], "Counted (2)")
    assert (await fork(member, session_id))["title"] == "Counted (3)"
    assert (await fork(member, once["id"]))["title"] == "Counted (4)"
    assert (await member.delete(f"{SESSIONS}/{once['id']}")).status_code == 204
    gone = await member.post(f"{SESSIONS}/{session_id}/fork", json={}, headers={"Idempotency-Key": "fork-1"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "session_not_found")


async def test_attachments_are_read_in_the_fork_after_the_original_is_gone(
    member: httpx.AsyncClient, server: Running
) -> None:
    session_id = await begin(member)
    file = (await member.post(ATTACHMENTS, params={"name": "notes.md"}, content=b"The key is 4711.")).json()
    sent = {"text": "Read it [[instant]]", "attachments": [file["id"]]}
    assert (await member.post(f"{SESSIONS}/{session_id}/messages", json=sent)).status_code == 202
    await ended(member, session_id)
    made = await fork(member, session_id)
    (copy,) = (await messages(member, made["id"]))[0]["attachments"]
    assert copy["id"] != file["id"]
    assert copy["name"] == "notes.md"
    assert (await member.delete(f"{SESSIONS}/{session_id}")).status_code == 204
    context: Any = None
    await server.app.hall.turns.purge(context, session_id, now().isoformat())
    assert (await member.get(f"{ATTACHMENTS}/{file['id']}/content")).status_code == 404
    content = await member.get(f"{ATTACHMENTS}/{copy['id']}/content")
    assert content.content == b"The key is 4711."


async def test_nobody_else_forks_and_what_is_not_there_is_not_forked(
    member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    session_id, empty = await begin(member), await begin(member)
    (one,) = await said(member, session_id, "One [[instant]]")
    assert (await other.post(f"{SESSIONS}/{session_id}/fork", json={})).status_code == 404
    elsewhere = await member.post(f"{SESSIONS}/{empty}/fork", json={"message_id": one["message"]["id"]})
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (404, "message_not_found")
    made = await fork(member, empty)
    assert (made["title"], made["head_id"]) == (None, None)


async def long_session(http: httpx.AsyncClient, db: Database, length: int) -> tuple[str, dict[str, Any]]:
    """A session of so many messages, and the last of them as its row has it."""
    session_id = await begin(http)
    await said(http, session_id, "One [[say=1.]]")
    last = (await messages(http, session_id))[-1]["id"]
    rows: list[dict[str, Any]] = []
    parts, moment = [], now()
    for position in range(3, length + 1):
        role = "user" if position % 2 else "assistant"
        row = {"id": new_id("me"), "session_id": session_id, "position": position, "parent_id": last, "role": role}
        rows.append(row | {"kind": "said", "status": "complete", "created_at": moment})
        part = {
            "id": new_id("pa"),
            "message_id": row["id"],
            "position": 1,
            "type": "text",
            "text": f"Word {position} " * 20,
        }
        parts.append(part | {"started_at": moment, "ended_at": moment})
        last = str(row["id"])
    async with db.write() as session:
        await session.execute(insert(Message), rows)
        await session.execute(insert(Part), parts)
        await queries.set_session(session, session_id, {"head_id": last})
    return session_id, rows[-1]


async def test_ten_thousand_messages_are_forked_and_no_more(member: httpx.AsyncClient, db: Database) -> None:
    session_id, last = await long_session(member, db, 10_000)
    made = await fork(member, session_id)
    assert text_of((await messages(member, made["id"]))[-1]).startswith("Word 10000 ")
    one_more = last | {"id": new_id("me"), "position": 10_001, "parent_id": last["id"]}
    async with db.write() as session:
        await session.execute(insert(Message), [one_more])
        await queries.set_session(session, session_id, {"head_id": one_more["id"]})
    much = await member.post(f"{SESSIONS}/{session_id}/fork", json={})
    assert (much.status_code, much.json()["error"]["code"]) == (409, "too_long_to_fork")


async def forks_of(http: httpx.AsyncClient, session_id: str) -> list[str]:
    """Those that their owner sees."""
    listed = (await http.get(SESSIONS, params={"limit": 100})).json()["items"]
    return [each["id"] for each in listed if each["forked_from_id"] == session_id]


async def made_from(session: Session, session_id: str) -> list[ChatSession]:
    """All there are, those that nobody sees among them."""
    return list(await session.scalars(select(ChatSession).where(ChatSession.forked_from_id == session_id)))


async def test_while_a_long_session_is_forked_others_write_and_only_the_whole_fork_is_seen(
    member: httpx.AsyncClient, db: Database
) -> None:
    session_id, _ = await long_session(member, db, 6000)
    forking = asyncio.create_task(fork(member, session_id))
    written = 0
    while not forking.done():
        async with db.write() as session:
            await queries.set_session(session, session_id, {"activity_at": now()})
            written += any(each.deleted_at for each in await made_from(session, session_id))
        shown = await forks_of(member, session_id)
        for each in shown:
            whole = (await member.get(f"{SESSIONS}/{each}/messages", params={"limit": 1})).json()["items"]
            assert text_of(whole[0]).startswith("Word 6000 ")
    assert await forks_of(member, session_id) == [(await forking)["id"]]
    assert written > 0


async def test_what_is_left_of_a_fork_that_was_never_whole_is_forgotten(
    member: httpx.AsyncClient, db: Database, server: Running
) -> None:
    session_id, _ = await long_session(member, db, 6000)
    hall, context = server.app.hall, cast("Any", None)
    owner = (await member.get("/api/v1/me")).json()["id"]
    forking = asyncio.create_task(Forks(hall.db, hall.attachments, hall.jobs).create(owner, session_id, None, "fork-3"))
    left: list[ChatSession] = []
    async with asyncio.timeout(10):
        while not left:
            await asyncio.sleep(0.01)
            async with db.read() as session:
                left = await made_from(session, session_id)
    forking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await forking
    assert await forks_of(member, session_id) == []
    key = {"Idempotency-Key": "fork-3"}
    made, again = await asyncio.gather(fork(member, session_id, **key), fork(member, session_id, **key))
    assert made["id"] == again["id"]
    for fork_id in (left[0].id, made["id"]):
        await hall.turns.purge(context, fork_id, now().isoformat())
    async with db.read() as session:
        assert await queries.session_by_id(session, left[0].id) is None
    assert await forks_of(member, session_id) == [made["id"]]
