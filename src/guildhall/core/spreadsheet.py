"""Spreadsheets: lists as CSV that Excel opens in the right encoding and in which no cell is a formula."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


async def csv_of(header: Sequence[str], pages: AsyncIterable[Iterable[Sequence[Any]]]) -> AsyncIterator[bytes]:
    """The file piece by piece: never more than one page of it is in memory."""
    yield BOM.encode() + lines_of([header])
    async for page in pages:
        yield lines_of(page)


def lines_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as lines of the file, in UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([cell_of(value) for value in row] for row in rows)
    return text.getvalue().encode(errors="replace")


def cell_of(value: Any) -> str:
    """`value` as text that a spreadsheet takes for text."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
