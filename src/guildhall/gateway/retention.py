"""What of calls is kept for some time only: their rows, the attempts that failed, prompts and answers.

Their ids are in order of time, so what is too old is found by id, and a call takes with it all that hangs on it.
"""

from datetime import datetime

from guildhall.core.db import Session
from guildhall.core.ids import first_id
from guildhall.edge import call_queries
from guildhall.edge.call_queries import Kept
from guildhall.edge.call_search import KIND
from guildhall.gateway.calls import moment_of
from guildhall.operations.retention.kinds import Amount, RetentionKind


def kinds() -> list[RetentionKind]:
    """The kinds of calls."""
    return [
        RetentionKind("calls", _measure_calls, _remove_calls),
        _part("call_attempts", "attempts"),
        _part("call_bodies", "bodies"),
    ]


async def farewell(session: Session, user_id: str) -> None:
    """When an account goes, its owner's words go with it; what they called and what it cost stays for the books."""
    await call_queries.delete_bodies_of(session, user_id)


async def _measure_calls(session: Session, before: datetime | None) -> Amount:
    """Calls, with what their attempts and bodies take up."""
    found = await _measure(session, "calls", before)
    rest = [await _measure(session, part, before) for part in ("attempts", "bodies")]
    return Amount(found.rows, found.bytes + sum(amount.bytes for amount in rest), found.oldest)


async def _remove_calls(session: Session, before: datetime, limit: int) -> int:
    return await call_queries.remove_calls(session, _first(before), limit)


def _part(name: str, kept: Kept) -> RetentionKind:
    async def measure(session: Session, before: datetime | None) -> Amount:
        return await _measure(session, kept, before)

    async def remove(session: Session, before: datetime, limit: int) -> int:
        return await call_queries.remove_part(session, kept, _first(before), limit)

    return RetentionKind(name, measure, remove)


async def _measure(session: Session, kept: Kept, before: datetime | None) -> Amount:
    rows, size, oldest = await call_queries.amount(session, kept, None if before is None else _first(before))
    return Amount(rows, size, None if oldest is None else moment_of(oldest))


def _first(moment: datetime) -> str:
    return first_id(KIND, int(moment.timestamp() * 1000))
