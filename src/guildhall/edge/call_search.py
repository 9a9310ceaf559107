"""Searching calls: newest first, page by page, in about the same time however many are stored.

A list is walked along the index that fits what is wanted. Where that index holds other calls too, statistics tell which
hours are worth a look, and those are read slice by slice. A search that takes too long stops and says how far it has
looked.
"""

import math
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from guildhall.core.db import Session
from guildhall.core.ids import first_id, milliseconds_of
from guildhall.edge import call_queries as queries
from guildhall.edge.call_queries import Place, Stretch, Wanted, Way
from guildhall.edge.tables import Call
from guildhall.edge.tally import HOUR

KIND = "call"
_SLICE = 5000  # calls that one statement looks at
_HOURS = (4, 256)  # that are asked for at once, at first and at most
_SECONDS = 1.0
_SECOND_US = 1_000_000
_HOUR_US = HOUR * _SECOND_US
_NEWEST: Place = (2**62, "call~")
# A call's id and its time are taken one after the other, so that they may lie on two sides of an hour.
_MARGIN_US = _SECOND_US


@dataclass(frozen=True)
class Found:
    """Calls that were wanted, newest first, and where to go on: None at the end of the list. With fewer calls than were
    asked for, the search has stopped early, and has looked as far back as there."""

    calls: Sequence[Call]
    next: Place | None


async def search(
    session: Session, wanted: Wanted, *, before: Place | None, limit: int, seconds: float = _SECONDS
) -> Found:
    """Up to `limit` calls that are wanted and stand before a place."""
    if wanted.request is not None:
        return _page(await queries.named(session, wanted, before, limit + 1), limit)
    wanted, way = await _way(session, wanted)
    # Where everything counts that lies on the way, one statement finds it all.
    deadline = time.monotonic() + (seconds if not _is_exact(way, wanted) else math.inf)
    found: list[Call] = []
    async for stretch in _stretches(session, way, wanted, before or _NEWEST):
        found += await queries.calls(session, way, wanted, stretch, limit + 1 - len(found))
        if len(found) > limit:
            break
        if time.monotonic() > deadline:
            return Found(found, stretch.lower)
    return _page(found, limit)


async def place_of(session: Session, call_id: str) -> Place:
    """Where a call stands, also one that is not there any more."""
    call = await queries.call_by_id(session, call_id)
    return (call.at, call.id) if call is not None else ((milliseconds_of(call_id) or 0) * 1000, call_id)


def place_at(microsecond: int) -> Place:
    """Where a moment stands: before all calls that began at or after it."""
    return microsecond, first_id(KIND, microsecond // 1000)


def _page(calls: Sequence[Call], limit: int) -> Found:
    if len(calls) <= limit:
        return Found(calls, None)
    return Found(calls[:limit], (calls[limit - 1].at, calls[limit - 1].id))


async def _way(session: Session, wanted: Wanted) -> tuple[Wanted, Way]:
    """Along which index to walk, and what is wanted with the owner of the key, who has an index."""
    if wanted.session_id is not None:
        return wanted, "session"
    if wanted.user_id is None and wanted.key_id is not None:
        owner = await queries.owner_of_key(session, wanted.key_id)
        wanted = replace(wanted, user_id=owner or "")
    if wanted.user_id is not None:
        return wanted, "user"
    if wanted.code is not None:
        return wanted, "code"
    return wanted, "failed" if wanted.is_of_errors else "all"


async def _stretches(session: Session, way: Way, wanted: Wanted, before: Place) -> AsyncIterator[Stretch]:
    """What there is to look at, newest first."""
    upper = before if wanted.until is None else min(before, place_at(wanted.until + _MARGIN_US))
    lower: Place = (0, "")
    if wanted.since is not None:
        lower = place_at(max(wanted.since - _MARGIN_US, 0))
    if wanted.after is not None:
        lower = max(lower, place_at(max((milliseconds_of(wanted.after) or 0) * 1000 - _MARGIN_US, 0)))
    if lower >= upper:
        return
    if _is_exact(way, wanted):
        yield Stretch(lower, upper)
        return
    async for span in _spans(session, way, wanted, Stretch(lower, upper)):
        async for part in _slices(session, way, wanted, span):
            yield part


def _is_exact(way: Way, wanted: Wanted) -> bool:
    """Whether all that lies on the way is wanted, so that no time can be lost there."""
    rest = replace(wanted, since=None, until=None, after=None)
    if way == "user":
        rest = replace(rest, user_id=None)
    if way == "session":
        rest = replace(rest, session_id=None)
    if way == "code":
        rest = replace(rest, code=None)
    return rest == Wanted()


async def _spans(session: Session, way: Way, wanted: Wanted, whole: Stretch) -> AsyncIterator[Stretch]:
    """The hours that hold what is wanted, or everything where statistics cannot tell."""
    known = (wanted.key_id, wanted.model, wanted.channel_id, wanted.outcome)
    if way == "session" or not (wanted.is_of_errors or any(value is not None for value in known)):
        yield whole
        return
    oldest = await queries.oldest(session)
    if oldest is None:
        return
    upper, (number, most) = whole.upper, _HOURS
    first = max(whole.lower[0], oldest[0]) // _HOUR_US * HOUR
    newest = min(upper[0], 2**61) // _HOUR_US * HOUR
    while True:
        hours = await queries.hours(session, wanted, since=first, until=newest, limit=number)
        for start, end in _together(hours):
            lower = max(whole.lower, place_at(start * _SECOND_US - _MARGIN_US))
            end_of_span = min(upper, place_at(end * _SECOND_US + _MARGIN_US))
            if lower < end_of_span:
                yield Stretch(lower, end_of_span)
                upper = min(upper, lower)
        if len(hours) < number:
            return
        newest, number = hours[-1] - HOUR, min(2 * number, most)


def _together(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Begin and end of each run of hours without a gap; newest first, as they come."""
    runs: list[tuple[int, int]] = []
    for hour in hours:
        if runs and runs[-1][0] == hour + HOUR:
            runs[-1] = hour, runs[-1][1]
        else:
            runs.append((hour, hour + HOUR))
    return runs


async def _slices(session: Session, way: Way, wanted: Wanted, span: Stretch) -> AsyncIterator[Stretch]:
    """A span in parts of a bounded number of calls."""
    upper = span.upper
    while True:
        place = await queries.place_after(session, way, wanted, Stretch(span.lower, upper), _SLICE)
        yield Stretch(span.lower if place is None else place, upper)
        if place is None:
            return
        upper = place
