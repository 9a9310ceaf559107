"""The audit log: who changed what, from where, with what was there before and after. Entries are never changed.

Record in the transaction of the change: either both are stored or neither is. No secret belongs in here; say that one
was set, not what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from guildhall.accounts import audit_queries as queries
from guildhall.accounts.tables import AuditEntry
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or nobody that we know, at an address."""

    user_id: str | None
    address: str


COMMAND_LINE = Actor(None, "command line")
THE_HALL = Actor(None, "hall")  # what a schedule or a rule did by itself


async def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    target: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry. `action` is a noun and what happened to it (`key.created`), `target` a kind and an id.

    With both `before` and `after`, what is the same in both is left out.
    """
    if before is not None and after is not None:
        before, after = (
            {name: value for name, value in before.items() if name not in after or after[name] != value},
            {name: value for name, value in after.items() if name not in before or before[name] != value},
        )
    entry = AuditEntry(
        id=new_id("au"),
        at=now(),
        actor_id=actor.user_id,
        address=actor.address,
        action=action,
        target=target[:160],
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    await queries.add(session, entry)
