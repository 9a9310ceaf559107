"""Transactions: nothing is lost under concurrency, reads can't write, failures have words."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from guildhall.core.db import Database, after_commit
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings


class RolledBackError(Exception):
    """Ends a transaction on purpose."""


async def test_no_update_is_lost_when_many_write_at_once(db: Database) -> None:
    name = new_id("st")
    async with db.write() as session:
        await session.execute(text("INSERT INTO event_streams VALUES (:name, 0, 0)"), {"name": name})

    async def add_one() -> None:
        async with db.write() as session:
            found = await session.execute(
                text(f"SELECT last_seq FROM event_streams WHERE name = :name {lock}"), {"name": name}
            )
            value = found.scalar_one() + 1
            await session.execute(
                text("UPDATE event_streams SET last_seq = :value WHERE name = :name"), {"value": value, "name": name}
            )

    lock = "" if db.writer.dialect.name == "sqlite" else "FOR UPDATE"
    await asyncio.gather(*(add_one() for _ in range(200)))
    async with db.read() as session:
        found = await session.execute(text("SELECT last_seq FROM event_streams WHERE name = :name"), {"name": name})
        assert found.scalar_one() == 200


async def test_a_read_session_cannot_write(db: Database) -> None:
    with pytest.raises((AppError, DBAPIError)):
        async with db.read() as session:
            await session.execute(text("INSERT INTO event_streams VALUES ('never', 0, 0)"))
    async with db.read() as session:
        found = await session.execute(text("SELECT count(*) FROM event_streams WHERE name = 'never'"))
        assert found.scalar_one() == 0


async def test_a_read_sees_one_moment(db: Database) -> None:
    name = new_id("st")
    count = text("SELECT count(*) FROM event_streams WHERE name = :name")
    async with db.read() as reading:
        assert (await reading.execute(count, {"name": name})).scalar_one() == 0
        async with db.write() as writing:
            await writing.execute(text("INSERT INTO event_streams VALUES (:name, 0, 0)"), {"name": name})
        assert (await reading.execute(count, {"name": name})).scalar_one() == 0


async def test_what_waits_for_the_commit_runs_after_it_and_not_after_a_failure(db: Database) -> None:
    done: list[str] = []
    async with db.write() as session:
        after_commit(session, lambda: done.append("kept"))
        assert done == []
    with pytest.raises(RolledBackError):
        async with db.write() as session:
            after_commit(session, lambda: done.append("lost"))
            raise RolledBackError
    assert done == ["kept"]


@pytest.mark.slow
async def test_a_locked_sqlite_file_is_a_plain_refusal(settings: Settings, db: Database) -> None:
    """Another program holds the write lock for longer than we wait."""
    if not settings.is_embedded:
        async with db.read() as session:
            assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
        return
    holder = Database(settings)
    async with holder.write() as holding:
        await holding.execute(text("UPDATE event_streams SET last_seq = last_seq WHERE name = 'none'"))
        with pytest.raises(AppError) as refusal:
            async with db.write() as session:
                await (await session.connection()).exec_driver_sql("PRAGMA busy_timeout=50")
    await holder.close()
    assert (refusal.value.code, refusal.value.status) == ("database_busy", 503)


async def test_a_database_that_cannot_be_written_is_a_plain_refusal(settings: Settings) -> None:
    database = Database(settings)
    forbid = "PRAGMA query_only=ON" if settings.is_embedded else "SET TRANSACTION READ ONLY"
    with pytest.raises((AppError, DBAPIError)) as refusal:
        async with database.write() as session:
            await (await session.connection()).exec_driver_sql(forbid)
            await session.execute(text("INSERT INTO event_streams VALUES ('never', 0, 0)"))
    await database.close()
    assert isinstance(refusal.value, AppError)
    assert (refusal.value.code, refusal.value.status) == ("database_read_only", 503)


async def test_a_database_that_is_away_is_a_plain_refusal(settings: Settings) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://nobody:x@127.0.0.1:1/none"})
    database = Database(away)
    with pytest.raises(AppError) as refusal:
        await database.ping()
    await database.close()
    assert (refusal.value.code, refusal.value.status) == ("database_unavailable", 503)
