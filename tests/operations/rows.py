"""Rows that fit a table, whatever its columns: what tests of back-ups and rotations fill the database with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Integer, LargeBinary, Table
from sqlalchemy.types import JSON

from guildhall.core.db import UtcDateTime

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def row_of(table: Table, number: int) -> dict[str, Any]:
    """The row of that number: different from every other, the same each time."""
    return {column.name: _value(column, number) for column in table.columns if not column.foreign_keys}


def _value(column: Any, number: int) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return _FIRST + timedelta(minutes=number)
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Integer | BigInteger):
        return number
    if isinstance(kind, Float):
        return float(number)
    if isinstance(kind, LargeBinary):
        return number.to_bytes(kind.length or 8, "big")
    if isinstance(kind, JSON) or hasattr(kind, "none_as_null"):
        return {"number": number}
    return f"{column.name[:3]}{number:04}"[-(getattr(kind, "length", None) or 100) :]
