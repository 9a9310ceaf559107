"""Cursors of lists: the sort values of the last row shown, in base64, so that a page goes on where the last ended."""

import base64
from typing import Any

import orjson

from guildhall.core.errors import BadRequestError


def cursor_of(values: list[Any]) -> str:
    """The cursor that goes on after a row with these sort values."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


def position_of(cursor: str, *kinds: type) -> list[Any]:
    """The sort values in a cursor, one of each kind. Raises `BadRequestError`."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise BadRequestError("invalid_cursor", "The cursor is not one that this list gave out.")
    return values
