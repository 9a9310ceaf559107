"""SQL on the columns that hold secrets."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, tuple_, update

from guildhall.core.db import Base, Session
from guildhall.operations.secrets.places import Place


async def rows_of(
    session: Session, place: Place, after: Sequence[Any] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """The next rows with a secret, in the order of their keys."""
    return await _found(session, _rows(place, after, limit))


async def held_rows_of(
    session: Session, place: Place, after: Sequence[Any] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """The same, held until commit: nobody's newer value may be lost."""
    return await _found(session, _rows(place, after, limit).with_for_update())


async def _found(session: Session, statement: Select[Any]) -> list[dict[str, Any]]:
    rows = (await session.execute(statement)).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def _rows(place: Place, after: Sequence[Any] | None, limit: int) -> Select[Any]:
    table = Base.metadata.tables[place.table]
    key = tuple_(*table.primary_key.columns)
    statement = select(table).where(table.c[place.column].is_not(None))
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return statement.order_by(*table.primary_key.columns).limit(limit)


def key_of(place: Place, row: Mapping[str, Any]) -> list[Any]:
    """Where a row stands in that order."""
    return [row[column.name] for column in Base.metadata.tables[place.table].primary_key.columns]


async def replace(session: Session, place: Place, row: Mapping[str, Any], value: Any) -> None:
    """Store the same secret under another key."""
    table = Base.metadata.tables[place.table]
    same = [column == row[column.name] for column in table.primary_key.columns]
    await session.execute(update(table).where(*same).values({place.column: value}))
