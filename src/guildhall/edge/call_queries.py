"""SQL of looking at calls: lists by several ways, the hours that hold something rare, attempts, bodies, removal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, and_, delete, func, or_, select, text, true, tuple_
from sqlalchemy.sql.functions import Function

from guildhall.core.db import Session
from guildhall.edge.queries import insertion
from guildhall.edge.tables import FAILED, Call, CallAttempt, CallBody, CallStat, CallSum
from guildhall.edge.tally import HOUR

Outcome = Literal["ok", "refused", "failed"]
# call, user, when it began; request and answer, compressed; how long they were, and how much of them was kept; whether
# they are masked
BodyRow = tuple[str, str, int, bytes, bytes, int, int, int, int, bool]
# When a call began (microseconds since 1970) and its id: where in a list it stands.
Place = tuple[int, str]
# How a list is walked: everything by id, one person's calls, what failed or was refused, one error's, one session's.
Way = Literal["all", "user", "failed", "code", "session"]


# What can be removed by age.
Kept = Literal["calls", "attempts", "bodies"]
_KEPT: dict[Kept, Any] = {
    "calls": (Call, Call.id),
    "attempts": (CallAttempt, CallAttempt.call_id),
    "bodies": (CallBody, CallBody.call_id),
}
_SAMPLE = 200
_ROW_BYTES = 120  # a row's own header, and its places in indexes, roughly, in either database


@dataclass(frozen=True)
class Wanted:
    """Which calls; None is all of them. `request` is our id of a call or the caller's own; `text` is in its error."""

    since: int | None = None
    """From this microsecond on."""
    until: int | None = None
    """Before this microsecond."""
    user_id: str | None = None
    key_id: str | None = None
    model: str | None = None
    channel_id: str | None = None
    session_id: str | None = None
    endpoint: str | None = None
    outcome: Outcome | None = None
    status: int | None = None
    code: str | None = None
    text: str | None = None
    request: str | None = None
    stream: bool | None = None
    after: str | None = None
    """Newer than the call of this id."""

    @property
    def is_of_errors(self) -> bool:
        """Whether only calls that failed or were refused can be meant."""
        is_error = self.status is not None and self.status >= 400
        return self.outcome in {"refused", "failed"} or is_error or self.code is not None or self.text is not None


@dataclass(frozen=True)
class Stretch:
    """Part of a walk: places before `upper` and not before `lower`, by the microsecond and by id."""

    lower: Place
    upper: Place


async def calls(session: Session, way: Way, wanted: Wanted, stretch: Stretch, limit: int) -> Sequence[Call]:
    """Calls of a stretch that are wanted, newest first."""
    statement = _along(select(Call), way, wanted, stretch).where(*_conditions(wanted)).limit(limit)
    return (await session.scalars(statement)).all()


async def place_after(session: Session, way: Way, wanted: Wanted, stretch: Stretch, number: int) -> Place | None:
    """Where the call stands that has `number` others of the stretch before it, wanted or not; None where there are
    fewer. Reads an index only."""
    columns: Any = select(Call.at, Call.id)
    found = (await session.execute(_along(columns, way, wanted, stretch).offset(number).limit(1))).first()
    return None if found is None else (found[0], found[1])


async def named(session: Session, wanted: Wanted, before: Place | None, limit: int) -> Sequence[Call]:
    """Wanted calls that bear a name, ours or the caller's own, newest first."""
    statement = select(Call).where(or_(Call.id == wanted.request, Call.client_request_id == wanted.request))
    if before is not None:
        statement = statement.where(Call.id < before[1])
    statement = statement.where(*_conditions(wanted)).order_by(Call.id.desc()).limit(limit)
    return (await session.scalars(statement)).all()


async def hours(session: Session, wanted: Wanted, *, since: int, until: int, limit: int) -> Sequence[int]:
    """Starts of hours (seconds since 1970) from `since` to `until`, both included, that hold calls of this user, key,
    channel, model and outcome; newest first. Statistics know them, so that no call is read to find out."""
    is_detailed = (wanted.user_id, wanted.key_id, wanted.model) != (None, None, None)
    table: Any = CallStat if is_detailed else CallSum
    hour = CallStat.hour if is_detailed else CallSum.starts
    statement = select(hour).distinct().where(hour >= since, hour <= until)
    if not is_detailed:
        statement = statement.where(CallSum.period == HOUR)
    for column, value in (("user_id", wanted.user_id), ("key_id", wanted.key_id), ("channel_id", wanted.channel_id)):
        if value is not None:
            statement = statement.where(getattr(table, column) == value)
    if wanted.model is not None:  # the statistics have one name for all models that nobody knows
        statement = statement.where(CallStat.model.in_([wanted.model, ""]))
    for condition in _counted(table, wanted):
        statement = statement.where(condition)
    return (await session.scalars(statement.order_by(hour.desc()).limit(limit))).all()


