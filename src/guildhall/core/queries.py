"""Statements on the event log, realtime tickets and executors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, inspect, select, text, update

from guildhall.core.db import Session
from guildhall.core.tables import Event, Executor, Stream, Ticket

_TAKE = text(
    "INSERT INTO event_streams (name, last_seq, floor_seq) VALUES (:name, :count, 0)"
    " ON CONFLICT (name) DO UPDATE SET last_seq = event_streams.last_seq + :count RETURNING last_seq"
)


async def take_seqs(session: Session, stream: str, count: int) -> int:
    """Reserve `count` numbers and give the last one; the row lock keeps numbers in commit order."""
    return int((await session.execute(_TAKE, {"name": stream, "count": count})).scalar_one())


async def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows whose numbers have been taken."""
    await session.execute(insert(Event), list(rows))


async def position(session: Session, stream: str) -> tuple[int, int]:
    """(last number given out, number up to which events are compacted away); zeros before the first event."""
    row = (await session.execute(select(Stream.last_seq, Stream.floor_seq).where(Stream.name == stream))).one_or_none()
    return (row.last_seq, row.floor_seq) if row else (0, 0)


async def events_after(session: Session, stream: str, after: int, limit: int) -> Sequence[Event]:
    """The next `limit` events, oldest first."""
    statement = select(Event).where(Event.stream == stream, Event.seq > after).order_by(Event.seq).limit(limit)
    return (await session.scalars(statement)).all()


async def events_of_type(session: Session, stream: str, event_type: str) -> Sequence[Event]:
    """Every event of one type still in the log, oldest first."""
    statement = select(Event).where(Event.stream == stream, Event.type == event_type).order_by(Event.seq)
    return (await session.scalars(statement)).all()


async def compact(session: Session, stream: str, event_type: str) -> None:
    """Drop events of one type, which others have replaced, and move the floor past the last of them."""
    gone = (Event.stream == stream, Event.type == event_type)
    last = (await session.execute(select(func.max(Event.seq)).where(*gone))).scalar_one()
    if last is not None:
        await session.execute(delete(Event).where(*gone))
        await session.execute(update(Stream).where(Stream.name == stream).values(floor_seq=last))


async def drop_stream(session: Session, stream: str) -> None:
    """Forget a stream and its events."""
    await session.execute(delete(Event).where(Event.stream == stream))
    await session.execute(delete(Stream).where(Stream.name == stream))


async def add_ticket(session: Session, digest: str, user_id: str, expires_at: datetime, now: datetime) -> None:
    """Store a ticket, and sweep away those that nobody used."""
    await session.execute(delete(Ticket).where(Ticket.expires_at < now))
    await session.execute(insert(Ticket).values(digest=digest, user_id=user_id, expires_at=expires_at))


async def take_ticket(session: Session, digest: str, now: datetime) -> str | None:
    """The ticket's user, the first time it is asked for before it expires; None ever after."""
    statement = delete(Ticket).where(Ticket.digest == digest, Ticket.expires_at >= now).returning(Ticket.user_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def beat(session: Session, executor_id: str, now: datetime) -> None:
    """Say that an executor is alive."""
    done = await session.execute(update(Executor).where(Executor.id == executor_id).values(beat_at=now))
    if not getattr(done, "rowcount", 0):
        await session.execute(insert(Executor).values(id=executor_id, beat_at=now))


async def take_silent_executors(session: Session, before: datetime) -> Sequence[str]:
    """Remove and name executors silent since `before`; one janitor gets each of them."""
    statement = delete(Executor).where(Executor.beat_at < before).returning(Executor.id)
    return (await session.scalars(statement)).all()


async def schema_revision(session: Session) -> str | None:
    """The number of the last migration; None in a database that never had one."""
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    return (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
