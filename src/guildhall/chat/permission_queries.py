"""Statements on permissions and rules. The owner is an argument wherever a person asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update

from guildhall.chat.tables import ChatSession, PermissionRow, RuleRow
from guildhall.core.db import Session


async def add(session: Session, row: PermissionRow | RuleRow) -> None:
    """Insert a row now."""
    session.add(row)
    await session.flush()


async def by_call(session: Session, turn_id: str, tool_call_id: str) -> PermissionRow | None:
    """What was asked about a tool call."""
    statement = select(PermissionRow).where(
        PermissionRow.turn_id == turn_id, PermissionRow.tool_call_id == tool_call_id
    )
    return (await session.scalars(statement)).one_or_none()


async def permission_of(session: Session, owner: str, permission_id: str) -> PermissionRow | None:
    """One of the owner's."""
    statement = select(PermissionRow).where(PermissionRow.id == permission_id, PermissionRow.user_id == owner)
    return (await session.scalars(statement)).one_or_none()


async def pending_of(
    session: Session, owner: str, *, session_id: str | None = None, after: str = "", limit: int | None = None
) -> Sequence[PermissionRow]:
    """What waits for the owner, oldest first: in one session, or in all that are not deleted."""
    statement = (
        select(PermissionRow)
        .join(ChatSession, ChatSession.id == PermissionRow.session_id)
        .where(PermissionRow.user_id == owner, PermissionRow.status == "pending", PermissionRow.id > after)
        .where(ChatSession.deleted_at.is_(None))
    )
    if session_id is not None:
        statement = statement.where(PermissionRow.session_id == session_id)
    return (await session.scalars(statement.order_by(PermissionRow.id).limit(limit))).all()


async def pending_count(session: Session, session_id: str) -> int:
    """How many calls of a session wait."""
    statement = select(func.count()).where(PermissionRow.session_id == session_id, PermissionRow.status == "pending")
    return int((await session.execute(statement)).scalar_one())


async def settle(session: Session, permission_id: str, status: str, message: str, moment: datetime) -> bool:
    """Decide; False when that has been done before."""
    statement = update(PermissionRow).where(PermissionRow.id == permission_id, PermissionRow.status == "pending")
    done = await session.execute(statement.values(status=status, message=message, decided_at=moment))
    return bool(getattr(done, "rowcount", 0))


async def pending_in(session: Session, session_id: str, turn_id: str) -> Sequence[PermissionRow]:
    """What waits in a turn."""
    statement = select(PermissionRow).where(
        PermissionRow.session_id == session_id, PermissionRow.turn_id == turn_id, PermissionRow.status == "pending"
    )
    return (await session.scalars(statement)).all()


async def rules_for(session: Session, owner: str, *, workspace_id: str | None, session_id: str) -> Sequence[RuleRow]:
    """What holds in a session: for everywhere first, then for its workspace, then for itself; oldest first in each."""
    everywhere = and_(RuleRow.workspace_id.is_(None), RuleRow.session_id.is_(None))
    here = or_(everywhere, RuleRow.session_id == session_id)
    if workspace_id is not None:
        here = or_(here, RuleRow.workspace_id == workspace_id)
    statement = select(RuleRow).where(RuleRow.user_id == owner, here).order_by(RuleRow.id)
    found = (await session.scalars(statement)).all()
    return sorted(found, key=lambda rule: (rule.session_id is not None, rule.workspace_id is not None))


async def rules_of(session: Session, owner: str, *, after: str, limit: int) -> Sequence[RuleRow]:
    """All of the owner's rules, oldest first."""
    statement = select(RuleRow).where(RuleRow.user_id == owner, RuleRow.id > after)
    return (await session.scalars(statement.order_by(RuleRow.id).limit(limit))).all()


async def rule_count(session: Session, owner: str) -> int:
    """How many rules the owner has."""
    return int((await session.execute(select(func.count()).where(RuleRow.user_id == owner))).scalar_one())


async def rule_of(session: Session, owner: str, rule_id: str) -> RuleRow | None:
    """One of the owner's."""
    statement = select(RuleRow).where(RuleRow.id == rule_id, RuleRow.user_id == owner)
    return (await session.scalars(statement)).one_or_none()


async def remove_rule(session: Session, rule_id: str) -> None:
    """Forget a rule."""
    await session.execute(delete(RuleRow).where(RuleRow.id == rule_id))
