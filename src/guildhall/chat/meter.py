"""The meter: what an answer used and cost, as the gateway's own rows of its calls say.

Calls are stored a moment after they end, and their costs with them: the meter waits for that.
"""

import asyncio
from typing import Any

from guildhall.chat import queries, streams, usage_queries
from guildhall.chat.tables import SUMMARY, TurnRow
from guildhall.core.db import Database, Session

_PAUSES = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)


async def settle(db: Database, turn_id: str, *, patience_seconds: float = 20.0) -> None:
    """Store with an answer what its calls add up to, and tell; again is harmless.

    What is not stored in time counts as a call whose cost is unknown.
    """
    async with db.read() as session:
        turn = await queries.turn_by_id(session, turn_id)
    if turn is None or turn.calls == 0:
        return
    values = await of_calls(db, turn, turn.calls, patience_seconds)
    async with db.write() as session:
        if await queries.locked_session(session, turn.session_id) is None:
            return  # forgotten meanwhile: nothing of it may be told any more
        values["context_tokens"] = await _context(session, turn, values)
        known = {name: value for name, value in values.items() if value is not None}
        await queries.set_message(session, turn.answer_id, known)
        await streams.publish_message(session, turn.answer_id)


async def _context(session: Session, turn: TurnRow, values: dict[str, Any]) -> int | None:
    """How much a model has before it after a turn; after a summary, nothing but that."""
    answer = await queries.message_by_id(session, turn.answer_id)
    if answer is not None and answer.kind == SUMMARY:
        written: int | None = values["output_tokens"]
        return written if answer.is_summary else None
    return await usage_queries.context_of(session, turn.session_id, turn.id)


async def of_calls(db: Database, turn: TurnRow, calls: int, patience_seconds: float) -> dict[str, Any]:
    """What so many calls of a turn add up to, waiting for those that are not stored yet."""
    waited = 0.0
    for pause in (*_PAUSES, *(_PAUSES[-1] for _ in range(int(patience_seconds)))):
        async with db.read() as session:
            found = await usage_queries.calls_of(session, turn.session_id, turn.id)
        if found["calls"] >= calls or waited >= patience_seconds:
            break
        waited += pause
        await asyncio.sleep(pause)
    missing = max(0, calls - found["calls"])
    return found | {"calls": found["calls"] + missing, "unpriced_calls": found["unpriced_calls"] + missing}
