"""The kind `events`: what is oldest of the log goes, and each stream remembers up to where it has been shortened."""

from datetime import datetime

from guildhall.core import queries as log
from guildhall.core.db import Session
from guildhall.core.tables import Event
from guildhall.operations.retention import queries
from guildhall.operations.retention.kinds import RetentionKind
from guildhall.operations.retention.queries import kind_of


def kind() -> RetentionKind:
    """The log's kind. A page that asks for what is gone begins again from a snapshot."""
    return RetentionKind("events", kind_of("events", Event.at).measure, _remove)


async def _remove(session: Session, before: datetime, limit: int) -> int:
    """Within a stream numbers are in order of time: up to the highest that is too old, all are."""
    found = await queries.old_events(session, before, limit)
    last: dict[str, int] = {}
    for stream, seq in found:
        last[stream] = max(seq, last.get(stream, 0))
    for stream, seq in sorted(last.items()):
        await log.shorten(session, stream, seq)
    return len(found)
