"""The real servers of the tests, and that both modes begin migrated and apart from each other."""

import pytest
import redis.asyncio as redis
from sqlalchemy import text

from guildhall.core import events, queries, schema
from guildhall.core.db import Database
from guildhall.core.settings import Settings
from tests.conftest import MakeSettings
from tests.services.databases import Databases, Mode


async def test_database_begins_at_the_schema_of_this_version(settings: Settings, db: Database) -> None:
    await schema.check(db)


async def test_settings_follow_the_mode(settings: Settings, mode: Mode) -> None:
    assert settings.is_embedded == (mode == "embedded")
    assert bool(settings.redis_url.get_secret_value()) == (mode == "scaled")


async def test_every_product_has_a_database_of_its_own(db: Database, make_settings: MakeSettings) -> None:
    fresh = Database(make_settings())
    async with fresh.write() as session:
        await events.publish(session, "house.apart", "happened", {})
    async with fresh.read() as here, db.read() as there:
        positions = [await queries.position(session, "house.apart") for session in (here, there)]
    await fresh.close()
    assert positions == [(1, 0), (0, 0)]


@pytest.mark.slow
async def test_valkey_carries_messages(databases: Databases) -> None:
    with databases.settings("scaled") as settings:
        async with redis.from_url(settings.redis_url.get_secret_value()) as client, client.pubsub() as listener:
            await listener.subscribe("house")
            await client.publish("house", "hello")
            messages = [await listener.get_message(timeout=2) for _ in range(2)]
    assert messages[-1] is not None
    assert messages[-1]["data"] == b"hello"


@pytest.mark.slow
async def test_postgresql_sorts_and_searches_unicode(databases: Databases) -> None:
    with databases.settings("scaled") as settings:
        db = Database(settings)
        async with db.read() as session:
            lower = await session.scalar(text("SELECT lower('ÄÖ 诊断')"))
        await db.close()
    assert lower == "äö 诊断"
