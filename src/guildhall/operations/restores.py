"""Restoring a back-up: verify every byte first, prepare everything second, replace what is there last."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from guildhall.core import schema
from guildhall.core.folder import DataFolder
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.operations import postgres
from guildhall.operations.archive import ArchiveError, Manifest, Reader, reading
from guildhall.operations.backups import FILES, KEPT_FOLDER, KEY_FILE, SQLITE_MEMBER, revisions_of
from guildhall.operations.member_names import path_of
from guildhall.operations.placing import Placing

_LOCK = "guildhall.lock"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def verify(settings: Settings, path: Path) -> Manifest:
    """Read the whole archive and say what it is; nothing is changed. Raises `ArchiveError`."""
    with reading(path) as reader:
        _check(settings, reader)
        return reader.manifest


def restore(settings: Settings, path: Path, *, replace: bool = False) -> Manifest:
    """Make this installation what the archive holds, at this version's schema.

    Refuses what is not empty unless `replace`; when anything fails, all stays as it was. Raises `ArchiveError`,
    `FolderError`, `OSError`.
    """
    with reading(path) as reader:
        _check(settings, reader)
        folder = DataFolder(settings)
        folder.take()
        try:
            if settings.is_embedded:
                _restore_sqlite(settings, reader, replace=replace)
            else:
                _restore_postgresql(settings, reader, replace=replace)
        finally:
            folder.release()
        return reader.manifest


def missing_keys(settings: Settings, manifest: Manifest) -> list[str]:
    """The keys that the archive's secrets may need and this installation does not have."""
    have = {kid for kid, _ in load_keyring(settings).keys}
    return [kid for kid in manifest.key_ids if kid not in have]


def _check(settings: Settings, reader: Reader) -> None:
    manifest = reader.manifest
    wanted = "sqlite" if settings.is_embedded else "postgresql"
    if manifest.database != wanted:
        raise ArchiveError(
            f"The archive is of {_NAMES[manifest.database]}, and the settings name {_NAMES[wanted]};"
            " restore it where GUILDHALL_DATABASE_URL is of its kind."
        )
    if manifest.schema_revision > schema.expected():
        raise ArchiveError(
            f"The archive is of Guildhall {manifest.version} with schema {manifest.schema_revision}, newer than this"
            f" version's {schema.expected()}: restore it with that version or a newer one."
        )
    reader.verify()


def _restore_sqlite(settings: Settings, reader: Reader, *, replace: bool) -> None:
    database = settings.sqlite_path
    if not replace and (database.exists() or _occupied(settings, reader)):
        raise _not_empty(settings)
    with _placing(settings) as placing:
        copy = placing.prepared / "guildhall.db"
        _write(reader, SQLITE_MEMBER, copy)
        _check_sqlite(copy, reader.manifest)
        schema.upgrade(settings.model_copy(update={"database_url": f"sqlite:///{copy}"}))
        _settle(copy)
        _prepare_files(reader, placing)
        placing.clear([database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")])
        _put_files(settings, reader, placing)
        placing.put(copy, database)


def _restore_postgresql(settings: Settings, reader: Reader, *, replace: bool) -> None:
    with postgres.target(settings) as target, _placing(settings) as placing:
        target.refuse_if_busy()
        target.put_back()  # an earlier restore may have been cut off
        if not replace and (target.holds_a_guildhall() or _occupied(settings, reader)):
            raise _not_empty(settings)
        _prepare_files(reader, placing)
        target.set_aside()
        try:
            schema.upgrade(settings, reader.manifest.schema_revision)
            target.refuse_newer_jobs(reader.manifest.jobs_revision)
            target.fill(reader)
            schema.upgrade(settings)
            _put_files(settings, reader, placing)
        except BaseException:
            target.put_back()
            raise
        target.forget_aside()


@contextmanager
def _placing(settings: Settings) -> Iterator[Placing]:
    """A place to prepare files in; whatever was moved comes back when the block fails."""
    placing = Placing(settings.data_dir)
    try:
        yield placing
    except BaseException:
        placing.undo()
        raise
    finally:
        placing.close()


def _prepare_files(reader: Reader, placing: Placing) -> None:
    for member in reader.manifest.members:
        if member.name.startswith(FILES):
            _write(reader, member.name, placing.prepared / path_of(member.name))


def _put_files(settings: Settings, reader: Reader, placing: Placing) -> None:
    """Replace everything in the data folder but the lock, archives kept there, and keys that the archive has not."""
    kept = {_LOCK, KEPT_FOLDER, settings.sqlite_path.name}
    if not _holds_keys(reader):
        kept.add(KEY_FILE)
    placing.clear([place for place in settings.data_dir.iterdir() if not _stays(place, kept, reader)])
    files = placing.prepared / FILES
    for source in sorted(files.iterdir()) if files.is_dir() else []:
        placing.put(source, settings.data_dir / source.name)


def _occupied(settings: Settings, reader: Reader) -> bool:
    """Whether the data folder holds more than a key that was put there for this restore."""
    kept = {_LOCK, KEPT_FOLDER} | (set() if _holds_keys(reader) else {KEY_FILE})
    return not all(_stays(place, kept, reader) for place in settings.data_dir.iterdir())


def _holds_keys(reader: Reader) -> bool:
    return any(member.name == FILES + KEY_FILE for member in reader.manifest.members)


def _stays(place: Path, kept: set[str], reader: Reader) -> bool:
    is_ours = place.name.startswith((".restoring-", ".replaced-"))
    return is_ours or place.name in kept or place.resolve() == reader.path.resolve()


def _write(reader: Reader, name: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch(mode=0o600)
    with place.open("wb") as file:
        for chunk in reader.chunks(name):
            file.write(chunk)


def _check_sqlite(copy: Path, manifest: Manifest) -> None:
    try:
        with closing(sqlite3.connect(copy)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            found = revisions_of(connection)
    except sqlite3.Error as error:
        raise ArchiveError(f"The archive's database can't be read: {error}.") from None
    if verdict != "ok" or found[0] != manifest.schema_revision:
        raise ArchiveError("The archive's database is damaged.")


def _settle(copy: Path) -> None:
    """One file again, without a log beside it."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _not_empty(settings: Settings) -> ArchiveError:
    where = "the database and the data folder" if not settings.is_embedded else "the data folder"
    return ArchiveError(
        f"There is something in {where} already ({settings.data_dir.resolve()}); nothing was changed."
        " To replace all of it by the archive, add --replace."
    )
