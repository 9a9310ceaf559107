"""Sessions: begin, rename, delete, bring back, and forget for good."""

from datetime import datetime

from guildhall.accounts.streams import user_stream
from guildhall.chat import queries, streams
from guildhall.chat.errors import session_busy, session_not_found
from guildhall.chat.tables import ChatSession
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs

UNDO_SECONDS = 600
PURGE = "chat.purge_session"
TITLE_LENGTH = 60


async def create(session: Session, owner: str, *, model: str | None, engine: str) -> ChatSession:
    """Begin a session."""
    moment = now()
    row = ChatSession(
        id=new_id("se"),
        user_id=owner,
        title=None,
        model=model,
        engine=engine,
        state="idle",
        activity_at=moment,
        created_at=moment,
        updated_at=moment,
        deleted_at=None,
    )
    await queries.add(session, row)
    await streams.publish_session(session, row)
    return row


async def find(session: Session, owner: str, session_id: str) -> ChatSession:
    """The owner's session. Raises `session_not_found`."""
    row = await queries.session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    return row


async def change(session: Session, owner: str, session_id: str, *, title: str | None, model: str | None) -> ChatSession:
    """Rename a session or choose its model; None leaves as it is."""
    row = await find(session, owner, session_id)
    row.title = title if title is not None else row.title
    row.model = model if model is not None else row.model
    row.updated_at = now()
    await streams.publish_session(session, row)
    return row


async def delete(session: Session, jobs: Jobs, owner: str, session_id: str) -> None:
    """Take a session out of sight; it is forgotten for good after `UNDO_SECONDS`."""
    row = await queries.locked_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    if row.state != "idle":
        raise session_busy()
    row.deleted_at = now()
    await streams.publish_removal(session, row)
    await jobs.enqueue(session, PURGE, row.id, row.deleted_at.isoformat(), delay_seconds=UNDO_SECONDS)


async def restore(session: Session, owner: str, session_id: str) -> ChatSession:
    """Bring a deleted session back."""
    row = await queries.deleted_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    row.deleted_at = None
    await streams.publish_session(session, row)
    return row


async def purge(session: Session, session_id: str, deleted_at: str) -> None:
    """Forget a session, its words and its events, unless it was brought back since `deleted_at`."""
    row = await queries.locked_session(session, session_id)
    if row is None or row.deleted_at is None or row.deleted_at > datetime.fromisoformat(deleted_at):
        return
    await log.drop_stream(session, streams.session_stream(session_id))
    await log.compact(session, user_stream(row.user_id), "session.changed")
    await queries.remove_session(session, session_id)


def title_from(text: str) -> str:
    """A session's first title: the beginning of what was asked, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
