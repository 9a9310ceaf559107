"""Statements on MCP servers. The owner is an argument wherever a person asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select, update

from guildhall.core.db import Session
from guildhall.mcp.tables import HALL, McpServer


async def add(session: Session, row: McpServer) -> None:
    """Insert a server now."""
    session.add(row)
    await session.flush()


async def servers_for(session: Session, user_id: str) -> Sequence[McpServer]:
    """The hall's, then this person's own; by name in each."""
    statement = select(McpServer).where(or_(McpServer.scope == HALL, McpServer.scope == user_id))
    found = (await session.scalars(statement.order_by(McpServer.name))).all()
    return sorted(found, key=lambda row: row.scope != HALL)


async def server_for(session: Session, user_id: str, server_id: str) -> McpServer | None:
    """One that this person can see."""
    statement = select(McpServer).where(
        McpServer.id == server_id, or_(McpServer.scope == HALL, McpServer.scope == user_id)
    )
    return (await session.scalars(statement)).one_or_none()


async def has_name(session: Session, scopes: Sequence[str], name: str) -> bool:
    """Whether there is one of this name."""
    statement = select(McpServer.id).where(McpServer.scope.in_(scopes), McpServer.name == name).limit(1)
    return (await session.execute(statement)).first() is not None


async def count(session: Session, scope: str) -> int:
    """How many there are."""
    return int((await session.execute(select(func.count()).where(McpServer.scope == scope))).scalar_one())


async def remove(session: Session, row: McpServer) -> None:
    """Forget a server."""
    await session.delete(row)
    await session.flush()


async def note(session: Session, server_id: str, values: Mapping[str, Any]) -> None:
    """Keep what came of the last attempt to use it."""
    await session.execute(update(McpServer).where(McpServer.id == server_id).values(**values))


async def own_after(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[McpServer]:
    """A person's own servers, for their copy of everything."""
    statement = select(McpServer).where(McpServer.user_id == user_id, McpServer.id > after)
    return (await session.scalars(statement.order_by(McpServer.id).limit(limit))).all()
