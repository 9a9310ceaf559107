"""What is well and what is missing, in words, for `guildhall doctor`."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from guildhall.core import schema
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.folder import DataFolder, FolderError
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from guildhall.core.static_files import STATIC


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    is_well: bool
    words: str


async def run(settings: Settings) -> list[Finding]:
    """Look at everything the product needs; never raises."""
    looks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("data folder", _folder),
        ("secret keys", _secrets),
        ("database", _database),
        ("events", _events),
        ("web app", _web_app),
    ]
    return [await _look(name, look, settings) for name, look in looks]


async def _look(name: str, look: Callable[[Settings], Awaitable[str]], settings: Settings) -> Finding:
    try:
        return Finding(name, True, await look(settings))
    except AppError as error:
        return Finding(name, False, error.message)
    except (FolderError, schema.SchemaError, ValueError, OSError) as error:
        return Finding(name, False, str(error))


async def _folder(settings: Settings) -> str:
    DataFolder(settings).check()
    free = os.statvfs(settings.data_dir)
    return f"{settings.data_dir.resolve()} is writable, {free.f_bavail * free.f_frsize // 2**20:,} MiB free."


async def _secrets(settings: Settings) -> str:
    count = len(load_keyring(settings).keys)
    origin = "the settings" if settings.secret_keys.get_secret_value() else "the data folder"
    return f"{count} key{'s' if count > 1 else ''}, from {origin}."


async def _database(settings: Settings) -> str:
    db = Database(settings)
    try:
        await schema.check(db)
        await db.ping()
    finally:
        await db.close()
    kind = f"SQLite at {settings.sqlite_path.resolve()}" if settings.is_embedded else "PostgreSQL"
    return f"{kind}, schema {schema.expected()}."


async def _events(settings: Settings) -> str:
    bus = create_bus(settings)
    try:
        await bus.ping()
    finally:
        await bus.stop()
    return "through Redis." if settings.redis_url.get_secret_value() else "within this process."


async def _web_app(_settings: Settings) -> str:
    if not (STATIC / "index.html").is_file():
        raise FileNotFoundError("The browser app is not built: run `make web`.")
    return "built."
