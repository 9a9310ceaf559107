"""Statements on rules. The owner is an argument wherever a person asks."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, func, or_, select

from guildhall.chat.request_tables import RuleRow
from guildhall.core.db import Session


async def add(session: Session, row: RuleRow) -> None:
    """Insert a rule now."""
    session.add(row)
    await session.flush()


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
