"""The API by which a session is taken away as a file."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from guildhall.chat import exports, folder_queries, sessions
from guildhall.chat.exports import Format
from guildhall.chat.markdown import Language
from guildhall.chat.schemas import SessionOut
from guildhall.core.db import Database
from guildhall.core.web import UserId
from guildhall.workspaces.web import attachment

router = APIRouter(prefix="/api/v1/chat/sessions", tags=["chat"])
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/markdown": {}, "application/json": {}}}}


@router.get("/{session_id}/export", response_class=StreamingResponse, responses=_FILES)
async def export_session(
    session_id: str,
    user_id: UserId,
    request: Request,
    kind: Annotated[Format, Query(alias="format")] = "markdown",
    language: Language = "en",
) -> StreamingResponse:
    """A session as a file: Markdown to read, in either language, or JSON with everything in it."""
    db: Database = request.app.state.db
    async with db.read() as session:
        row = await sessions.find(session, user_id, session_id)
        shown = SessionOut.model_validate(row)
        folder = await folder_queries.folder_of(session, user_id, row.folder_id or "")
    headers = attachment(exports.file_name(shown.title, kind))
    if kind == "json":
        pages = exports.as_json(db, shown, folder.name if folder else None)
        return StreamingResponse(pages, media_type="application/json", headers=headers)
    content = exports.as_markdown(db, shown, language)
    return StreamingResponse(content, media_type="text/markdown; charset=utf-8", headers=headers)
