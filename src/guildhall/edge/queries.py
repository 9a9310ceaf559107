"""SQL of the edge: storing calls."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table

from guildhall.core.db import Session
from guildhall.edge.call import CallRow
from guildhall.edge.tables import Call


async def add_calls(session: Session, rows: Sequence[CallRow]) -> None:
    """Store a batch, passing over rows that are there already, so that a batch may be stored twice.

    The statement goes to the driver as it is: SQLAlchemy's own handling of parameters would cost five times more.
    """
    connection = await session.connection()
    await connection.exec_driver_sql(_insert(connection.dialect.name), cast("Any", list(rows)))


@cache
def _insert(dialect: str) -> str:
    table = cast("Table", Call.__table__)
    columns = ", ".join(column.name for column in table.columns)
    if dialect == "postgresql":
        places = ", ".join(f"${place}" for place in range(1, len(table.columns) + 1))
    else:
        places = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - our names
