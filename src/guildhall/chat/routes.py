"""The chat's API: sessions and messages of the person who asks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request

from guildhall.chat import attaching, messages, queries, sessions, streams
from guildhall.chat.schemas import Exchange, MessageIn, MessageOut, SessionChange, SessionIn, SessionOut
from guildhall.chat.tables import ChatSession
from guildhall.chat.web import ChangedEngine, NewEngine, Placed, Policy
from guildhall.core.jobs import Jobs
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of

router = APIRouter(prefix="/api/v1/chat/sessions", tags=["chat"])
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@router.post("", response_model=SessionOut, status_code=201)
async def create_session(body: SessionIn, user_id: UserId, engine: NewEngine, session: DbSession) -> ChatSession:
    """Begin a session."""
    return await sessions.create(session, user_id, body, engine)


@router.get("", response_model=Page[SessionOut])
async def list_sessions(
    user_id: UserId, session: DbSession, cursor: PageCursor, archived: bool = False
) -> dict[str, Any]:
    """Pinned ones first, then newest activity; or those in the archive."""
    place = cursor.position(int, datetime, str)
    before = (bool(place[0]), place[1], place[2]) if place else None
    rows = await queries.sessions_of(session, user_id, archived=archived, limit=cursor.limit + 1, before=before)
    return page_of(rows, cursor, lambda row: [int(row.is_pinned), row.activity_at, row.id])


@router.get("/{session_id}", response_model=SessionOut)
async def get_session(session_id: str, user_id: UserId, session: DbSession) -> ChatSession:
    """One session."""
    return await sessions.find(session, user_id, session_id)


@router.patch("/{session_id}", response_model=SessionOut)
async def change_session(
    session_id: str, body: SessionChange, user_id: UserId, engine: ChangedEngine, session: DbSession
) -> ChatSession:
    """Rename, pin or archive a session, or choose how it works: null takes workspace or instructions away.

    The engine can be changed between turns, not while an answer is being made.
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
    """Newest first, each with its parts."""
    await sessions.find(session, user_id, session_id)
    place = cursor.position(int)
    before = place[0] if place else None
    rows = await queries.messages_before(session, session_id, limit=cursor.limit + 1, before=before)
    page = page_of(rows, cursor, lambda row: [row.position])
    return {**page, "items": await streams.shown(session, session_id, page["items"])}


@router.post("/{session_id}/messages", response_model=Exchange, status_code=202)
async def send_message(
    session_id: str,
    body: MessageIn,
    user_id: UserId,
    placed: Placed,
    session: DbSession,
    policy: Policy,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Exchange:
    """Say something; the answer is made by a job and arrives on the stream `chat.session.{id}`.

    Pictures and texts among the attachments are shown to the model; other files need a workspace, where they are put
    into the folder `attachments`.
    """
    row = await messages.hold(session, user_id, session_id)
    if idempotency_key and (exchange := await messages.earlier(session, row, idempotency_key)):
        return exchange
    model = messages.choose_model(row, body.model, _models(request))
    attached = await attaching.attach(
        session,
        row,
        body.attachments,
        placed=placed,
        most=policy.attachments_per_message,
        sees_pictures=request.app.state.gateway.sees_pictures(model),
    )
    return await messages.send(
        session,
        _jobs(request),
        row,
        text=body.text,
        model=model,
        idempotency_key=idempotency_key,
        attached=attached,
    )


@router.post("/{session_id}/stop", status_code=204)
async def stop_answer(session_id: str, user_id: UserId, session: DbSession) -> None:
    """End the running answer where it is; what was written stays."""
    await messages.stop(session, user_id, session_id)


@router.post("/{session_id}/retry", response_model=Exchange, status_code=202)
async def retry_answer(session_id: str, user_id: UserId, session: DbSession, request: Request) -> Exchange:
    """Have the last question answered again."""
    row = await messages.hold(session, user_id, session_id)
    model = messages.choose_model(row, None, _models(request))
    return await messages.retry(session, _jobs(request), row, model=model)


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _models(request: Request) -> list[str]:
    names: list[str] = request.app.state.model_names()
    return names
