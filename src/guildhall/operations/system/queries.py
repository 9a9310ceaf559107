"""SQL of the system page: processes, leases, and what the database says of itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from guildhall.core.db import Session
from guildhall.operations.system.tables import Lease, Process


async def describe(session: Session, process: Process) -> None:
    """Store what a process says of itself."""
    await session.merge(process)
    await session.flush()


async def processes(session: Session) -> Sequence[Process]:
    """Every process that is known, the oldest first."""
    return (await session.scalars(select(Process).order_by(Process.role, Process.started_at, Process.id))).all()


async def forget_process(session: Session, process_id: str) -> None:
    """A process has stopped as it should."""
    await session.execute(delete(Process).where(Process.id == process_id))


async def forget_silent_processes(session: Session, before: datetime) -> None:
    """Processes that have said nothing since then are gone for good."""
    await session.execute(delete(Process).where(Process.seen_at < before))


async def take_lease(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Have the task of this name, unless another process has it; again and again by the one that has it."""
    connection = await session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    wanted = {"holder": holder, "until": now + lasting}
    statement = (
        insert(Lease)
        .values(name=name, **wanted)
        .on_conflict_do_update(
            index_elements=[Lease.name],
            set_=wanted,
            # One that would end much later than any begins was given by a clock that has been set back since.
            where=or_(Lease.holder == holder, Lease.until < now, Lease.until > now + 2 * lasting),
        )
        .returning(Lease.holder)
    )
    return (await session.execute(statement)).scalar_one_or_none() == holder


async def release_leases(session: Session, holder: str) -> None:
    """Let others have what this process did."""
    await session.execute(delete(Lease).where(Lease.holder == holder))


async def database_version(session: Session) -> str:
    """The database's own version number."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        return str((await session.execute(text("SELECT sqlite_version()"))).scalar_one())
    return str((await session.execute(text("SHOW server_version"))).scalar_one())


async def database_bytes(session: Session) -> int:
    """How much room the database takes."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        pages = (await session.execute(text("PRAGMA page_count"))).scalar_one()
        return int(pages * (await session.execute(text("PRAGMA page_size"))).scalar_one())
    return int((await session.execute(text("SELECT pg_database_size(current_database())"))).scalar_one())


async def lease_holder(session: Session, name: str, now: datetime) -> str | None:
    """Who has the task of this name now."""
    return await session.scalar(select(Lease.holder).where(Lease.name == name, Lease.until >= now))
