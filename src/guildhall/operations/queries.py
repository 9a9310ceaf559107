"""SQL of the operator's tools that belongs to no table."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from guildhall.core.db import Session


async def database_clock(session: Session) -> datetime | None:
    """The time on the database's own machine; None where that is this one."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    moment: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return moment.astimezone(UTC)
