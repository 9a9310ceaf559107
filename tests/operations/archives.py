"""Archives of small installations, as tests of back-ups make and spoil them."""

import zipfile
from pathlib import Path

import psycopg
from sqlalchemy import text

from guildhall.accounts.users import create_admin
from guildhall.core.db import Base, Database
from guildhall.core.settings import Settings
from guildhall.operations import backups
from guildhall.operations.archive import MANIFEST, Manifest
from tests.services import product


async def counts(settings: Settings) -> dict[str, int]:
    """Rows of each table of ours."""
    db = Database(settings)
    found = {}
    async with db.read() as session:
        for name in Base.metadata.tables:
            found[name] = int((await session.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one())
    await db.close()
    return found


async def add_users(settings: Settings, *names: str) -> None:
    """A few people, straight into the database."""
    db = Database(settings)
    for name in names:
        await create_admin(db, f"{name}@example.org", product.PASSWORD, name)
    await db.close()


async def names(settings: Settings) -> set[str]:
    """Who is in the database."""
    db = Database(settings)
    async with db.read() as session:
        found = set((await session.execute(text("SELECT name FROM users"))).scalars())
    await db.close()
    return found


def make(settings: Settings, folder: Path, **options: bool) -> Path:
    """An archive of that installation."""
    path = folder / "hall.backup"
    backups.create(settings, path, **options)
    return path


def rewrite(path: Path, *, drop: str | None = None, add: dict[str, bytes] | None = None, **fields: object) -> None:
    """Make the archive anew with other members or another manifest."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != drop}
    manifest = Manifest.model_validate_json(members[MANIFEST]).model_copy(update=fields)
    members = members | {MANIFEST: manifest.model_dump_json().encode()} | (add or {})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def empty(settings: Settings) -> Settings:
    """That installation as it was before its first start."""
    if settings.is_embedded:
        for file in settings.data_dir.iterdir():
            file.unlink()
    else:
        _drop(settings)
    return settings


def _drop(settings: Settings) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("DROP SCHEMA IF EXISTS dbos CASCADE")
        connection.execute("CREATE SCHEMA public")
