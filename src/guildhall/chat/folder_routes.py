"""The API of folders and tags, by which a person keeps sessions in order."""

from collections.abc import Sequence

from fastapi import APIRouter

from guildhall.chat import folder_queries, folders
from guildhall.chat.folder_schemas import SessionFolderChange, SessionFolderIn, SessionFolderOut, TagOut
from guildhall.chat.tables import FolderRow
from guildhall.core.web import DbSession, UserId

router = APIRouter(prefix="/api/v1/chat", tags=["chat"])
_MOST_TAGS = 200


@router.get("/folders", response_model=list[SessionFolderOut])
async def list_session_folders(user_id: UserId, session: DbSession) -> Sequence[FolderRow]:
    """Your folders in their order."""
    return await folder_queries.folders_of(session, user_id)


@router.post("/folders", response_model=SessionFolderOut, status_code=201)
async def create_session_folder(body: SessionFolderIn, user_id: UserId, session: DbSession) -> FolderRow:
    """Make a folder, the last in the list; names are unique, however they are written."""
    return await folders.create(session, user_id, body.name)


@router.patch("/folders/{folder_id}", response_model=SessionFolderOut)
async def change_session_folder(
    folder_id: str, body: SessionFolderChange, user_id: UserId, session: DbSession
) -> FolderRow:
    """Rename a folder, or put it in another place."""
    return await folders.change(session, user_id, folder_id, body)


@router.delete("/folders/{folder_id}", status_code=204)
async def delete_session_folder(folder_id: str, user_id: UserId, session: DbSession) -> None:
    """Forget a folder; the sessions in it stay."""
    await folders.delete(session, user_id, folder_id)


@router.get("/tags", response_model=list[TagOut])
async def list_session_tags(user_id: UserId, session: DbSession) -> list[TagOut]:
    """The tags on your sessions with their counts: the 200 most used, in that order."""
    found = await folder_queries.tags_of(session, user_id, limit=_MOST_TAGS)
    return [TagOut(name=name, sessions=count) for name, count in found]
