"""The database behind two context managers, `read()` and `write()`, the same on SQLite and PostgreSQL.

SQLite has one writer connection (`BEGIN IMMEDIATE`) and a few readers: with more writers, or with deferred begins,
updates are lost or fail at once under concurrency. PostgreSQL has one pool. Reads see one snapshot in both modes.
Never wait for the network or hash a password inside `write()`: on SQLite it holds the only writer.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from socket import gaierror
from typing import Any

import orjson
from sqlalchemy import JSON, DateTime, MetaData, String, TypeDecorator, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.engine import Engine as Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import QueuePool

from guildhall.core.errors import UnavailableError
from guildhall.core.ids import ID_LENGTH
from guildhall.core.settings import Settings

Session = AsyncSession
Conflict = IntegrityError  # a unique or foreign key said no
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = String(ID_LENGTH)


class Base(DeclarativeBase):
    """Mother of every table; the naming convention lets migrations name what they drop."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware and in UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Engines and sessions of one process. Nothing connects before first use."""

    def __init__(self, settings: Settings, *, info: dict[str, Any] | None = None) -> None:
        """`info` is carried by every session: how `core.events` finds the bus."""
        if settings.is_embedded:
            settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
            url = f"sqlite+aiosqlite:///{settings.sqlite_path}"
            self.writer = _sqlite_engine(url, pool_size=1, begin="BEGIN IMMEDIATE", query_only=False)
            self.reader = _sqlite_engine(url, pool_size=5, begin="BEGIN", query_only=True)
        else:
            url = settings.database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
            self.writer = _engine(url, pool_size=20, max_overflow=10, pool_pre_ping=True)
            self.reader = self.writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writes = async_sessionmaker(self.writer, expire_on_commit=False, info=info or {})
        self._reads = async_sessionmaker(self.reader, expire_on_commit=False, info=info or {})

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        """One transaction that commits at the end; what `after_commit` collected runs once it has.

        Raises `UnavailableError` when the database is locked, read-only, full or away.
        """
        with in_words():
            async with self._writes() as session, session.begin():
                yield session
        for call in session.info.get("after_commit", ()):
            call()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """One snapshot that nothing can be written through. Raises `UnavailableError`."""
        with in_words():
            async with self._reads() as session:
                yield session

    async def ping(self) -> None:
        """Raise `UnavailableError` unless the database can be written to."""
        async with self.write() as session:
            await session.execute(text("SELECT 1"))

    def connections(self) -> int:
        """How many connections are in use now."""
        pools = {engine.sync_engine.pool for engine in (self.writer, self.reader)}
        return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))

    async def close(self) -> None:
        """Give every connection back."""
        await self.writer.dispose()
        await self.reader.dispose()


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` once the transaction of `session` has committed, and not if it rolls back."""
    session.info.setdefault("after_commit", []).append(call)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn the database's refusals into `UnavailableError`s; what is wrong with a statement stays as it is."""
    try:
        yield
    except DBAPIError as error:
        if _is_refusal(error):
            raise _refusal(str(error.orig).lower()) from error
        raise
    except (ConnectionError, gaierror, PoolTimeoutError) as error:
        raise _refusal(str(error).lower()) from error


def _is_refusal(error: DBAPIError) -> bool:
    """Whether the database could not serve us, rather than did not like the statement."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    # PostgreSQL: connection lost, out of resources, shutting down, read-only, deadlock.
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return state.startswith(("08", "40", "53", "57")) or state == "25006"


def _refusal(reason: str) -> UnavailableError:
    if "readonly" in reason or "read-only" in reason:
        return UnavailableError("database_read_only", "The database cannot be written to.")
    if "locked" in reason or "queuepool" in reason or "deadlock" in reason or "serialize" in reason:
        return UnavailableError("database_busy", "The database is busy; try again in a moment.")
    if "full" in reason:
        return UnavailableError("disk_full", "The disk that holds the database is full.")
    return UnavailableError("database_unavailable", "The database does not answer; try again in a moment.")


def _engine(url: str, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,  # errors and logs must not hold digests or people's words
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        **options,
    )


# What goes to the driver as it is may hold booleans, which it would ask for an adapter in vain, each time anew.
sqlite3.register_adapter(bool, int)


def _sqlite_engine(url: str, *, pool_size: int, begin: str, query_only: bool) -> AsyncEngine:
    engine = _engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=15000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def blocking_url(settings: Settings) -> str:
    """The database's address for tools that block: migrations and the job engine."""
    if settings.is_embedded:
        return f"sqlite:///{settings.sqlite_path}"
    return settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)


def blocking_engine(settings: Settings) -> Engine:
    """An engine for the job engine's own threads, on the same database."""
    url = blocking_url(settings)
    if not settings.is_embedded:
        return create_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=15000")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine
