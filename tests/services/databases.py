"""Settings for either mode, each with a migrated database, a data folder and (scaled) a Valkey of its own.

The servers start when first asked for and live as long as the test session. Migrating happens once a mode: every other
database is a copy.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from guildhall.core import schema
from guildhall.core.settings import Settings
from tests.services import postgres, valkey

Mode = Literal["embedded", "scaled"]
MODES: tuple[Mode, ...] = ("embedded", "scaled")


class Databases:
    """Gives out settings; close it to stop every server."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._root = Path(self._stack.enter_context(_folder()))
        self._sqlite_template: Path | None = None
        self._server: str | None = None
        self._database_template: str | None = None

    def close(self) -> None:
        """Stop what was started and remove every folder."""
        self._stack.close()

    @contextlib.contextmanager
    def settings(self, mode: Mode, **overrides: Any) -> Iterator[Settings]:
        """Settings of a fresh product in that mode; `overrides` win. All is gone at the end of the block."""
        with contextlib.ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(dir=self._root))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            values: dict[str, Any] = {"data_dir": folder / "data"}
            values["data_dir"].mkdir()
            if mode == "embedded":
                shutil.copy(self._migrated_file(), values["data_dir"] / "guildhall.db")
            else:
                server = self._postgres()
                values["database_url"] = stack.enter_context(postgres.database(server, self._migrated_database()))
                values["redis_url"] = stack.enter_context(valkey.server(folder))
            yield make_settings(**values | overrides)

    def _migrated_file(self) -> Path:
        if self._sqlite_template is None:
            template = make_settings(data_dir=self._root / "template")
            schema.upgrade(template)
            self._sqlite_template = template.sqlite_path
        return self._sqlite_template

    def _postgres(self) -> str:
        if self._server is None:
            self._server = self._stack.enter_context(postgres.server(self._root))
        return self._server

    def _migrated_database(self) -> str:
        """The name of a migrated database that others are copied from."""
        if self._database_template is None:
            url = self._stack.enter_context(postgres.database(self._postgres()))
            schema.upgrade(make_settings(data_dir=self._root / "template", database_url=url))
            self._database_template = url.rsplit("/", 1)[1]
        return self._database_template


def make_settings(**values: Any) -> Settings:
    """Settings from `values` and defaults alone: neither `.env` nor the environment of this shell counts."""
    return Settings(_env_file=None, **values)


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """A folder that PostgreSQL can reach into when it runs as nobody."""
    folder = tempfile.mkdtemp(prefix="guildhall-tests-")
    Path(folder).chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
