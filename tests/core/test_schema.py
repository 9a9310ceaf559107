"""Migrations: they make exactly the tables of the code, and the server refuses any other schema."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from guildhall.core import schema
from guildhall.core.db import Base, Database
from guildhall.core.settings import Settings
from tests.conftest import MakeSettings

JOB_ENGINE_TABLES = {"streams", "queues", "notifications", "operation_outputs", "workflow_status", "workflow_events"}


async def run_sync(db: Database, call: Callable[[Any], Any]) -> Any:
    """Run `call(connection)` for tools that know only the blocking interface."""
    async with db.reader.connect() as connection:
        return await connection.run_sync(call)


async def test_migrations_make_the_tables_of_the_code(db: Database) -> None:
    def differences(connection: object) -> list[object]:
        context = MigrationContext.configure(
            connection,  # type: ignore[arg-type]
            opts={
                "include_object": lambda _o, name, kind, back, _c: not (kind == "table" and back and name not in ours)
            },
        )
        return list(compare_metadata(context, Base.metadata))

    ours = set(Base.metadata.tables)
    assert await run_sync(db, differences) == []


async def test_no_table_of_ours_has_a_name_of_the_job_engines(db: Database) -> None:
    """Both live in one SQLite file."""
    names = await run_sync(db, lambda connection: set(inspect(connection).get_table_names()))
    assert set(Base.metadata.tables) <= names
    assert not JOB_ENGINE_TABLES & set(Base.metadata.tables)


async def test_the_current_schema_passes_and_the_others_are_refused(make_settings: MakeSettings) -> None:
    settings = make_settings()
    db = Database(settings)
    await schema.check(db)
    for found, words in (("0000", "run `guildhall migrate`"), ("9999", "newer")):
        async with db.write() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        with pytest.raises(schema.SchemaError, match=words):
            await schema.check(db)
    await db.close()


async def test_an_empty_database_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    sqlite3.connect(settings.sqlite_path).close()
    db = Database(settings)
    with pytest.raises(schema.SchemaError, match="guildhall migrate"):
        await schema.check(db)
    await db.close()


async def test_every_migration_can_be_undone_and_done_again(make_settings: MakeSettings) -> None:
    settings = make_settings()
    schema.downgrade(settings, "base")
    db = Database(settings)
    names = await run_sync(db, lambda connection: set(inspect(connection).get_table_names()))
    assert not set(Base.metadata.tables) & names
    schema.upgrade(settings)
    await schema.check(db)
    await db.close()
