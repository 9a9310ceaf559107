"""Cursors of lists: the sort values of the last row shown, in base64, so that a page goes on where the last ended."""

import base64
from datetime import UTC, datetime
from typing import Any

import orjson

from guildhall.core.errors import BadRequestError


def cursor_of(values: list[Any]) -> str:
    """The cursor that goes on after a row with these sort values: whole numbers, text or moments."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


def position_of(cursor: str, *kinds: type) -> list[Any]:
    """The sort values in a cursor, one of each kind (int, str, datetime). Raises `BadRequestError`."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError):
        raise BadRequestError("invalid_cursor", "The cursor is not one that this list gave out.") from None


def _value(value: Any, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(UTC)
    is_storable = -(2**63) <= value < 2**63 if isinstance(value, int) else "\x00" not in value
    if type(value) is not kind or not is_storable:
        raise ValueError("not a value of this kind")
    return value
