"""HTTP of the trash: deleting, what was deleted, bringing it back, emptying."""

from typing import Any

from fastapi import APIRouter

from guildhall.core.web import DbSession, Page, PageCursor, page_of
from guildhall.workspaces import batches, queries, trash
from guildhall.workspaces.schemas import EntryOut, PathsIn, RestoreIn, TrashOut, entry_out, trash_out
from guildhall.workspaces.web import AnId, OnGround, Own

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}/trash", tags=["workspaces"])


@router.post("", response_model=list[TrashOut], status_code=201)
async def delete_files(body: PathsIn, workspace: Own, ground: OnGround) -> list[TrashOut]:
    """Move files and folders into the trash."""
    return [trash_out(row) for row in await batches.put_all(ground, workspace.id, body.paths)]


@router.get("", response_model=Page[TrashOut])
async def list_trash(workspace: Own, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """What was deleted, the last first."""
    place = cursor.position(str)
    before = place[0] if place else None
    rows = await queries.trash_of(session, workspace.id, limit=cursor.limit + 1, before=before)
    return page_of(rows, cursor, lambda row: [row.id])


@router.post("/{entry_id}/restore", response_model=EntryOut)
async def restore_file(entry_id: AnId, body: RestoreIn, workspace: Own, ground: OnGround) -> EntryOut:
    """Bring something back to where it was, or to another path; nothing is overwritten."""
    return entry_out(await trash.restore(ground, workspace.id, entry_id, body.path))


@router.delete("/{entry_id}", status_code=204)
async def remove_trash_entry(entry_id: AnId, workspace: Own, ground: OnGround) -> None:
    """Delete something in the trash for good."""
    await trash.remove(ground, workspace.id, entry_id)


@router.delete("", status_code=204)
async def empty_trash(workspace: Own, ground: OnGround) -> None:
    """Delete everything in the trash for good."""
    await trash.empty(ground, workspace.id)
