"""SQL of the edge: storing calls, and what they add up to."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Table, delete, func, select

from guildhall.core.db import Session
from guildhall.edge.call import AttemptRow, CallRow
from guildhall.edge.tables import Call, CallAttempt, CallStat, CallSum, CallTime
from guildhall.edge.tally import StatRow, SumRow, TimeRow

# SQLite lets go of Python's lock for each statement it steps through, and taking it back disturbs the calls under way.
_SQLITE_ROWS = 100


async def add_calls(session: Session, rows: Sequence[CallRow]) -> None:
    """Store a batch, passing over rows that are there already, so that a batch may be stored twice.

    The statements go to the driver as they are: SQLAlchemy's own handling of parameters would cost five times more.
    """
    connection = await session.connection()
    dialect = connection.dialect.name
    many = len(rows) - len(rows) % _SQLITE_ROWS if dialect == "sqlite" else 0
    if many:
        groups = [tuple(chain.from_iterable(rows[at : at + _SQLITE_ROWS])) for at in range(0, many, _SQLITE_ROWS)]
        await connection.exec_driver_sql(_insert(dialect, _SQLITE_ROWS), cast("Any", groups))
    if many < len(rows):
        await connection.exec_driver_sql(_insert(dialect, 1), cast("Any", list(rows[many:])))


def _insert(dialect: str, rows: int) -> str:
    return insertion(dialect, cast("Table", Call.__table__), rows)


@cache
def insertion(dialect: str, table: Table, rows: int = 1) -> str:
    """The statement that stores so many rows of a table, in the order of its columns, and passes over those it has."""
    columns = ", ".join(column.name for column in table.columns)
    if dialect == "postgresql":
        places = ", ".join(f"${place}" for place in range(1, len(table.columns) + 1))
    else:
        places = ", ".join("?" * len(table.columns))
    values = ", ".join([f"({places})"] * rows)
    return f"INSERT INTO {table.name} ({columns}) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608 - our names


async def add_attempts(session: Session, rows: Sequence[AttemptRow]) -> None:
    """Store failed attempts in the transaction of their calls, passing over those that are there already."""
    if rows:
        connection = await session.connection()
        statement = insertion(connection.dialect.name, cast("Table", CallAttempt.__table__))
        await connection.exec_driver_sql(statement, cast("Any", list(rows)))


async def stored_calls(session: Session, ids: Sequence[str]) -> set[str]:
    """Which of these calls are stored."""
    return set((await session.scalars(select(Call.id).where(Call.id.in_(ids)))).all())


async def add_sums(session: Session, rows: Sequence[SumRow]) -> None:
    """Add to the sums of periods, in the transaction of the calls that they sum up."""
    await _add(session, CallSum.__table__, rows)


async def add_stats(session: Session, rows: Sequence[StatRow]) -> None:
    """Add to the statistics of hours, in the transaction of the calls that they are about."""
    await _add(session, CallStat.__table__, rows)


async def add_times(session: Session, rows: Sequence[TimeRow]) -> None:
    """Add to the histograms of hours, likewise."""
    await _add(session, CallTime.__table__, rows)


async def sums_by_channel(session: Session, *, period: int, since: int) -> Sequence[tuple[str, int, int]]:
    """(channel, calls, errors) of the periods that begin at `since` or later."""
    statement = (
        select(CallSum.channel_id, func.sum(CallSum.calls), func.sum(CallSum.errors))
        .where(CallSum.period == period, CallSum.starts >= since)
        .group_by(CallSum.channel_id)
    )
    return [(channel, int(calls), int(errors)) for channel, calls, errors in await session.execute(statement)]


async def sums_by_step(
    session: Session, *, period: int, since: int, until: int, step: int
) -> Sequence[tuple[int, int, int, int, int, int, int, int, int]]:
    """(start, calls, errors, refused, input tokens, output tokens, microseconds, cost, unpriced calls) of each step in
    order of time."""
    start = CallSum.starts - CallSum.starts % step
    columns = (
        CallSum.calls,
        CallSum.errors,
        CallSum.refused,
        CallSum.input_tokens,
        CallSum.output_tokens,
        CallSum.total_us,
        CallSum.cost_nano,
        CallSum.unpriced,
    )
    statement = (
        select(start, *(func.sum(column) for column in columns))
        .where(CallSum.period == period, CallSum.starts >= since, CallSum.starts < until)
        .group_by(start)
        .order_by(start)
    )
    return [cast("Any", tuple(int(value) for value in row)) for row in await session.execute(statement)]


async def used(session: Session, subject: str, *, since: int) -> tuple[int, int]:
    """(cost in nano-units, tokens) of the calls of `key:…` or `user:…` in the hours from `since` on."""
    kind, _, name = subject.partition(":")
    owner = CallStat.key_id if kind == "key" else CallStat.user_id
    tokens = CallStat.input_tokens + CallStat.output_tokens
    statement = select(func.sum(CallStat.cost_nano), func.sum(tokens)).where(owner == name, CallStat.hour >= since)
    cost, total = (await session.execute(statement)).one()
    return int(cost or 0), int(total or 0)


async def trim_sums(session: Session, *, period: int, before: int) -> None:
    """Forget periods that began before then."""
    await session.execute(delete(CallSum).where(CallSum.period == period, CallSum.starts < before))


async def _add(session: Session, table: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection = await session.connection()
        await connection.exec_driver_sql(_addition(connection.dialect.name, table), cast("Any", list(rows)))


@cache
def _addition(dialect: str, table: Table) -> str:
    """A row is new, or its figures are added to the one of the same key."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    places = ", ".join(f"${place}" if dialect == "postgresql" else "?" for place in range(1, len(names) + 1))
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in names if name not in keys)
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our names
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )
