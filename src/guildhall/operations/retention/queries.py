"""SQL of retention: counting, sampling and removing old rows of any table, and giving the space back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from guildhall.core.db import Session, UtcDateTime
from guildhall.core.tables import Event
from guildhall.operations.retention.kinds import Amount, RetentionKind

_SAMPLE = 200
_ROW_OVERHEAD = 24  # headers and the key's place in an index, roughly, in either database
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
Age = InstrumentedAttribute[Any]
Farewell = Callable[[Session, str], Awaitable[None]]


async def _nothing(_session: Session, _key: str) -> None:
    """What most rows need before they go."""


def kind_of(
    name: str,
    age: Age,
    *,
    where: ColumnElement[bool] | None = None,
    farewell: Farewell = _nothing,
    unit: timedelta = MICROSECOND,
) -> RetentionKind:
    """A kind made of a table's rows: `age` is the column that tells how old one is, a time or `unit`s since 1970.

    Rows whose age is NULL stay, and so do those that `where` leaves out. `farewell(session, key)` is called for each
    row before it goes.
    """
    table = cast("Table", age.class_.__table__)
    column = table.c[age.key]
    chosen = column.is_not(None) if where is None else and_(column.is_not(None), where)

    def older(before: datetime | None) -> ColumnElement[bool]:
        return chosen if before is None else and_(chosen, column < _stored(column, before, unit))

    async def measure(session: Session, before: datetime | None) -> Amount:
        rows, oldest = (await session.execute(select(func.count(), func.min(column)).where(older(before)))).one()
        sample = (await session.execute(select(table).where(older(before)).limit(_SAMPLE))).mappings().all()
        return Amount(rows, int(rows * _mean_bytes(sample)), _moment(oldest, unit))

    async def remove(session: Session, before: datetime, limit: int) -> int:
        key = list(table.primary_key.columns)
        oldest = select(*key).where(older(before)).limit(limit)
        found = (await session.execute(oldest)).all()
        if not found:
            return 0
        for row in found:
            await farewell(session, str(row[0]))
        await session.execute(delete(table).where(tuple_(*key).in_([tuple(row) for row in found]), older(before)))
        return len(found)

    return RetentionKind(name, measure, remove)


async def old_events(session: Session, before: datetime, limit: int) -> Sequence[tuple[str, int]]:
    """Some events older than `before`, as (stream, number). In no order: both databases meet the oldest first."""
    statement = select(Event.stream, Event.seq).where(Event.at < before).limit(limit)
    return [(stream, seq) for stream, seq in (await session.execute(statement)).all()]


async def give_space_back(session: Session, pages: int) -> bool:
    """Return up to `pages` free pages of SQLite's file to the disk; whether there are more. PostgreSQL does it itself:
    its autovacuum makes the space free for new rows."""
    if session.get_bind().dialect.name != "sqlite":
        return False
    connection = await session.connection()
    for _ in range(pages):  # each step of this PRAGMA gives one page back, and the driver takes one step
        await connection.exec_driver_sql("PRAGMA incremental_vacuum(1)")
    free = (await session.execute(text("PRAGMA freelist_count"))).scalar_one()
    vacuums = (await session.execute(text("PRAGMA auto_vacuum"))).scalar_one()
    return bool(vacuums == 2 and free > 0)


def _stored(column: Any, moment: datetime, unit: timedelta) -> datetime | int:
    return moment if isinstance(column.type, UtcDateTime) else (moment - _EPOCH) // unit


def _moment(stored: datetime | int | None, unit: timedelta) -> datetime | None:
    return _EPOCH + stored * unit if isinstance(stored, int) else stored


def _mean_bytes(sample: Sequence[Mapping[Any, Any]]) -> float:
    if not sample:
        return 0.0
    sizes = [_ROW_OVERHEAD + sum(len(str(value)) for value in row.values() if value is not None) for row in sample]
    return sum(sizes) / len(sizes)
