"""What of the chat is kept for some time only: sessions that were deleted, and sessions that nobody touches."""

from guildhall.chat import queries, streams
from guildhall.chat.tables import ChatSession
from guildhall.core import queries as log
from guildhall.core.db import Session
from guildhall.operations.retention.kinds import RetentionKind
from guildhall.operations.retention.queries import kind_of


def kinds() -> list[RetentionKind]:
    """The chat's kinds."""
    is_deleted = ChatSession.deleted_at.is_not(None)
    return [
        kind_of("deleted_sessions", ChatSession.deleted_at, where=is_deleted, farewell=_farewell),
        kind_of(
            "sessions", ChatSession.activity_at, where=~is_deleted & (ChatSession.state == "idle"), farewell=_farewell
        ),
    ]


async def _farewell(session: Session, session_id: str) -> None:
    """Forget a session's events, and take it out of its owner's list where that is open."""
    row = await queries.session_by_id(session, session_id)
    if row is not None and row.deleted_at is None:
        await streams.publish_removal(session, row)
    await log.drop_stream(session, streams.session_stream(session_id))
