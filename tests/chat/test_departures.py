"""Deleting an account while an answer is being written: the answer ends, and nothing of it stays."""

import asyncio

import httpx
import pytest
from sqlalchemy import func, select

from guildhall.chat.tables import ChatSession, Message, TurnRow
from guildhall.core.db import Database
from guildhall.core.tables import Event
from tests.accounts.visitors import register, visitor
from tests.chat.talk import SESSIONS, begin, ended, say, written
from tests.services.product import PASSWORD, Running


async def _count(db: Database, statement: object) -> int:
    async with db.read() as session:
        return await session.scalar(statement) or 0  # type: ignore[call-overload, no-any-return]


@pytest.mark.slow
async def test_an_account_can_be_deleted_in_the_middle_of_an_answer(
    server: Running, simulated: None, admin: httpx.AsyncClient, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visitor(server) as browser:
        user = (await register(browser))["user"]["id"]
        session_id = await begin(browser)
        await say(browser, session_id, "Never stop [[endless]] [[slow=50]]")
        await written(browser, session_id, 3)
        assert (await browser.request("DELETE", "/api/v1/me", json={"password": PASSWORD})).status_code == 204
        assert (await browser.get(SESSIONS)).status_code == 401
    await asyncio.sleep(1)
    assert await _count(db, select(func.count()).select_from(ChatSession).where(ChatSession.user_id == user)) == 0
    for table in (Message, TurnRow):
        assert await _count(db, select(func.count()).select_from(table).where(table.session_id == session_id)) == 0
    before = await _count(db, select(func.count()).select_from(Event).where(Event.stream.contains(session_id)))
    await asyncio.sleep(0.5)
    after = await _count(db, select(func.count()).select_from(Event).where(Event.stream.contains(session_id)))
    assert before == after == 0
    assert "turn_failed" not in capsys.readouterr().out
    # The hall goes on answering others.
    async with visitor(server) as other:
        await register(other)
        session_id = await begin(other)
        await say(other, session_id, "Hello [[say=Here.]]")
        assert (await ended(other, session_id))["status"] == "complete"


async def test_a_copy_tells_how_a_session_is_set(member: httpx.AsyncClient) -> None:
    wanted = {"model": "any", "mode": "plan", "instructions": "Be brief.", "most_calls": 7}
    made = (await member.post(SESSIONS, json=wanted)).json()
    copied = {one["id"]: one for one in (await member.get("/api/v1/me/export")).json()["sessions"]}
    assert copied[made["id"]].items() >= (wanted | {"workspace_id": None, "most_cost_nano": None}).items()
