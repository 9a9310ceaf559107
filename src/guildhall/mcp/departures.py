"""Departures: what somebody's copy of everything tells of their own MCP servers; the rows go with the account."""

from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.core.db import Session
from guildhall.mcp import queries

_PAGE = 200


async def servers_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """A person's own servers, up to 200 after this id; of secrets only the names."""
    rows = await queries.own_after(session, user_id, after=after, limit=_PAGE)
    fields = ("id", "name", "kind", "url", "command", "is_enabled", "created_at")
    return [{**{name: getattr(row, name) for name in fields}, "secrets": sorted(row.secrets_sealed)} for row in rows]
