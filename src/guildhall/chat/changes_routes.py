"""HTTP of what an answer changed: the files, their differences, undo and redo."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from guildhall.chat import changes
from guildhall.chat.changes_schemas import AnswerChangesOut, ChangedDiffOut, UndoneOut
from guildhall.core.web import UserId
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.web import OnGround, PathQuery

_ID = r"^[0-9a-z_]{1,32}$"
router = APIRouter(prefix="/api/v1/chat/sessions/{session_id}/messages/{message_id}/changes", tags=["chat"])
SessionId = Annotated[str, Path(pattern=_ID)]
MessageId = Annotated[str, Path(pattern=_ID)]


@router.get("", response_model=AnswerChangesOut)
async def list_changes(
    session_id: SessionId, message_id: MessageId, user_id: UserId, ground: OnGround
) -> AnswerChangesOut:
    """The files that an answer created, changed and deleted, all in all."""
    return await changes.shown(ground, user_id, session_id, message_id)


@router.get("/diff", response_model=ChangedDiffOut)
async def diff_change(
    session_id: SessionId, message_id: MessageId, user_id: UserId, ground: OnGround, path: PathQuery
) -> ChangedDiffOut:
    """How an answer changed one file, line by line."""
    return await changes.diff(ground, user_id, session_id, message_id, path)


@router.post("/undo", response_model=UndoneOut)
async def undo_changes(session_id: SessionId, message_id: MessageId, user_id: UserId, request: Request) -> UndoneOut:
    """Give back what the files were before the answer; what somebody else changed since stays, and is named.

    Undoing twice changes nothing more. Refused while an answer is being made (`session_busy`).
    """
    return await changes.undo(_spaces(request), user_id, session_id, message_id)


@router.post("/redo", response_model=UndoneOut)
async def redo_changes(session_id: SessionId, message_id: MessageId, user_id: UserId, request: Request) -> UndoneOut:
    """Bring on again what `undo` gave back; what somebody else changed since stays, and is named."""
    return await changes.redo(_spaces(request), user_id, session_id, message_id)


def _spaces(request: Request) -> Workspaces:
    spaces: Workspaces = request.app.state.workspaces
    return spaces
