"""SQL of the audit log."""

from guildhall.accounts.tables import AuditEntry
from guildhall.core.db import Session


async def add(session: Session, entry: AuditEntry) -> None:
    """Append one entry."""
    session.add(entry)
    await session.flush()
