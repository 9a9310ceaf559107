"""Upgrading from the schema of an earlier release, with content: nothing is lost, and people go on where they were."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, insert, select, text

from guildhall.core import schema
from guildhall.core.db import Database, UtcDateTime
from guildhall.core.schema import SchemaError
from guildhall.core.settings import Settings
from guildhall.operations import backups, restores
from tests.chat import talk
from tests.conftest import MakeSettings
from tests.operations.released import SECRET, as_now, content
from tests.services import processes, product
from tests.test_cli import guildhall, one_sentence

RELEASED = "0004"  # the schema of 0.1


async def tables_of(db: Database) -> MetaData:
    """The tables as the database has them."""
    found = MetaData()
    async with db.writer.connect() as connection:
        await connection.run_sync(lambda sync: found.reflect(sync, only=lambda name, _: not name.startswith("alembic")))
    return found


async def fill(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """An installation of 0.1 with content; gives every value that was stored."""
    schema.downgrade(settings, "base")
    schema.upgrade(settings, RELEASED)
    rows = await content(settings)
    db = Database(settings)
    tables = (await tables_of(db)).tables
    async with db.write() as session:
        for name, stored in rows.items():
            for row in stored:
                await session.execute(insert(_typed(tables[name])).values(**row))
    await db.close()
    return rows


def _typed(table: Table) -> Table:
    """Times keep their zone on SQLite too."""
    for column in table.columns:
        if (
            column.name.endswith("_at")
            or (column.name == "at" and "DATE" in str(column.type).upper())
            or "TIMESTAMP" in str(column.type).upper()
        ):
            column.type = UtcDateTime()
    return table


async def stored(
    settings: Settings, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The same values, read from the database as it is now."""
    db = Database(settings)
    tables = (await tables_of(db)).tables
    found: dict[str, list[dict[str, Any]]] = {}
    async with db.read() as session:
        for name, before in rows.items():
            table = _typed(tables[name])
            result = (await session.execute(select(table))).mappings().all()
            names = [set(row) for row in before]
            by_key = {_key(table, row): row for row in result}
            found[name] = [
                {column: by_key[_key(table, row)][column] for column in columns}
                for row, columns in zip(before, names, strict=True)
            ]
    await db.close()
    return found


def _key(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


@pytest.mark.slow
async def test_every_value_of_the_released_schema_is_there_after_the_upgrade(make_settings: MakeSettings) -> None:
    settings = make_settings()
    rows = await fill(settings)
    result = guildhall("migrate", settings=settings)
    assert result.returncode == 0, result
    assert schema.expected() in result.stdout
    assert await stored(settings, as_now(rows)) == as_now(rows)


@pytest.mark.slow
async def test_people_and_programs_go_on_where_they_were(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    await fill(settings)
    assert guildhall("migrate", settings=settings).returncode == 0
    async with product.launch(settings) as hall, product.client(hall.url) as http:
        signed = await http.post("/api/v1/auth/login", json={"email": "ada@example.org", "password": product.PASSWORD})
        assert signed.status_code == 200, signed.text
        http.headers["authorization"] = f"Bearer {signed.json()['access_token']}"
        assert [row["id"] for row in (await http.get(talk.SESSIONS)).json()["items"]] == ["se_1"]
        said = await talk.messages(http, "se_1")
        assert [talk.text_of(message) for message in said] == ["What is said?", "And again."]
        assert said[1]["siblings"] == ["ms_2", "ms_3"]
        await http.post(f"{talk.SESSIONS}/se_1/messages/ms_2/switch")
        said = await talk.messages(http, "se_1")
        assert [talk.text_of(message) for message in said] == ["What is said?", "**This** was said. 🎉"]
        await talk.say(http, "se_1", "Go on [[say=I do.]]")
        assert talk.text_of(await talk.ended(http, "se_1")) == "I do."
        body = {"model": talk.INSTANT, "messages": [{"role": "user", "content": "Hello"}]}
        answer = await http.post("/v1/chat/completions", json=body, headers={"authorization": f"Bearer {SECRET}"})
        assert answer.status_code == 200, answer.text
        [key] = (await http.get("/api/v1/keys")).json()["items"]
        assert (key["id"], key["scopes"]) == ("key_1", ["models"])
    assert "Traceback" not in hall.output()


@pytest.mark.slow
async def test_a_back_up_of_the_released_schema_is_restored_and_upgraded(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    rows = await fill(settings)
    archive = tmp_path / "hall.backup"
    assert backups.create(settings, archive).schema_revision == RELEASED
    other = make_settings()
    restores.restore(other, archive, replace=True)
    assert await stored(other, as_now(rows)) == as_now(rows)
    db = Database(other)
    await schema.check(db)
    await db.close()


@pytest.mark.slow
async def test_a_server_refuses_an_older_and_a_newer_schema_with_the_command_to_run(
    make_settings: MakeSettings, mode: str
) -> None:
    settings = make_settings(port=processes.free_port())
    await fill(settings)
    db = Database(settings)
    with pytest.raises(SchemaError, match="run `guildhall migrate`"):
        await schema.check(db)
    await db.close()
    if mode == "scaled":  # embedded, `serve` migrates by itself
        assert "guildhall migrate" in one_sentence(guildhall("serve", settings=settings))
    schema.upgrade(settings)
    db = Database(settings)
    async with db.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await db.close()
    assert "run a newer Guildhall" in one_sentence(guildhall("serve", settings=settings))
