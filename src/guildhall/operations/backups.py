"""Backing up: everything an installation needs, in one archive, while it runs.

The database first and the files second: a file is written before the row that names it, so every row of the archive
finds its file.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Literal

from guildhall import __version__
from guildhall.core.clock import now
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.operations import postgres
from guildhall.operations.archive import ArchiveError, Manifest, Writer, file_chunks, writing
from guildhall.operations.member_names import name_of

SQLITE_MEMBER = "sqlite/guildhall.db"
FILES = "files/"
KEY_FILE = "secret.key"
KEPT_FOLDER = "backups"  # where people may keep archives inside the data folder: neither stored nor replaced
_PEOPLES = FILES + "workspaces/"
_OWN = {"guildhall.lock", KEPT_FOLDER}


def create(settings: Settings, path: Path, *, keys: bool = True, replace: bool = False) -> Manifest:
    """Write an archive to `path`; the server may run. Raises `ArchiveError`, `OSError`.

    Without `keys` the archive holds no key that opens the secrets in it, if the keys are in the data folder.
    """
    if path.exists() and not replace:
        raise ArchiveError(f"{path} exists; choose another name, or replace it with --replace.")
    if not path.parent.is_dir():
        raise ArchiveError(f"There is no folder {path.parent.resolve()}.")
    with writing(path) as writer:
        manifest = _sqlite(settings, writer, path.parent) if settings.is_embedded else _postgresql(settings, writer)
        manifest.keys, manifest.key_ids = _keys(settings, keys), [kid for kid, _ in load_keyring(settings).keys]
        for file in _files(settings, path, keys=keys):
            name = FILES + name_of(PurePosixPath(file.relative_to(settings.data_dir)))
            try:
                with file.open("rb") as opened:
                    writer.add(name, file_chunks(opened))
            except (FileNotFoundError, NotADirectoryError):  # deleted since it was listed
                continue
            except PermissionError:
                if not name.startswith(_PEOPLES):
                    raise
                continue  # a program in a workspace locked it: that must not cost everybody the back-up
        writer.finish(manifest)
    return manifest.model_copy(update={"members": writer.members})


def _sqlite(settings: Settings, writer: Writer, folder: Path) -> Manifest:
    if not settings.sqlite_path.is_file():
        raise ArchiveError(f"There is no database at {settings.sqlite_path.resolve()}.")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".guildhall-backup-") as temporary:
        copy = Path(temporary) / "guildhall.db"
        try:
            revision, jobs_revision = _copy(settings.sqlite_path, copy)
        except sqlite3.Error as error:
            raise ArchiveError(f"The database could not be copied: {error}.") from None
        with copy.open("rb") as opened:
            writer.add(SQLITE_MEMBER, file_chunks(opened))
    return _manifest("sqlite", revision, jobs_revision)


def _copy(source: Path, copy: Path) -> tuple[str, int]:
    """Copy the database in one step, which sees one state of it and keeps nobody from writing; gives its revisions."""
    live = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=15)
    with closing(live), closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        return revisions_of(target)


def revisions_of(connection: sqlite3.Connection) -> tuple[str, int]:
    """The schema revisions of the product and of the job engine. Raises `ArchiveError` when it is no Guildhall."""
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    row = None
    if "alembic_version" in found:
        row = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()
    if row is None or row[0] is None:
        raise ArchiveError("The database is not one of Guildhall, or was never migrated.")
    jobs = 0
    if "dbos_migrations" in found:
        jobs = connection.execute("SELECT max(version) FROM dbos_migrations").fetchone()[0]
    return str(row[0]), int(jobs or 0)


def _postgresql(settings: Settings, writer: Writer) -> Manifest:
    with postgres.snapshot(settings) as snapshot:
        revision = snapshot.revision()
        if revision is None:
            raise ArchiveError("The database is not one of Guildhall, or was never migrated.")
        manifest = _manifest("postgresql", revision, snapshot.jobs_revision())
        manifest.tables = snapshot.store(writer)
        manifest.sequences = snapshot.sequences()
    return manifest


def _manifest(database: Literal["sqlite", "postgresql"], revision: str, jobs_revision: int) -> Manifest:
    return Manifest(
        format=1,
        version=__version__,
        created_at=now(),
        database=database,
        schema_revision=revision,
        jobs_revision=jobs_revision,
        keys="included",
        key_ids=[],
    )


def _keys(settings: Settings, wanted: bool) -> Literal["included", "left out", "in the settings"]:
    if settings.secret_keys.get_secret_value():
        return "in the settings"
    return "included" if wanted else "left out"


def _files(settings: Settings, archive: Path, *, keys: bool) -> Iterator[Path]:
    """Every regular file of the data folder that is not the database, a lock, a back-up or half-written."""
    database = settings.sqlite_path.resolve()
    beside = {database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")}
    for folder, folders, names in os.walk(settings.data_dir):
        here = Path(folder)
        is_top = here == settings.data_dir
        folders[:] = [name for name in folders if not (is_top and (name in _OWN or name.startswith(".")))]
        for name in sorted(names):
            file = here / name
            if is_top and (name in _OWN or name.startswith(".") or (name == KEY_FILE and not keys)):
                continue
            is_regular = file.is_file() and not file.is_symlink()
            if is_regular and file.resolve() not in beside and file.resolve() != archive.resolve():
                yield file
