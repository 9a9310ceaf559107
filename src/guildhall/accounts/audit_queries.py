"""SQL of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select, text, tuple_
from sqlalchemy.orm import aliased

from guildhall.accounts.tables import AuditEntry, User
from guildhall.core.db import Session


@dataclass(frozen=True)
class Filter:
    """Which entries: `actor` is an id or an e-mail address; `action` and `target` are whole, or begin so and end in
    `.` or `:`."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add(session: Session, entry: AuditEntry) -> None:
    """Append one entry."""
    session.add(entry)
    await session.flush()


async def entries(
    session: Session, wanted: Filter, *, limit: int, after: tuple[datetime, str] | None
) -> Sequence[Row[AuditEntry, User | None]]:
    """Entries with the accounts of those who acted, as far as they still exist; newest first."""
    statement = select(AuditEntry, User).outerjoin(User, User.id == AuditEntry.actor_id)
    if after is not None:
        statement = statement.where(tuple_(AuditEntry.at, AuditEntry.id) < after)
    if wanted.action is not None and wanted.action.endswith("."):
        # There are few actions: naming each lets the index find the entries, which the beginning of a text does not.
        named = [action for action in await actions(session) if action.startswith(wanted.action)]
        statement = statement.where(AuditEntry.action.in_(named))
    elif wanted.action is not None:
        statement = statement.where(AuditEntry.action == wanted.action)
    statement = _filtered(statement, wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return (await session.execute(statement.limit(limit))).all()


async def actions(session: Session) -> Sequence[str]:
    """Every action there is an entry of; hops along the index rather than read every entry."""
    statement = text(
        "WITH RECURSIVE known(action) AS (SELECT min(action) FROM audit_entries UNION ALL"
        " SELECT (SELECT min(action) FROM audit_entries WHERE action > known.action) FROM known"
        " WHERE known.action IS NOT NULL) SELECT action FROM known WHERE action IS NOT NULL ORDER BY action"
    )
    return (await session.scalars(statement)).all()


def _filtered(statement: Select[AuditEntry, User], wanted: Filter) -> Select[AuditEntry, User]:
    if wanted.actor is not None:
        Person = aliased(User)  # noqa: N806 - a class
        by_email = select(Person.id).where(Person.email == wanted.actor.lower()).scalar_subquery()
        statement = statement.where(AuditEntry.actor_id == (by_email if "@" in wanted.actor else wanted.actor))
    if wanted.target is not None and wanted.target.endswith(":"):
        statement = statement.where(AuditEntry.target.startswith(wanted.target, autoescape=True))
    elif wanted.target is not None:
        statement = statement.where(AuditEntry.target == wanted.target)
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    return statement


async def count_since(session: Session, action: str, since: datetime) -> int:
    """How often something was done since then; read from the newest entries backwards."""
    statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action, AuditEntry.at >= since)
    return (await session.execute(statement)).scalar_one()
