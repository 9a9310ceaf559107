"""The tables of a PostgreSQL database, out of one snapshot and back in, through COPY.

COPY in its text form works between versions of PostgreSQL and needs no program beside this one. The tables themselves
are not stored: restoring makes them by this version's migrations and fills them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from psycopg import sql

from guildhall.core.settings import Settings
from guildhall.operations.archive import ArchiveError, Reader, Table, Writer

JOBS_SCHEMA = "dbos"
_ASIDE = "guildhall_set_aside"
_JOBS_ASIDE = "guildhall_set_aside_jobs"
_LOCK = 7_483_215_901  # any number that is ours: one restore at a time
_COPY_BUFFER = 1024 * 1024
_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname = %s ORDER BY c.relname"
)
_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
_REFERENCES = (
    "SELECT r.relname, t.relname FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid"
    " JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
    " WHERE k.contype = 'f' AND n.nspname = %s AND k.conrelid <> k.confrelid"
)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_PARTS: tuple[Literal["product", "jobs"], ...] = ("product", "jobs")


class Snapshot:
    """One consistent view of a database that goes on changing."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._schemas = _schemas(connection)

    def revision(self) -> str | None:
        """The product's schema revision; None where there is no Guildhall."""
        return _revision(self._connection, self._schemas["product"])

    def jobs_revision(self) -> int:
        """The job engine's schema revision."""
        return _jobs_revision(self._connection)

    def store(self, writer: Writer) -> list[Table]:
        """Every row of every table, into the archive."""
        tables = []
        for part in _PARTS:
            schema = self._schemas[part]
            for name in _tables(self._connection, schema):
                columns = _columns(self._connection, schema, name)
                count = sql.SQL("SELECT count(*) FROM {}").format(_table(schema, name))
                table = Table(part=part, name=name, columns=columns, rows=_value(self._connection, count))
                writer.add(table.member, self._rows(schema, table))
                tables.append(table)
        return tables

    def sequences(self) -> dict[str, int]:
        """Where the database's own counters stand, by `part.name`."""
        parts = {schema: part for part, schema in self._schemas.items()}
        statement = "SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE schemaname = ANY(%s)"
        rows = self._connection.execute(statement, [list(parts)]).fetchall()
        return {f"{parts[schema]}.{name}": last for schema, name, last in rows if last is not None}

    def _rows(self, schema: str, table: Table) -> Iterator[bytes]:
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_table(schema, table.name), _names(table.columns))
        waiting = bytearray()
        with self._connection.cursor().copy(statement) as copy:
            for row in copy:
                waiting += row
                if len(waiting) > _COPY_BUFFER:
                    yield bytes(waiting)
                    waiting.clear()
        yield bytes(waiting)


@contextmanager
def snapshot(settings: Settings) -> Iterator[Snapshot]:
    """The database as it is now, for as long as the block lasts; others write on meanwhile."""
    with _in_words(), _connect(settings) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield Snapshot(connection)
        connection.rollback()


