"""SQL of shares: making them of an hour's statistics, and knowing how far they are made."""

from collections.abc import Iterable, Sequence
from typing import get_args

from sqlalchemy import delete, func, insert, literal, select, true
from sqlalchemy.dialects import postgresql, sqlite

from guildhall.core.db import Session
from guildhall.edge.tables import CallShare, CallShareHour, CallShareTime, CallStat, CallTime, SharedBy
from guildhall.edge.tally import HOUR

_KINDS: tuple[SharedBy, ...] = get_args(SharedBy)
_KEPT_MARKS = 48 * HOUR
_FIGURES = [column.name for column in CallShare.__table__.columns if not column.primary_key]


async def last_current(session: Session) -> int | None:
    """The latest hour whose shares are made and current."""
    return await session.scalar(select(func.max(CallShareHour.hour)).where(CallShareHour.is_current))


async def stale(session: Session, *, since: int, until: int) -> Sequence[int]:
    """Hours whose shares are gone, as calls of them came late."""
    statement = select(CallShareHour.hour).where(
        CallShareHour.is_current.is_not(true()), CallShareHour.hour >= since, CallShareHour.hour < until
    )
    return (await session.scalars(statement.order_by(CallShareHour.hour))).all()


async def next_hour(session: Session, after: int | None) -> int | None:
    """The first hour after this one in which there was a call."""
    statement = select(func.min(CallStat.hour))
    return await session.scalar(statement if after is None else statement.where(CallStat.hour > after))


async def mark(session: Session, hour: int, *, current: bool) -> None:
    """Say whether the shares of an hour are current. Whoever makes them and whoever stores calls of that hour wait for
    each other here, so that no call is left out."""
    connection = await session.connection()
    new = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(CallShareHour)
    marked = new.values(hour=hour, is_current=current)
    await session.execute(marked.on_conflict_do_update(index_elements=["hour"], set_={"is_current": current}))


async def forget(session: Session, hours: Iterable[int]) -> None:
    """Take back the shares of these hours."""
    wanted = list(hours)
    for table in (CallShare, CallShareTime):
        await session.execute(delete(table).where(table.shared_by.in_(_KINDS), table.hour.in_(wanted)))


async def make(session: Session, hour: int) -> None:
    """Add up the hour for each kind of name."""
    for kind in _KINDS:
        name = CallStat.model if kind == "model" else getattr(CallStat, f"{kind}_id")
        sums = [func.sum(getattr(CallStat, figure)) for figure in _FIGURES]
        chosen = select(literal(kind), CallStat.hour, name, *sums).where(CallStat.hour == hour)
        await session.execute(
            insert(CallShare).from_select(
                ["shared_by", "hour", "name", *_FIGURES], chosen.group_by(CallStat.hour, name), include_defaults=False
            )
        )
    for kind, name in (("model", CallTime.model), ("channel", CallTime.channel_id)):
        key = (CallTime.hour, name, CallTime.measure, CallTime.bucket)
        timed = select(literal(kind), *key, func.sum(CallTime.calls)).where(CallTime.hour == hour).group_by(*key)
        columns = ["shared_by", "hour", "name", "measure", "bucket", "calls"]
        await session.execute(insert(CallShareTime).from_select(columns, timed, include_defaults=False))


async def trim_marks(session: Session, before: int) -> None:
    """Forget marks of hours that nobody asks for: the latest ones say it all."""
    old = CallShareHour.hour < before - _KEPT_MARKS
    await session.execute(delete(CallShareHour).where(CallShareHour.is_current, old))