def _counted(table: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.outcome == "failed" or (wanted.status or 0) >= 500:
        return [table.errors > 0]
    if wanted.outcome == "refused" or (wanted.status or 0) >= 400:
        return [table.refused > 0]
    if wanted.is_of_errors:
        return [or_(table.errors > 0, table.refused > 0)]
    return [table.calls > table.errors + table.refused] if wanted.outcome == "ok" else []


async def owner_of_key(session: Session, key_id: str) -> str | None:
    """Whose calls a key has made; None when it has made none."""
    return await session.scalar(select(CallStat.user_id).where(CallStat.key_id == key_id).limit(1))


async def oldest(session: Session) -> Place | None:
    """Where the oldest call stands."""
    found = (await session.execute(select(Call.at, Call.id).order_by(Call.id).limit(1))).first()
    return None if found is None else (found[0], found[1])


async def call_by_id(session: Session, call_id: str) -> Call | None:
    """The call of this id."""
    return await session.get(Call, call_id)


async def attempts_of(session: Session, call_id: str) -> Sequence[CallAttempt]:
    """Attempts of a call that failed, in order."""
    statement = select(CallAttempt).where(CallAttempt.call_id == call_id).order_by(CallAttempt.number)
    return (await session.scalars(statement)).all()


async def body_of(session: Session, call_id: str) -> CallBody | None:
    """What was kept of a call's words."""
    return await session.get(CallBody, call_id)


async def has_body(session: Session, call_id: str) -> bool:
    """Whether anything was."""
    return await session.scalar(select(CallBody.call_id).where(CallBody.call_id == call_id)) is not None


async def add_bodies(session: Session, rows: Sequence[BodyRow]) -> None:
    """Store what was said in calls, passing over what is there already."""
    connection = await session.connection()
    statement = insertion(connection.dialect.name, cast("Table", CallBody.__table__))
    await connection.exec_driver_sql(statement, cast("Any", list(rows)))


async def delete_bodies_of(session: Session, user_id: str) -> None:
    """Forget a person's words."""
    await session.execute(delete(CallBody).where(CallBody.user_id == user_id))


async def amount(session: Session, kept: Kept, before: str | None) -> tuple[int, int, int | None]:
    """How many rows there are of calls with ids before this one, about how many bytes they take up with their places in
    indexes, and when the oldest call began."""
    table, key = _KEPT[kept]
    chosen = true() if before is None else key < before
    rows = await session.scalar(select(func.count()).select_from(table).where(chosen)) or 0
    if not rows:
        return 0, 0, None
    columns: list[Any] = [
        func.length(column) if isinstance(column.type, LargeBinary) else column for column in table.__table__.columns
    ]
    sample = (await session.execute(select(*columns).where(chosen).order_by(key).limit(_SAMPLE))).all()
    size = sum(_bytes_of(column, value) for row in sample for column, value in zip(columns, row, strict=True))
    oldest = await session.scalar(select(table.at).where(chosen).order_by(key).limit(1))
    return rows, rows * (size // len(sample) + _ROW_BYTES), oldest


def _bytes_of(column: Any, value: Any) -> int:
    """What a value takes up; of bytes we have asked for the length only."""
    if value is None:
        return 0
    return value if isinstance(column, Function) else len(str(value))


async def remove_part(session: Session, kept: Kept, before: str, limit: int) -> int:
    """Remove at most `limit` of the oldest rows that hang on calls with ids before this one."""
    table, key = _KEPT[kept]
    columns = list(table.__table__.primary_key.columns)
    oldest = (await session.execute(select(*columns).where(key < before).order_by(key).limit(limit))).all()
    if oldest:
        await session.execute(delete(table).where(tuple_(*columns).in_([tuple(row) for row in oldest])))
    return len(oldest)


async def remove_calls(session: Session, before: str, limit: int) -> int:
    """Remove at most `limit` of the oldest calls whose id is before this one, with all that hangs on them."""
    oldest = select(Call.id).where(Call.id < before).order_by(Call.id).limit(limit)
    ids = (await session.scalars(oldest)).all()
    for column in (CallAttempt.call_id, CallBody.call_id, Call.id):
        await session.execute(delete(column.class_).where(column.in_(ids)))
    return len(ids)


def _along(statement: Select[Any], way: Way, wanted: Wanted, stretch: Stretch) -> Select[Any]:
    """The calls of a stretch in the order in which an index has them, newest first."""
    lower, upper = stretch.lower, stretch.upper
    if way == "user":
        place = tuple_(Call.at, Call.id)
        statement = statement.where(
            Call.user_id == wanted.user_id, Call.at >= lower[0], Call.at <= upper[0], place < upper, place >= lower
        )
        return statement.order_by(Call.at.desc(), Call.id.desc())
    statement = statement.where(Call.id < upper[1], Call.id >= lower[1]).order_by(Call.id.desc())
    if way == "session":
        return statement.where(Call.session_id == wanted.session_id)
    if way == "code":
        return statement.where(Call.code == wanted.code)
    if way == "failed":  # word for word as the index has it
        return statement.where(text(FAILED)).with_hint(Call, "INDEXED BY ix_calls_failed", "sqlite")
    return statement


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a call must be, besides lying on the way."""
    found = [
        column == value
        for column, value in (
            (Call.user_id, wanted.user_id),
            (Call.key_id, wanted.key_id),
            (Call.model, wanted.model),
            (Call.channel_id, wanted.channel_id),
            (Call.session_id, wanted.session_id),
            (Call.endpoint, wanted.endpoint),
            (Call.status, wanted.status),
            (Call.code, wanted.code),
            (Call.stream, wanted.stream),
        )
        if value is not None
    ]
    if wanted.since is not None:
        found.append(Call.at >= wanted.since)
    if wanted.until is not None:
        found.append(Call.at < wanted.until)
    if wanted.after is not None:
        found.append(Call.id > wanted.after)
    if wanted.outcome is not None:
        found.append(_outcomes()[wanted.outcome])
    if wanted.text is not None:
        found.append(func.lower(Call.message).contains(wanted.text.lower(), autoescape=True))
    return found


@cache
def _outcomes() -> dict[Outcome, ColumnElement[bool]]:
    return {
        "ok": Call.status < 400,
        "refused": and_(Call.status >= 400, Call.status < 500),
        "failed": Call.status >= 500,
    }
