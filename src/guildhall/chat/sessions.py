"""Sessions: begin, rename, delete, bring back, and forget for good."""

from collections.abc import Sequence
from datetime import datetime

from guildhall.accounts.streams import user_stream
from guildhall.chat import attachment_queries, folder_queries, folders, queries, streams
from guildhall.chat.engines import EngineChoice
from guildhall.chat.errors import session_busy, session_not_found
from guildhall.chat.schemas import SessionChange, SessionIn
from guildhall.chat.tables import ChatSession
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs
from guildhall.workspaces import workspaces
from guildhall.workspaces.paths import alike

UNDO_SECONDS = 600
PURGE = "chat.purge_session"
TITLE_LENGTH = 60
_MAY_BE_NONE = ("workspace_id", "folder_id", "instructions", "most_calls", "most_cost_nano", "servers_off")


async def create(session: Session, owner: str, wanted: SessionIn, engine: EngineChoice) -> ChatSession:
    """Begin a session. Raises `workspace_not_found`, and what `EngineChoice.settle` raises."""
    await require_workspace(session, owner, wanted.workspace_id)
    moment = now()
    row = ChatSession(
        id=new_id("se"),
        user_id=owner,
        title=None,
        is_titled=False,
        model=wanted.model,
        engine=engine.settle(None, wanted.workspace_id),
        mode=wanted.mode,
        workspace_id=wanted.workspace_id,
        instructions=wanted.instructions,
        parameters=wanted.parameters.stored() if wanted.parameters else None,
        most_calls=wanted.most_calls,
        most_cost_nano=wanted.most_cost_nano,
        servers_off=wanted.servers_off,
        todos=[],
        head_id=None,
        is_queue_held=False,
        state="idle",
        is_pinned=False,
        is_archived=False,
        folder_id=None,
        tags=[],
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


async def change(
    session: Session, owner: str, session_id: str, change: SessionChange, engine: EngineChoice
) -> ChatSession:
    """Rename a session, pin, archive, file or tag it, choose its model or engine, or how its agent works.

    Raises `workspace_not_found`, `folder_not_found`, `session_busy`, and what `EngineChoice.settle` raises.
    """
    if change.folder_id is not None:
        await folders.hold(session, owner, change.folder_id)  # before the session, as when a folder is deleted
    row = await queries.locked_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    await require_workspace(session, owner, change.workspace_id)
    workspace_id = change.workspace_id if "workspace_id" in change.model_fields_set else row.workspace_id
    if change.model_fields_set & {"engine", "workspace_id"}:
        engine.settle(row.engine, workspace_id)
    # A turn goes on where it began: what it asks names the session's workspace, and is judged by its rules.
    is_elsewhere = change.engine not in {None, row.engine} or workspace_id != row.workspace_id
    if is_elsewhere and row.state != "idle":
        raise session_busy()
    for name, value in change.model_dump(exclude_unset=True, exclude={"parameters"}).items():
        if value is not None or name in _MAY_BE_NONE:
            setattr(row, name, value)
    if "parameters" in change.model_fields_set:
        row.parameters = change.parameters.stored() if change.parameters else None
    row.is_titled = row.is_titled or change.title is not None
    _keep_apart(row, change)
    if change.tags is not None:
        await folder_queries.set_tags(session, row, {alike(tag): tag for tag in change.tags})
    row.updated_at = now()
    await streams.publish_session(session, row)
    return row


def _keep_apart(row: ChatSession, change: SessionChange) -> None:
    """What is archived is not pinned: whoever archives a session unpins it, and whoever pins it brings it back."""
    if change.is_archived:
        row.is_pinned = False
    elif change.is_pinned:
        row.is_archived = False


async def require_workspace(session: Session, owner: str, workspace_id: str | None) -> None:
    """Nobody's agent works in somebody else's files. Raises `workspace_not_found`."""
    if workspace_id is not None:
        await workspaces.find(session, owner, workspace_id)


async def delete(session: Session, jobs: Jobs, owner: str, session_id: str) -> None:
    """Take a session out of sight; it is forgotten for good after `UNDO_SECONDS`."""
    row = await queries.locked_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    if row.state != "idle":
        raise session_busy()
    await hide(session, jobs, row)
    await streams.publish_removal(session, row)


async def hide(session: Session, jobs: Jobs, row: ChatSession) -> None:
    """Have nobody see a session, and forget it after `UNDO_SECONDS` unless it is shown again."""
    row.deleted_at = now()
    await jobs.enqueue(session, PURGE, row.id, row.deleted_at.isoformat(), delay_seconds=UNDO_SECONDS)


async def restore(session: Session, owner: str, session_id: str) -> ChatSession:
    """Bring a deleted session back."""
    row = await queries.deleted_session_of(session, owner, session_id)
    if row is None:
        raise session_not_found()
    row.deleted_at = None
    await streams.publish_session(session, row)
    return row


async def purge(session: Session, session_id: str, deleted_at: str) -> tuple[str, Sequence[str]]:
    """Forget a session, its words and its events, unless it was brought back since `deleted_at`.

    Gives its owner and the attachments whose contents are to be forgotten too.
    """
    row = await queries.locked_session(session, session_id)
    if row is None or row.deleted_at is None or row.deleted_at > datetime.fromisoformat(deleted_at):
        return "", ()
    attached = await attachment_queries.ids_in(session, session_id)
    await log.drop_stream(session, streams.session_stream(session_id))
    await log.compact(session, user_stream(row.user_id), "session.changed")
    await queries.remove_session(session, session_id)
    return row.user_id, attached


def title_from(text: str) -> str:
    """A session's first title: the beginning of what was asked, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
