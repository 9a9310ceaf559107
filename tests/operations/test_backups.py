"""Back-up and restore: everything comes back, under load and from older schemas; what is damaged changes nothing."""

import asyncio
import contextlib
import hashlib
import os
import resource
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from guildhall.core import schema
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.settings import Settings
from guildhall.operations import backups, restores
from guildhall.operations.archive import MANIFEST, ArchiveError, Manifest
from tests.chat.talk import SESSIONS, begin, connect_simulator, ended, messages, say, text_of
from tests.conftest import MakeSettings
from tests.operations.archives import add_users, counts, empty, make, names, rewrite
from tests.services import processes, product
from tests.test_cli import guildhall, one_sentence

EMAIL = "keeper@example.org"


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_back_up_under_load_restores_everything_that_was_acknowledged_before_it_began(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(port=processes.free_port())
    acknowledged: list[str] = []
    path = tmp_path / "hall.backup"
    async with product.launch(settings) as hall, product.signed_in(hall.url, EMAIL, "Keeper") as http:
        await connect_simulator(http)
        key = (await http.post("/api/v1/keys", json={"name": "program"})).json()["key"]
        (settings.data_dir / "files" / "deep").mkdir(parents=True)
        (settings.data_dir / "files" / "deep" / "picture.bin").write_bytes(os.urandom(300_000))
        session_id = await begin(http)
        await say(http, session_id, "Hello [[say=Here I am.]]")
        await ended(http, session_id)
        stopping = asyncio.Event()
        writers = [asyncio.create_task(_write(http, acknowledged, stopping)) for _ in range(4)]
        await asyncio.sleep(1)
        before = list(acknowledged)
        result = await asyncio.to_thread(guildhall, "backup", str(path), settings=settings)
        assert result.returncode == 0, result
        stopping.set()
        await asyncio.gather(*writers)
        assert len(acknowledged) > len(before) > 10
        picture = (settings.data_dir / "files" / "deep" / "picture.bin").read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600

    fresh = empty(make_settings(port=processes.free_port()))
    result = await asyncio.to_thread(guildhall, "restore", str(path), settings=fresh)
    assert result.returncode == 0, result
    async with product.launch(fresh) as hall, product.client(hall.url) as http:
        signed = await http.post("/api/v1/auth/login", json={"email": EMAIL, "password": product.PASSWORD})
        http.headers["authorization"] = f"Bearer {signed.json()['access_token']}"
        there = await _session_ids(http)
        assert set(before) <= there <= set(acknowledged) | {session_id}
        assert text_of((await messages(http, session_id))[-1]) == "Here I am."
        assert (fresh.data_dir / "files" / "deep" / "picture.bin").read_bytes() == picture
        models = await http.get("/v1/models", headers={"authorization": f"Bearer {key}"})
        assert models.status_code == 200
        await say(http, session_id, "Again [[say=Still here.]]")
        assert text_of(await ended(http, session_id)) == "Still here."


async def _write(http: httpx.AsyncClient, acknowledged: list[str], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        answer = await http.post(SESSIONS, json={})
        if answer.status_code == 201:
            acknowledged.append(answer.json()["id"])


async def _session_ids(http: httpx.AsyncClient) -> set[str]:
    found: set[str] = set()
    cursor = None
    while True:
        page = (await http.get(SESSIONS, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))).json()
        found |= {row["id"] for row in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def test_every_table_comes_back_with_every_row(
    archive: tuple[Path, Settings], make_settings: MakeSettings
) -> None:
    path, _ = archive
    fresh = empty(make_settings())
    restores.restore(fresh, path)
    assert await names(fresh) == {"kept"}
    found = await counts(fresh)
    assert found["users"] == 1
    db = Database(fresh)
    await schema.check(db)
    await db.close()
    left = {place.name for place in fresh.data_dir.iterdir()}
    assert not [name for name in left if name.startswith(".")]


async def test_a_restore_into_what_is_not_empty_is_refused_and_changes_nothing(archive: tuple[Path, Settings]) -> None:
    path, other = archive
    with pytest.raises(ArchiveError, match="--replace"):
        restores.restore(other, path)
    assert await names(other) == {"there"}
    assert (other.data_dir / "note.txt").read_text() == "already here"


async def test_replace_replaces_the_database_and_the_files(archive: tuple[Path, Settings]) -> None:
    path, other = archive
    restores.restore(other, path, replace=True)
    assert await names(other) == {"kept"}
    assert not (other.data_dir / "note.txt").exists()
    assert not [place for place in other.data_dir.iterdir() if place.name.startswith(".")]


async def test_a_restore_that_fails_late_leaves_everything_as_it_was(archive: tuple[Path, Settings], mode: str) -> None:
    """The rows of one table are of another: every digest is right, and the database says no."""
    path, other = archive
    with zipfile.ZipFile(path) as opened:
        manifest = Manifest.model_validate_json(opened.read(MANIFEST))
    broken = "sqlite/guildhall.db" if mode == "embedded" else "postgresql/product/users"
    wrong = b"not what it was\n"
    members = [
        member.model_copy(update={"bytes": len(wrong), "sha256": hashlib.sha256(wrong).hexdigest()})
        if member.name == broken
        else member
        for member in manifest.members
    ]
    rewrite(path, add={broken: wrong}, members=members)
    with pytest.raises((ArchiveError, AppError)):
        restores.restore(other, path, replace=True)
    assert await names(other) == {"there"}
    assert (other.data_dir / "note.txt").read_text() == "already here"
    restores.restore(other, make(other, path.parent, replace=True), replace=True)
    assert await names(other) == {"there"}


async def test_a_restore_is_refused_while_the_product_runs(archive: tuple[Path, Settings], mode: str) -> None:
    path, other = archive
    db = Database(other)
    if mode == "embedded":
        from guildhall.core.folder import DataFolder

        folder = DataFolder(other)
        folder.take()
        with pytest.raises(RuntimeError, match="Another Guildhall is using"):
            restores.restore(other, path, replace=True)
        folder.release()
    else:
        async with db.read() as session:
            await session.execute(text("SELECT 1"))
            with pytest.raises(ArchiveError, match="other connection"):
                restores.restore(other, path, replace=True)
    await db.close()
    assert await names(other) == {"there"}


async def test_without_keys_the_archive_holds_none_and_a_key_that_is_there_stays(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    await add_users(settings, "kept")
    path = tmp_path / "no-keys.backup"
    manifest = backups.create(settings, path, keys=False)
    key = (settings.data_dir / "secret.key").read_text()
    assert manifest.keys == "left out"
    with zipfile.ZipFile(path) as opened:
        assert "files/secret.key" not in opened.namelist()
        assert not any(key.encode() in opened.read(name) for name in opened.namelist())
    fresh = empty(make_settings())
    (fresh.data_dir / "secret.key").write_text(key)
    restores.restore(fresh, path)
    assert restores.missing_keys(fresh, manifest) == []
    stranger = empty(make_settings())
    restores.restore(stranger, path)
    assert restores.missing_keys(stranger, manifest) == manifest.key_ids


@pytest.mark.slow
async def test_a_full_disk_leaves_no_half_archive_and_the_older_one(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    await add_users(settings, "kept")
    (settings.data_dir / "big.bin").write_bytes(os.urandom(6 * 2**20))
    with _small_disk(tmp_path, 4) as disk:
        older = disk / "hall.backup"
        older.write_bytes(b"the one from yesterday")
        result = await asyncio.to_thread(guildhall, "backup", str(older), "--replace", settings=settings)
        assert any(words in one_sentence(result) for words in ("No space left", "full", "too large"))
        assert older.read_bytes() == b"the one from yesterday"
        assert [place.name for place in disk.iterdir()] == ["hall.backup"]


@pytest.mark.slow
async def test_a_restore_onto_a_full_disk_leaves_everything_as_it_was(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    (settings.data_dir / "big.bin").write_bytes(os.urandom(6 * 2**20))
    path = make(settings, tmp_path)
    with _small_disk(tmp_path, 4) as disk:
        small = settings.model_copy(update={"data_dir": disk})
        (disk / "note.txt").write_text("already here")
        result = await asyncio.to_thread(guildhall, "restore", str(path), "--replace", settings=small)
        assert any(words in one_sentence(result) for words in ("No space left", "full", "too large"))
        assert (disk / "note.txt").read_text() == "already here"
        assert not [place for place in disk.iterdir() if place.name.startswith(".")]


@contextlib.contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder that takes no more than a few megabytes: a disk of its own, or files that may not grow."""
    disk = folder / "disk"
    disk.mkdir()
    limit = megabytes * 2**20
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={limit}", "tmpfs", disk], check=True)
        try:
            yield disk
        finally:
            subprocess.run(["umount", disk], check=True)
    else:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            yield disk
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.slow
async def test_the_commands_say_what_they_did_and_an_existing_archive_is_not_overwritten(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings()
    path = tmp_path / "hall.backup"
    assert guildhall("backup", str(path), settings=settings).returncode == 0
    assert "--replace" in one_sentence(guildhall("backup", str(path), settings=settings))
    checked = guildhall("restore", str(path), "--check", settings=settings)
    assert (checked.returncode, "is whole" in checked.stdout) == (0, True)
    assert "There is no folder" in one_sentence(guildhall("backup", str(tmp_path / "no" / "x"), settings=settings))
    assert "No such file" in one_sentence(guildhall("restore", str(tmp_path / "none"), settings=settings))
