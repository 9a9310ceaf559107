"""The chat's API: sessions and messages of the person who asks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request

from guildhall.chat import branch_queries, folders, messages, queries, queue, sessions, streams
from guildhall.chat.queue_schemas import Queued
from guildhall.chat.schemas import Exchange, MessageIn, MessageOut, SessionChange, SessionIn, SessionOut
from guildhall.chat.tables import ChatSession
from guildhall.chat.web import AttachingMeans, ChangedEngine, NewEngine
from guildhall.core.jobs import Jobs
from guildhall.core.web import DbSession, Page, PageCursor, PlainText, UserId, page_of
from guildhall.workspaces.paths import alike

router = APIRouter(prefix="/api/v1/chat/sessions", tags=["chat"])
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
FolderFilter = Annotated[PlainText | None, Query(max_length=40)]
TagFilter = Annotated[PlainText | None, Query(min_length=1, max_length=30)]


@router.post("", response_model=SessionOut, status_code=201)
async def create_session(body: SessionIn, user_id: UserId, engine: NewEngine, session: DbSession) -> ChatSession:
    """Begin a session."""
    return await sessions.create(session, user_id, body, engine)


@router.get("", response_model=Page[SessionOut])
async def list_sessions(
    user_id: UserId,
    session: DbSession,
    cursor: PageCursor,
    archived: bool = False,
    folder_id: FolderFilter = None,
    tag: TagFilter = None,
) -> dict[str, Any]:
    """Pinned ones first, then newest activity: all, the archive, a folder (`none`: those in no folder), or a tag."""
    if folder_id is not None and folder_id != queries.NO_FOLDER:
        await folders.find(session, user_id, folder_id)
    shelf = queries.Shelf(archived, folder_id, alike(tag) if tag else None)
    place = cursor.position(int, datetime, str)
    before = (bool(place[0]), place[1], place[2]) if place else None
    rows = await queries.sessions_of(session, user_id, shelf, limit=cursor.limit + 1, before=before)
    return page_of(rows, cursor, lambda row: [int(row.is_pinned), row.activity_at, row.id])


@router.get("/{session_id}", response_model=SessionOut)
async def get_session(session_id: str, user_id: UserId, session: DbSession) -> ChatSession:
    """One session."""
    return await sessions.find(session, user_id, session_id)


@router.patch("/{session_id}", response_model=SessionOut)
async def change_session(
    session_id: str, body: SessionChange, user_id: UserId, engine: ChangedEngine, session: DbSession
) -> ChatSession:
    """Rename, pin or archive a session, or choose how it works: null takes workspace, instructions or parameters away.

    `parameters` are taken as a whole. The engine can be changed between turns, not while an answer is being made.
    """
    return await sessions.change(session, user_id, session_id, body, engine)


@router.delete("/{session_id}", status_code=204)
async def delete_session(session_id: str, user_id: UserId, session: DbSession, request: Request) -> None:
    """Take a session out of sight; `restore` brings it back for ten minutes."""
    await sessions.delete(session, _jobs(request), user_id, session_id)


@router.post("/{session_id}/restore", response_model=SessionOut)
async def restore_session(session_id: str, user_id: UserId, session: DbSession) -> ChatSession:
    """Bring a deleted session back."""
    return await sessions.restore(session, user_id, session_id)


@router.get("/{session_id}/messages", response_model=Page[MessageOut])
async def list_messages(session_id: str, user_id: UserId, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """The branch that is shown, newest first, each message with its parts; a cursor goes on along its branch."""
    row = await sessions.find(session, user_id, session_id)
    place = cursor.position(int)
    before = place[0] if place else None
    rows = await branch_queries.branch_before(session, session_id, row.head_id, limit=cursor.limit + 1, before=before)
    page = page_of(rows, cursor, lambda row: [row.position])
    return {**page, "items": await streams.shown(session, session_id, page["items"])}


@router.post("/{session_id}/messages", response_model=Exchange | Queued, status_code=202)
async def send_message(
    session_id: str,
    body: MessageIn,
    user_id: UserId,
    means: AttachingMeans,
    session: DbSession,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Exchange | Queued:
    """Say something; the answer is made by a job and arrives on the stream `chat.session.{id}`.

    While another answer is made it waits in the queue, and is sent once that has ended; so it does while the
    conversation is summed up, should the model's context be nearly full. Pictures and texts among the
    attachments are shown to the model; other files need a workspace, where they are put into the folder `attachments`.
    """
    row = await messages.hold(session, user_id, session_id)
    return await queue.say(
        session,
        _jobs(request),
        row,
        body,
        means,
        known=_models(request),
        room=request.app.state.room,
        idempotency_key=idempotency_key,
    )


@router.post("/{session_id}/stop", status_code=204)
async def stop_answer(session_id: str, user_id: UserId, session: DbSession) -> None:
    """End the running answer where it is; what was written stays."""
    await messages.stop(session, user_id, session_id)


@router.post("/{session_id}/retry", response_model=Exchange, status_code=202)
async def retry_answer(session_id: str, user_id: UserId, session: DbSession, request: Request) -> Exchange:
    """Have the last question of the branch that is shown answered again, beside the answer it has."""
    row = await messages.hold(session, user_id, session_id)
    messages.require_idle(row)
    model = messages.choose_model(row, None, _models(request))
    return await messages.retry(session, _jobs(request), row, model=model)


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _models(request: Request) -> list[str]:
    names: list[str] = request.app.state.model_names()
    return names
