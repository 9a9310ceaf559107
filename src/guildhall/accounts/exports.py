"""Exports: everything the hall keeps about one person, as one JSON document, read and sent a page at a time.

No transaction is open while bytes go out: a slow reader keeps nobody waiting.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson

from guildhall.accounts import export_queries
from guildhall.accounts.tables import User
from guildhall.core.clock import now
from guildhall.core.db import Database, Session

PAGE = 200
# One page of what a floor keeps about somebody: (session, user id, id to go on after) → rows with an `id`, in order of
# it. Fewer than `PAGE` rows are the last.
Part = Callable[[Session, str, str], Awaitable[Sequence[Mapping[str, Any]]]]


async def stream(db: Database, user: User, parts: Mapping[str, Part]) -> AsyncIterator[bytes]:
    """The document, piece by piece: the account, then one list for each part."""
    account = {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "created_at": user.created_at,
        "has_picture": user.avatar is not None,
    }
    yield b'{"exported_at":' + orjson.dumps(now()) + b',"account":' + orjson.dumps(account)
    for name, part in {**_OWN, **parts}.items():
        yield b",\n" + orjson.dumps(name) + b":["
        after, separator = "", b"\n"
        while True:
            async with db.read() as session:
                rows = await part(session, user.id, after)
            for row in rows:
                yield separator + orjson.dumps(row)
                separator = b",\n"
            if len(rows) < PAGE:
                break
            after = str(rows[-1]["id"])
        yield b"]"
    yield b"}\n"


async def _sign_ins(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    fields = ("id", "address", "device", "created_at", "last_used_at", "revoked_at")
    return [_of(row, fields) for row in await export_queries.sign_ins(session, user_id, after=after, limit=PAGE)]


async def _keys(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    fields = ("id", "name", "prefix", "scopes", "allowed_addresses", "created_at", "expires_at", "last_used_at")
    rows = await export_queries.keys(session, user_id, after=after, limit=PAGE)
    return [_of(row, (*fields, "revoked_at")) for row in rows]


async def _notifications(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    fields = ("id", "kind", "title", "body", "link", "created_at", "read_at")
    return [_of(row, fields) for row in await export_queries.notifications(session, user_id, after=after, limit=PAGE)]


async def _actions(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    fields = ("id", "at", "action", "target", "address", "before", "after")
    return [_of(row, fields) for row in await export_queries.actions(session, user_id, after=after, limit=PAGE)]


def _of(row: Any, fields: Sequence[str]) -> Mapping[str, Any]:
    return {field: getattr(row, field) for field in fields}


_OWN: Mapping[str, Part] = {
    "sign_ins": _sign_ins,
    "api_keys": _keys,
    "notifications": _notifications,
    "actions": _actions,
}
