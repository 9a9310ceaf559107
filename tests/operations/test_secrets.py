"""Rotating secret keys: no sealed column is forgotten, nothing is lost half-way, and old keys can be let go."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from guildhall.core.db import Base, Database
from guildhall.core.schema import load_tables
from guildhall.core.secrets import KeyFile, Keyring, load_keyring, new_key, parse_keys
from guildhall.core.settings import Settings
from guildhall.operations.secrets import rotation
from guildhall.operations.secrets.places import places
from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.test_cli import guildhall, one_sentence

SEALED = re.compile(r"v1:[0-9a-f]{8}:[\w=-]{20,}")


def tables() -> dict[str, Any]:
    """Every table of ours, once all are loaded."""
    load_tables()
    return dict(Base.metadata.tables)


async def sealed_values(db: Database) -> dict[str, list[str]]:
    """Everything in the database that looks sealed, by column: found by its look, not by any list."""
    found: dict[str, list[str]] = {}
    async with db.read() as session:
        for table in tables().values():
            for row in (await session.execute(select(table))).mappings():
                for name, value in row.items():
                    found.setdefault(f"{table.name}.{name}", []).extend(SEALED.findall(str(value)))
    return {name: values for name, values in found.items() if values}


async def fill(db: Database, keyring: Keyring, rows: int) -> None:
    """Rows with a secret in every column that may hold one."""
    from tests.operations.rows import row_of

    async with db.write() as session:
        for place in sorted(places(), key=lambda place: bool(tables()[place.table].foreign_keys)):
            table = tables()[place.table]
            for number in range(rows):
                row = row_of(table, number) | {
                    key.parent.name: None if key.parent.nullable else row_of(key.column.table, number)[key.column.name]
                    for key in table.foreign_keys
                }
                for other in [p for p in places() if p.table == place.table]:
                    if other.is_json:
                        aad = other.aad.format(field="password", **row)
                        row[other.column] = {"password": keyring.encrypt(f"secret {number}", aad=aad)}
                    else:
                        row[other.column] = keyring.encrypt(f"secret {number}", aad=other.aad.format(**row))
                found = await session.execute(select(table).where(*[c == row[c.name] for c in table.primary_key]))
                if found.first() is None:
                    await session.execute(table.insert().values(**row))


async def opened(db: Database, keyring: Keyring) -> list[str]:
    """Every secret, opened."""
    words = []
    for place in places():
        async for row in rotation._all(db, place):
            words += [keyring.decrypt(token, aad=aad) for aad, token in place.tokens(row).items()]
    return sorted(words)


def test_every_column_named_sealed_is_declared_to_the_rotation() -> None:
    named = {f"{table.name}.{c.name}" for table in tables().values() for c in table.columns if "sealed" in c.name}
    assert named <= {str(place) for place in places()}
    assert len(places()) >= 4


@pytest.mark.slow
async def test_whatever_looks_sealed_anywhere_in_the_database_is_in_a_column_that_rotates(
    make_settings: MakeSettings,
) -> None:
    """Fills the product through its own routes, then looks at every value of every table."""
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as hall, product.signed_in(hall.url, "a@example.org", "A") as http:
        await _keep_secrets(http)
    db = Database(settings)
    found = await sealed_values(db)
    await db.close()
    assert found
    assert set(found) <= {str(place) for place in places()}


async def _keep_secrets(http: httpx.AsyncClient) -> None:
    channel = {
        "name": "Upstream",
        "kind": "custom",
        "base_url": "http://127.0.0.1:9",
        "private": True,
        "api_key": "sk-1234567890abcdef",
        "models": [{"name": "m"}],
    }
    answer = await http.post("/api/v1/gateway/channels", json=channel)
    assert answer.status_code == 201, answer.text
    for document in (await http.get("/api/v1/configuration")).json():
        secrets = dict.fromkeys(document["secrets"], "a secret")
        if secrets:
            body = {"revision": document["revision"], "value": document["value"] | secrets}
            changed = await http.put(f"/api/v1/configuration/{document['name']}", json=body)
            assert changed.status_code == 200, changed.text


@pytest.mark.slow
async def test_everything_opens_with_the_new_key_alone_afterwards(make_settings: MakeSettings) -> None:
    settings = make_settings()
    db = Database(settings)
    old, new = (Keyring(parse_keys(new_key())) for _ in range(2))
    await fill(db, old, 120)
    before = await opened(db, old)
    ring = Keyring(new.given + old.given)
    outcome = await rotation.rotate(db, ring)
    assert outcome.sealed.total() == len(before)
    assert not outcome.closed
    assert await opened(db, new) == before
    assert set(await rotation.key_ids_in_use(db)) == {new.keys[0][0]}
    again = await rotation.rotate(db, ring)
    assert (again.sealed.total(), again.kept.total()) == (0, len(before))
    await db.close()


@pytest.mark.slow
async def test_a_rotation_that_was_cut_off_goes_on_where_it_is_needed(make_settings: MakeSettings) -> None:
    settings = make_settings()
    db = Database(settings)
    old, new = (Keyring(parse_keys(new_key())) for _ in range(2))
    await fill(db, old, 120)
    before = await opened(db, old)
    ring = Keyring(new.given + old.given)
    task = asyncio.create_task(rotation.rotate(db, ring))
    while len(await rotation.key_ids_in_use(db)) < 2:  # noqa: ASYNC110 - a database tells nobody
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await opened(db, ring) == before
    await rotation.rotate(db, ring)
    assert await opened(db, new) == before
    await db.close()


async def test_a_secret_that_no_key_opens_is_named_and_left_alone(make_settings: MakeSettings) -> None:
    settings = make_settings()
    db = Database(settings)
    stranger, ours = (Keyring(parse_keys(new_key())) for _ in range(2))
    await fill(db, stranger, 1)
    outcome = await rotation.rotate(db, ours)
    assert len(outcome.closed) == len({place.table for place in places()}) + 1  # one table has two such columns
    assert await opened(db, stranger)
    await db.close()


@pytest.mark.slow
def test_a_key_added_to_the_file_is_used_without_a_restart(make_settings: MakeSettings) -> None:
    settings = make_settings()
    running = load_keyring(settings)
    sealed = running.encrypt("hello", aad="row")
    added = guildhall("secrets", "add", settings=settings)
    assert added.returncode == 0, added
    newest = load_keyring(settings).keys[0][0]
    assert running.encrypt("hello", aad="row").split(":")[1] == newest
    assert running.decrypt(sealed, aad="row") == "hello"
    assert running.file
    assert isinstance(running.file, KeyFile)
    assert (settings.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_keys_are_rotated_while_the_product_runs_and_old_ones_are_dropped(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as hall, product.signed_in(hall.url, "a@example.org", "A") as http:
        await _keep_secrets(http)
        first = load_keyring(settings).keys[0][0]
        assert (await _run("add", settings)).returncode == 0
        refused = await _run("drop", settings)
        assert f"under {first}" in one_sentence(refused)
        rotated = await _run("rotate", settings)
        assert "channel_keys.api_key_sealed: 1 sealed anew" in rotated.stdout, rotated
        dropped = await _run("drop", settings)
        assert dropped.returncode == 0, dropped
        assert [kid for kid, _ in load_keyring(settings).keys] != [first]
        await _still_works(http)
    async with product.launch(settings) as hall, product.client(hall.url) as http:
        signed = await http.post("/api/v1/auth/login", json={"email": "a@example.org", "password": product.PASSWORD})
        http.headers["authorization"] = f"Bearer {signed.json()['access_token']}"
        await _still_works(http)


async def _run(word: str, settings: Settings) -> Any:
    return await asyncio.to_thread(guildhall, "secrets", word, settings=settings)


async def _still_works(http: httpx.AsyncClient) -> None:
    [channel] = [
        row for row in (await http.get("/api/v1/gateway/channels")).json()["items"] if row["name"] == "Upstream"
    ]
    changed = await http.patch(f"/api/v1/gateway/channels/{channel['id']}", json={"enabled": True})
    assert changed.status_code == 200, changed.text
    tried = await http.post(f"/api/v1/gateway/channels/{channel['id']}/test")
    assert "secret" not in tried.text, tried.text
