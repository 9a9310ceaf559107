"""SQL of statistics: what calls add up to, by step or by name; calls themselves are never read.

Where one kind of name is asked for, hours that are over are read from the shares, and the rest from the statistics of
hours. Both are read in one snapshot, so that every hour comes from one of them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from guildhall.accounts.tables import ApiKey, User
from guildhall.core.db import Session
from guildhall.edge.tables import CallShare, CallShareTime, CallStat, CallTime, SharedBy
from guildhall.gateway import share_queries
from guildhall.gateway.periods import DAY, HOUR, Period
from guildhall.gateway.statistics import Amounts, Wanted
from guildhall.gateway.tables import Channel

_FIGURES = tuple(Amounts.__dataclass_fields__)
_KINDS: tuple[SharedBy, ...] = get_args(SharedBy)
_NAMES_AT_ONCE = 500
_MOST_HOURS = 2400  # to be sought one by one: a statement takes so many parameters
_FEW = 50  # names to be sought in each hour; with more, reading all is faster


@dataclass(frozen=True)
class Extent:
    """Which hours have no shares: some of long ago, and all from one on."""

    stale: Sequence[int]
    until: int


async def extent(session: Session, period: Period) -> Extent:
    """How far shares are made, as far as it matters for this period and the one before."""
    last = await share_queries.last_current(session)
    if last is None:
        return Extent((), 0)
    stale = await share_queries.stale(session, since=period.before().since, until=last)
    return Extent(stale, last + HOUR)


async def by_step(session: Session, period: Period, wanted: Wanted, made: Extent) -> Mapping[int, Amounts]:
    """What calls add up to in each step that has some, by its number."""
    return await _amounts(session, period, wanted, made, None)


async def by_name(
    session: Session, period: Period, wanted: Wanted, made: Extent, kind: SharedBy
) -> Mapping[str, Amounts]:
    """What calls add up to for each name of that kind."""
    return await _amounts(session, period, wanted, made, kind)


async def active_users(session: Session, period: Period, wanted: Wanted, made: Extent) -> int:
    """How many people called."""
    found: set[str] = set()
    for table, places in _pieces(period, wanted, made, "user", {"user"}):
        name = _column(table, "user")
        statement = select(name).where(*places, name != "").distinct()
        found.update((await session.scalars(statement)).all())
    return len(found)


async def times(
    session: Session,
    period: Period,
    wanted: Wanted,
    made: Extent,
    kind: SharedBy | None = None,
    names: Collection[str] | None = None,
) -> Mapping[Any, Mapping[str, Mapping[int, int]]]:
    """How many calls took how long: by name of that kind, or by step; by measure and bucket.

    Nobody has counted that for each user or key: then there is nothing.
    """
    found: dict[Any, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    if wanted.user is not None or wanted.key is not None or kind in {"user", "key"}:
        return found
    for table, places in _pieces(period, wanted, made, "channel", {kind} if kind else set(), timed=True, names=names):
        place = _column(table, kind) if kind else _step(table.hour, period)
        key = (place, table.measure, table.bucket)
        statement = select(*key, func.sum(table.calls)).where(*places).group_by(*key)
        if names is not None:
            statement = statement.where(place.in_(names))
        for name, measure, bucket, calls in await session.execute(statement):
            found[name][measure][bucket] += int(calls)
    return found


async def names_of(session: Session, kind: SharedBy, ids: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
    """(name, what tells it from others of that name) of those that still exist."""
    if kind == "model":
        return {name: (name, None) for name in ids if name}
    statements: Mapping[str, Any] = {
        "channel": select(Channel.id, Channel.name, literal(None)),
        "user": select(User.id, User.name, User.email),
        "key": select(ApiKey.id, ApiKey.name, User.name).join(User, User.id == ApiKey.user_id),
    }
    column = {"channel": Channel.id, "user": User.id, "key": ApiKey.id}[kind]
    found: dict[str, tuple[str, str | None]] = {}
    for at in range(0, len(ids), _NAMES_AT_ONCE):
        statement = statements[kind].where(column.in_(ids[at : at + _NAMES_AT_ONCE]))
        found |= {row[0]: (row[1], row[2]) for row in await session.execute(statement)}
    return found


async def _amounts(
    session: Session, period: Period, wanted: Wanted, made: Extent, kind: SharedBy | None
) -> Mapping[Any, Amounts]:
    sums: dict[Any, list[int]] = defaultdict(lambda: [0] * len(_FIGURES))
    for table, places in _pieces(period, wanted, made, "channel", {kind} if kind else set()):
        place = _column(table, kind) if kind else _step(table.hour, period)
        columns = [func.sum(getattr(table, name)) for name in _FIGURES]
        for name, *more in await session.execute(select(place, *columns).where(*places).group_by(place)):
            sums[name] = [before + int(value) for before, value in zip(sums[name], more, strict=True)]
    return {name: Amounts(*found) for name, found in sums.items()}


def _pieces(
    period: Period,
    wanted: Wanted,
    made: Extent,
    usual: SharedBy,
    kinds: set[SharedBy],
    *,
    timed: bool = False,
    names: Collection[str] | None = None,
) -> list[tuple[Any, list[ColumnElement[bool]]]]:
    """Tables, each with what to read of it, that hold every call once: shares of one kind where that will do.

    `usual` is that kind where none is asked for; `kinds` are asked for besides those that calls are filtered by, and
    of these perhaps only the `names`.
    """
    detail: Any = CallTime if timed else CallStat
    share: Any = CallShareTime if timed else CallShare
    chosen = {kind: name for kind in _KINDS if (name := getattr(wanted, kind)) is not None}
    all_kinds = kinds | set(chosen)
    filters = [_column(detail, kind) == name for kind, name in chosen.items()]
    end = min(made.until, period.until)
    if len(all_kinds) > 1 or end <= period.since:
        return [(detail, [_hours(detail, period.since, period.until, chosen), *filters])]
    named = list(chosen.values()) or list(names or ())
    ready = [share.shared_by == next(iter(all_kinds), usual), _within(share, period.since, end, 0 < len(named) <= _FEW)]
    pieces = [(share, [*ready, share.name.in_(named)] if named else ready)]
    if end < period.until:
        pieces.append((detail, [_hours(detail, end, period.until, chosen), *filters]))
    if stale := [hour for hour in made.stale if period.since <= hour < end]:
        pieces.append((detail, [detail.hour.in_(stale), *filters]))
    return pieces


def _hours(table: Any, since: int, until: int, chosen: Collection[SharedBy]) -> ColumnElement[bool]:
    """Rows are in order of hour, then of user or channel: those of one are found without reading the others."""
    second: SharedBy = "channel" if table is CallTime else "user"
    return _within(table, since, until, second in chosen)


def _within(table: Any, since: int, until: int, is_sought: bool) -> ColumnElement[bool]:
    """Hours one by one where few rows of each are wanted, else all of them in order."""
    if is_sought and until - since <= _MOST_HOURS * HOUR:
        return cast("ColumnElement[bool]", table.hour.in_(range(since, until, HOUR)))
    return and_(table.hour >= since, table.hour < until)


def _column(table: Any, kind: SharedBy) -> ColumnElement[str]:
    if table in {CallShare, CallShareTime}:
        return cast("ColumnElement[str]", table.name)
    return cast("ColumnElement[str]", table.model if kind == "model" else getattr(table, f"{kind}_id"))


def _step(hour: Any, period: Period) -> ColumnElement[int]:
    """The number of the step that an hour belongs to."""
    if period.step == "all":
        return cast("ColumnElement[int]", hour * 0)
    if period.step == "hour":
        return cast("ColumnElement[int]", (hour - period.since) // HOUR)
    stretches = [(until, (hour + offset) // DAY - period.first_day()) for until, offset in period.stretches()]
    *changes, (_, last) = stretches
    return case(*((hour < until, number) for until, number in changes), else_=last) if changes else last
