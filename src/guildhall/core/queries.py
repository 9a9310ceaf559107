"""Statements on the event log, realtime tickets, open tabs and executors."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, ScalarSelect, bindparam, delete, func, insert, inspect, select, text, update

from guildhall.core.db import Session, UtcDateTime
from guildhall.core.tables import Event, OpenTab, Stream, Ticket

# One statement for any number of streams, always in the same order, so that two writers never wait for each other.
_TAKE = {
    dialect: f"INSERT INTO event_streams (name, last_seq, floor_seq) {wanted} ON CONFLICT (name) DO UPDATE"
    " SET last_seq = event_streams.last_seq + excluded.last_seq RETURNING name, last_seq"
    for dialect, wanted in (
        ("sqlite", "SELECT key, value, 0 FROM json_each(?) WHERE true ORDER BY key"),
        ("postgresql", "SELECT name, count, 0 FROM unnest($1::text[], $2::bigint[]) AS w (name, count) ORDER BY name"),
    )
}
_ADD = insert(Event.__table__)  # type: ignore[arg-type] # a table, as SQLAlchemy's Core wants it
_PUT_TAB = text(
    "INSERT INTO realtime_tabs (user_id, id, device, carrier, since, seen_at)"
    " VALUES (:user_id, :id, :device, :carrier, :since, :seen_at)"
    " ON CONFLICT (user_id, id) DO UPDATE SET device = :device, carrier = :carrier, seen_at = :seen_at"
).bindparams(bindparam("since", type_=UtcDateTime), bindparam("seen_at", type_=UtcDateTime))
_RENEW_TAB = (
    update(OpenTab.__table__)  # type: ignore[arg-type] # a table, as SQLAlchemy's Core wants it
    .where(OpenTab.user_id == bindparam("of"), OpenTab.id == bindparam("tab"))
    .values(seen_at=bindparam("at", type_=UtcDateTime))
)


async def take_seqs(session: Session, counts: Mapping[str, int]) -> dict[str, int]:
    """Reserve so many numbers of each stream and give the last of each; the row locks keep numbers in commit order."""
    connection = await session.connection()
    dialect = connection.dialect.name
    given = (list(counts), list(counts.values())) if dialect == "postgresql" else (orjson.dumps(counts).decode(),)
    rows: Iterable[Any] = await connection.exec_driver_sql(_TAKE[dialect], given)
    return {name: int(last) for name, last in rows}


async def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows whose numbers have been taken."""
    connection = await session.connection()
    await connection.execute(_ADD, list(rows))


async def position(session: Session, stream: str) -> tuple[int, int]:
    """(last number given out, number up to which events are compacted away); zeros before the first event."""
    row = (await session.execute(select(Stream.last_seq, Stream.floor_seq).where(Stream.name == stream))).one_or_none()
    return (row.last_seq, row.floor_seq) if row else (0, 0)


async def events_after(
    session: Session, stream: str, after: int, limit: int
) -> Sequence[Row[int, str, dict[str, Any], datetime]]:
    """The next `limit` events, oldest first, as plain rows: a long replay makes no objects that are kept."""
    columns = select(Event.seq, Event.type, Event.body, Event.at)
    statement = columns.where(Event.stream == stream, Event.seq > after).order_by(Event.seq).limit(limit)
    return (await session.execute(statement)).all()


async def events_of_type(session: Session, stream: str, event_type: str) -> Sequence[Event]:
    """Every event of one type that can still be replayed, oldest first."""
    wanted = (Event.stream == stream, Event.seq > _floor_of(stream), Event.type == event_type)
    return (await session.scalars(select(Event).where(*wanted).order_by(Event.seq))).all()


async def compact(session: Session, stream: str, event_type: str) -> None:
    """Drop events of one type, which others have replaced, and all before the last of them: who has not seen that far
    is given a snapshot. The floor moves there."""
    above = (Event.stream == stream, Event.seq > _floor_of(stream))
    last = (await session.execute(select(func.max(Event.seq)).where(*above, Event.type == event_type))).scalar_one()
    if last is not None:
        await shorten(session, stream, last)


async def shorten(session: Session, stream: str, seq: int) -> None:
    """Drop the events up to number `seq`, and move the floor there."""
    await session.execute(update(Stream).where(Stream.name == stream, Stream.floor_seq < seq).values(floor_seq=seq))
    await session.execute(delete(Event).where(Event.stream == stream, Event.seq <= seq))


def _floor_of(stream: str) -> ScalarSelect[int]:
    return select(Stream.floor_seq).where(Stream.name == stream).scalar_subquery()


async def drop_stream(session: Session, stream: str) -> None:
    """Forget a stream and its events."""
    await session.execute(delete(Event).where(Event.stream == stream))
    await session.execute(delete(Stream).where(Stream.name == stream))


async def add_ticket(session: Session, row: dict[str, Any], now: datetime) -> None:
    """Store a ticket, and sweep away those that nobody used."""
    await session.execute(delete(Ticket).where(Ticket.expires_at < now))
    await session.execute(insert(Ticket).values(row))


async def take_ticket(session: Session, digest: str, now: datetime) -> Row[str, str | None, datetime | None] | None:
    """(user id, credential id, authorised until), the first time it is asked for before it expires; None ever after."""
    wanted = delete(Ticket).where(Ticket.digest == digest, Ticket.expires_at >= now)
    statement = wanted.returning(Ticket.user_id, Ticket.credential_id, Ticket.authorised_until)
    return (await session.execute(statement)).one_or_none()


async def put_tabs(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store open tabs, those that are there already as they are now."""
    if rows:
        await session.execute(_PUT_TAB, list(rows))


async def drop_tabs(session: Session, gone: Sequence[tuple[str, str, datetime]]) -> None:
    """Forget tabs that have left, unless another process has written them since `seen_at`."""
    for user_id, tab_id, seen_at in gone:
        mine = (OpenTab.user_id == user_id, OpenTab.id == tab_id, OpenTab.seen_at == seen_at)
        await session.execute(delete(OpenTab).where(*mine))


async def renew_tabs(session: Session, keys: Sequence[tuple[str, str]], at: datetime) -> None:
    """Say that tabs are still open."""
    if keys:
        await session.execute(_RENEW_TAB, [{"of": user_id, "tab": tab_id, "at": at} for user_id, tab_id in keys])


async def drop_silent_tabs(session: Session, before: datetime) -> Sequence[str]:
    """Forget tabs that no process has renewed since `before`; gives whose they were."""
    return (await session.scalars(delete(OpenTab).where(OpenTab.seen_at < before).returning(OpenTab.user_id))).all()


async def tabs_of(session: Session, user_id: str, limit: int) -> Sequence[OpenTab]:
    """A person's open tabs, oldest first."""
    statement = select(OpenTab).where(OpenTab.user_id == user_id).order_by(OpenTab.since, OpenTab.id).limit(limit)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def positions(session: Session, streams: Sequence[str]) -> dict[str, int]:
    """The last number given out in each of these streams that has any."""
    statement = select(Stream.name, Stream.last_seq).where(Stream.name.in_(streams))
    return {row.name: row.last_seq for row in (await session.execute(statement)).all()}


async def schema_revision(session: Session) -> str | None:
    """The number of the last migration; None in a database that never had one."""
    connection = await session.connection()
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    return (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