class Target:
    """A database that is to be filled from an archive."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._schemas = _schemas(connection)

    def refuse_if_busy(self) -> None:
        """Raise `ArchiveError` while another process is connected, or another restore runs."""
        if not _value(self._connection, sql.SQL("SELECT pg_try_advisory_lock({})").format(sql.Literal(_LOCK))):
            raise ArchiveError("Another restore into this database is under way.")
        others = int(_value(self._connection, sql.SQL(_OTHERS)))
        if others:
            raise ArchiveError(
                f"The database has {others} other connection{'s' if others > 1 else ''}: stop every server and worker"
                " before you restore."
            )

    def holds_a_guildhall(self) -> bool:
        """Whether there is something that a restore would replace."""
        return _revision(self._connection, self._schemas["product"]) is not None

    def set_aside(self) -> None:
        """Move every table of the product and of the job engine out of the way, to come back should this fail."""
        product = self._schemas["product"]
        with self._connection.transaction():
            self._execute("CREATE SCHEMA {}", _ASIDE)
            self._move_tables(product, _ASIDE)
            if self._has_schema(JOBS_SCHEMA):
                self._execute("ALTER SCHEMA {} RENAME TO {}", JOBS_SCHEMA, _JOBS_ASIDE)

    def put_back(self) -> None:
        """Undo `set_aside`, if it was ever done: what has been made since then goes."""
        if not self._has_schema(_ASIDE):
            return
        product = self._schemas["product"]
        with self._connection.transaction():
            for name in _tables(self._connection, product):
                self._execute("DROP TABLE {}.{} CASCADE", product, name)
            self._move_tables(_ASIDE, product)
            self._execute("DROP SCHEMA {} CASCADE", _ASIDE)
            if self._has_schema(_JOBS_ASIDE):
                self._execute("DROP SCHEMA IF EXISTS {} CASCADE", JOBS_SCHEMA)
                self._execute("ALTER SCHEMA {} RENAME TO {}", _JOBS_ASIDE, JOBS_SCHEMA)

    def forget_aside(self) -> None:
        """Drop what was set aside: the restore has succeeded."""
        with self._connection.transaction():
            self._execute("DROP SCHEMA IF EXISTS {} CASCADE", _ASIDE)
            self._execute("DROP SCHEMA IF EXISTS {} CASCADE", _JOBS_ASIDE)

    def refuse_newer_jobs(self, revision: int) -> None:
        """Raise `ArchiveError` when the archive's jobs are of a job engine newer than this one's."""
        if revision > _jobs_revision(self._connection):
            raise ArchiveError("The archive's jobs are of a newer Guildhall: restore it with that version.")

    def fill(self, reader: Reader) -> None:
        """Replace the rows of every table by the archive's, in one transaction."""
        tables = [table for table in reader.manifest.tables if table.name not in {"alembic_version", "dbos_migrations"}]
        with self._connection.transaction():
            self._refuse_unknown(tables)
            names = sql.SQL(", ").join(_table(self._schemas[table.part], table.name) for table in tables)
            self._connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
            for table in self._in_order(tables):
                self._copy(reader, table)
            for name, last in reader.manifest.sequences.items():
                part, _, sequence = name.partition(".")
                place = _table(self._schemas[part], sequence).as_string(self._connection)
                self._connection.execute("SELECT setval(%s::regclass, %s)", [place, last])

    def _copy(self, reader: Reader, table: Table) -> None:
        place = _table(self._schemas[table.part], table.name)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(place, _names(table.columns))
        with self._connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for chunk in reader.chunks(table.member):
                    copy.write(chunk)
            if cursor.rowcount != table.rows:
                raise ArchiveError(f"The table {table.name} came back with {cursor.rowcount} of {table.rows} rows.")

    def _refuse_unknown(self, tables: list[Table]) -> None:
        for table in tables:
            known = set(_columns(self._connection, self._schemas[table.part], table.name))
            if not known or not set(table.columns) <= known:
                raise ArchiveError(f"The archive holds a table {table.name} that this version does not know.")

    def _in_order(self, tables: list[Table]) -> list[Table]:
        """Tables after those they refer to."""
        needs: dict[str, set[str]] = {}
        for part in _PARTS:
            for name, other in self._connection.execute(_REFERENCES, [self._schemas[part]]).fetchall():
                needs.setdefault(f"{part}.{name}", set()).add(f"{part}.{other}")
        waiting = {f"{table.part}.{table.name}": table for table in tables}
        ordered: list[Table] = []
        while waiting:
            ready = [name for name in waiting if not needs.get(name, set()) & set(waiting)]
            if not ready:
                raise ArchiveError("Tables refer to each other in a circle: this archive can't be restored.")
            ordered += [waiting.pop(name) for name in ready]
        return ordered

    def _move_tables(self, source: str, target: str) -> None:
        for name in _tables(self._connection, source):
            self._execute("ALTER TABLE {}.{} SET SCHEMA {}", source, name, target)

    def _has_schema(self, name: str) -> bool:
        return self._connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name]).fetchone() is not None

    def _execute(self, statement: str, *names: str) -> None:
        self._connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


@contextmanager
def target(settings: Settings) -> Iterator[Target]:
    """The database that is to be filled."""
    with _in_words(), _connect(settings) as connection:
        connection.autocommit = True
        yield Target(connection)


def _connect(settings: Settings) -> psycopg.Connection:
    return psycopg.connect(settings.database_url, connect_timeout=10, application_name="guildhall")


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what the database refused in one sentence, without the row it was about."""
    try:
        yield
    except psycopg.Error as error:
        reason = error.diag.message_primary or " ".join(str(error).split())
        raise ArchiveError(f"The database refused: {reason.rstrip('.')}.") from None


def _schemas(connection: psycopg.Connection) -> dict[str, str]:
    return {"product": str(_value(connection, sql.SQL("SELECT current_schema()"))), "jobs": JOBS_SCHEMA}


def _revision(connection: psycopg.Connection, schema: str) -> str | None:
    if "alembic_version" not in _tables(connection, schema):
        return None
    statement = sql.SQL("SELECT max(version_num) FROM {}").format(_table(schema, "alembic_version"))
    found = _value(connection, statement)
    return None if found is None else str(found)


def _jobs_revision(connection: psycopg.Connection) -> int:
    found = _table(JOBS_SCHEMA, "dbos_migrations")
    return int(_value(connection, sql.SQL("SELECT max(version) FROM {}").format(found)) or 0)


def _tables(connection: psycopg.Connection, schema: str) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES, [schema]).fetchall()]


def _columns(connection: psycopg.Connection, schema: str, name: str) -> list[str]:
    if name not in _tables(connection, schema):
        return []
    place = _table(schema, name).as_string(connection)
    return [column for (column,) in connection.execute(_COLUMNS, [place]).fetchall()]


def _value(connection: psycopg.Connection, statement: sql.SQL | sql.Composed) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _table(schema: str, name: str) -> sql.Identifier:
    return sql.Identifier(schema, name)


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns)
