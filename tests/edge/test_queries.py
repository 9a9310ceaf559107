"""Storing calls: every row once, in batches of any size."""

import pytest
from sqlalchemy import func, select

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.edge import queries, tables
from guildhall.edge.call import Call, Caller
from guildhall.edge.endpoints import CHAT


@pytest.mark.parametrize("number", [1, 99, 100, 101, 250])
async def test_a_batch_is_stored_whole_and_only_once(db: Database, number: int) -> None:
    caller = Caller(new_id("us"), None)
    calls = [Call(CHAT) for _ in range(number)]
    for call in calls:
        call.caller = caller
    for _ in range(2):
        async with db.write() as session:
            await queries.add_calls(session, [call.row() for call in calls])
    async with db.read() as session:
        stored = await session.scalar(
            select(func.count()).select_from(tables.Call).where(tables.Call.user_id == caller.user_id)
        )
    assert stored == number
