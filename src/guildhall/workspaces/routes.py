"""HTTP of workspaces: those of the person who asks."""

from typing import Any

from fastapi import APIRouter, Request

from guildhall.accounts.web import Acting
from guildhall.core.web import DbSession, Page, PageCursor, UserId, page_of
from guildhall.workspaces import queries, scans, uploads, version_queries, workspaces
from guildhall.workspaces.schemas import ChangesOut, UseOut, WorkspaceIn, WorkspaceOut, shown
from guildhall.workspaces.tables import Workspace
from guildhall.workspaces.versions import Author
from guildhall.workspaces.web import AnId, OnGround, Own

router = APIRouter(prefix="/api/v1/workspaces", tags=["workspaces"])


@router.post("", response_model=WorkspaceOut, status_code=201)
async def create_workspace(body: WorkspaceIn, user_id: UserId, session: DbSession, ground: OnGround) -> Workspace:
    """Make an empty workspace."""
    return await workspaces.create(session, ground.policy(), user_id, body.name)


@router.get("", response_model=Page[WorkspaceOut])
async def list_workspaces(user_id: UserId, session: DbSession, cursor: PageCursor) -> dict[str, Any]:
    """Newest first."""
    place = cursor.position(str)
    before = place[0] if place else None
    rows = await queries.workspaces_of(session, user_id, limit=cursor.limit + 1, before=before)
    return page_of(rows, cursor, lambda row: [row.id])


@router.get("/{workspace_id}", response_model=WorkspaceOut)
async def get_workspace(workspace: Own) -> Workspace:
    """One workspace."""
    return workspace


@router.patch("/{workspace_id}", response_model=WorkspaceOut)
async def rename_workspace(workspace_id: AnId, body: WorkspaceIn, user_id: UserId, session: DbSession) -> Workspace:
    """Call a workspace something else."""
    return await workspaces.rename(session, user_id, workspace_id, body.name)


@router.delete("/{workspace_id}", status_code=204)
async def delete_workspace(
    workspace_id: AnId, user_id: UserId, acting: Acting, session: DbSession, request: Request
) -> None:
    """Take a workspace out of sight; `restore` brings it back for ten minutes."""
    await workspaces.delete(session, request.app.state.jobs, acting, user_id, workspace_id)


@router.post("/{workspace_id}/restore", response_model=WorkspaceOut)
async def restore_workspace(
    workspace_id: AnId, user_id: UserId, acting: Acting, session: DbSession, ground: OnGround
) -> Workspace:
    """Bring a deleted workspace back."""
    return await workspaces.restore(session, ground.policy(), acting, user_id, workspace_id)


@router.get("/{workspace_id}/use", response_model=UseOut)
async def get_workspace_use(workspace: Own, session: DbSession, ground: OnGround) -> UseOut:
    """What a workspace holds, and its limits."""
    policy = ground.policy()
    return UseOut(
        files_bytes=workspace.used_bytes,
        file_count=workspace.file_count,
        trash_bytes=(await queries.trash_size(session, workspace.id))[0],
        uploads_bytes=(await queries.upload_size(session, workspace.id))[0],
        versions_bytes=await version_queries.kept_bytes(session, workspace.id),
        quota_bytes=policy.quota_bytes,
        edit_limit_bytes=policy.edit_bytes,
        upload_limit_bytes=policy.upload_bytes,
        chunk_limit_bytes=uploads.CHUNK_BYTES,
        versions_per_file=policy.versions_per_file,
        trash_days=policy.trash_days,
    )


@router.post("/{workspace_id}/rescan", response_model=ChangesOut)
async def rescan_workspace(workspace: Own, ground: OnGround) -> ChangesOut:
    """Look for what was changed from outside: it is told on the stream `workspace.{id}` and kept as versions."""
    changed = await scans.look(ground, workspace.id, Author("outside"))
    return ChangesOut(paths=[shown(path) for path in changed])
