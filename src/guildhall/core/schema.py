"""The database schema: one numbered line of migrations, and the guard that refuses any other state.

The guard runs at every start, so it reads numbers only; the migration tool is loaded where a migration runs.
"""

import importlib
import pkgutil
import sqlite3
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import guildhall
from guildhall.core import queries
from guildhall.core.db import Database, blocking_url, in_words
from guildhall.core.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config


class SchemaError(RuntimeError):
    """The database's schema is not the one this version needs; the message names the command to run."""


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the schema to this version's, the job engine's tables included; blocking, safe to run again.

    An earlier `revision` is for a restore, which fills the tables before it goes on to the newest.
    """
    from alembic import command

    from guildhall.core import jobs

    if settings.is_embedded:
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
        _let_files_shrink(settings.sqlite_path)
    with in_words():
        command.upgrade(_config(settings), revision)
        jobs.upgrade(settings)


def _let_files_shrink(path: Path) -> None:
    """Have SQLite keep track of free pages, so that they can be given back to the disk a few at a time.

    A file made before this is written anew, once; where there is no room for that, it stays as it is.
    """
    with closing(sqlite3.connect(path, timeout=15)) as connection, suppress(sqlite3.OperationalError):
        if connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 0:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("VACUUM")


def downgrade(settings: Settings, revision: str) -> None:
    """Take the schema back to a revision (`base` drops everything); blocking, loses what newer tables hold."""
    from alembic import command

    command.downgrade(_config(settings), revision)


def load_tables() -> None:
    """Load every module of tables of the product, so that `core.db.Base` knows all of them."""
    for module in pkgutil.walk_packages(guildhall.__path__, "guildhall."):
        if module.name.endswith((".tables", "_tables")):
            importlib.import_module(module.name)


def expected() -> str:
    """The revision this version needs: the highest number among the migrations."""
    found = (files("guildhall") / "migrations" / "versions").iterdir()
    return max(file.name[:4] for file in found if file.name.endswith(".py"))


async def is_older(db: Database) -> bool:
    """Whether the database waits for a migration."""
    found = await _found(db)
    return found is None or found < expected()


async def check(db: Database) -> None:
    """Raise `SchemaError` unless the database is at exactly this version's revision."""
    found, wanted = await _found(db), expected()
    if found == wanted:
        return
    if found is None or found < wanted:
        raise SchemaError(
            f"The database is at schema {found or 'none'}, this version needs {wanted}: run `guildhall migrate`."
        )
    raise SchemaError(f"The database is at schema {found}, newer than this version's {wanted}: run a newer Guildhall.")


async def _found(db: Database) -> str | None:
    async with db.read() as session:
        return await queries.schema_revision(session)


def _config(settings: Settings) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("guildhall") / "migrations"))
    config.attributes["url"] = blocking_url(settings)
    return config
