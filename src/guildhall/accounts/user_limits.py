"""Limits of people: how much one person may ask of models, instead of what is usual for the role."""

from typing import Any

from guildhall.accounts import audit, user_queries, users
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.accounts.limit_schemas import LIMITS, LimitsIn
from guildhall.accounts.tables import UserLimits
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Session


async def put(session: Session, actor: Actor, user_id: str, wanted: LimitsIn) -> UserLimits:
    """Set a person's own limits, in force within a second. Raises `NotFoundError`."""
    await users.find(session, user_id)
    limits = await user_queries.limits_for_update(session, user_id)
    before = None if limits is None else shown(limits)
    limits = limits or UserLimits(user_id=user_id)
    for name in LIMITS:
        setattr(limits, name, getattr(wanted, name))
    limits.changed_at = now()
    session.add(limits)
    await session.flush()
    await _changed(session, actor, user_id, before, shown(limits))
    return limits


async def remove(session: Session, actor: Actor, user_id: str) -> None:
    """Let what is usual for the role hold again. Raises `NotFoundError` for a person who is not there."""
    await users.find(session, user_id)
    limits = await user_queries.limits_for_update(session, user_id)
    if limits is not None:
        before = shown(limits)
        await session.delete(limits)
        await _changed(session, actor, user_id, before, None)


def shown(limits: UserLimits) -> dict[str, Any]:
    """Limits as the audit log keeps them."""
    return {name: getattr(limits, name) for name in LIMITS}


async def _changed(
    session: Session, actor: Actor, user_id: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    await audit.record(session, actor, "user.limits_changed", target=f"user:{user_id}", before=before, after=after)
