"""SQL of the edge: storing calls."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Table

from guildhall.core.db import Session
from guildhall.edge.call import CallRow
from guildhall.edge.tables import Call

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


@cache
def _insert(dialect: str, rows: int) -> str:
    table = cast("Table", Call.__table__)
    columns = ", ".join(column.name for column in table.columns)
    if dialect == "postgresql":
        places = ", ".join(f"${place}" for place in range(1, len(table.columns) + 1))
    else:
        places = ", ".join("?" * len(table.columns))
    values = ", ".join([f"({places})"] * rows)
    return f"INSERT INTO {table.name} ({columns}) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608 - our names
