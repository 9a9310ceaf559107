"""The database schema: one numbered line of migrations, and the guard that refuses any other state."""

import importlib.resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from guildhall.core import jobs
from guildhall.core.db import Database, blocking_url, run_sync
from guildhall.core.settings import Settings


class SchemaError(RuntimeError):
    """The database's schema is not the one this version needs; the message names the command to run."""


def _config(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("guildhall") / "migrations"))
    config.attributes["url"] = blocking_url(settings)
    return config


def upgrade(settings: Settings) -> None:
    """Bring the schema to this version's, the job engine's tables included; blocking, safe to run again."""
    if settings.is_embedded:
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(settings), "head")
    jobs.upgrade(settings)


def downgrade(settings: Settings, revision: str) -> None:
    """Take the schema back to a revision (`base` drops everything); blocking, loses what newer tables hold."""
    command.downgrade(_config(settings), revision)


def expected(settings: Settings) -> str:
    """The revision this version needs."""
    return ScriptDirectory.from_config(_config(settings)).get_current_head() or ""


async def check(settings: Settings, db: Database) -> None:
    """Raise `SchemaError` unless the database is at exactly this version's revision."""
    found = await run_sync(db, lambda connection: MigrationContext.configure(connection).get_current_revision())
    wanted = expected(settings)
    if found == wanted:
        return
    if found is None or found < wanted:
        raise SchemaError(
            f"The database is at schema {found or 'none'}, this version needs {wanted}: run `guildhall migrate`."
        )
    raise SchemaError(f"The database is at schema {found}, newer than this version's {wanted}: run a newer Guildhall.")
