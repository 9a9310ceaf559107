"""Workspaces: make, rename, delete, bring back, and forget for good."""

from datetime import datetime

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.streams import user_stream
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs
from guildhall.workspaces import queries, streams
from guildhall.workspaces.errors import too_many, workspace_not_found
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.tables import Workspace

UNDO_SECONDS = 600
PURGE = "workspaces.purge"


async def create(session: Session, policy: WorkspacePolicy, owner: str, name: str) -> Workspace:
    """Make an empty workspace. Raises `ConflictError` when its owner has as many as people may have."""
    await _require_room(session, policy, owner)
    moment = now()
    row = Workspace(
        id=new_id("ws"),
        user_id=owner,
        name=name,
        used_bytes=0,
        file_count=0,
        created_at=moment,
        updated_at=moment,
        deleted_at=None,
    )
    await queries.add(session, row)
    await streams.publish_workspace(session, row)
    return row


async def find(session: Session, owner: str, workspace_id: str) -> Workspace:
    """The owner's workspace. Raises `NotFoundError`."""
    row = await queries.workspace_of(session, owner, workspace_id)
    if row is None:
        raise workspace_not_found()
    return row


async def hold(session: Session, workspace_id: str) -> Workspace:
    """A workspace that is to be written to, held until commit. Raises `NotFoundError`."""
    row = await queries.locked_workspace(session, workspace_id)
    if row is None or row.deleted_at is not None:
        raise workspace_not_found()
    return row


async def rename(session: Session, owner: str, workspace_id: str, name: str) -> Workspace:
    """Call a workspace something else."""
    row = await queries.locked_workspace_of(session, owner, workspace_id)
    if row is None or row.deleted_at is not None:
        raise workspace_not_found()
    row.name, row.updated_at = name, now()
    await streams.publish_workspace(session, row)
    return row


async def delete(session: Session, jobs: Jobs, actor: Actor, owner: str, workspace_id: str) -> None:
    """Take a workspace out of sight; it is forgotten for good after `UNDO_SECONDS`."""
    row = await queries.locked_workspace_of(session, owner, workspace_id)
    if row is None or row.deleted_at is not None:
        raise workspace_not_found()
    row.deleted_at = now()
    await streams.publish_removal(session, row)
    held = {"files": row.file_count, "bytes": row.used_bytes}
    await audit.record(session, actor, "workspace.deleted", target=f"workspace:{row.id}", before=held)
    await jobs.enqueue(session, PURGE, row.id, row.deleted_at.isoformat(), delay_seconds=UNDO_SECONDS)


async def restore(session: Session, policy: WorkspacePolicy, actor: Actor, owner: str, workspace_id: str) -> Workspace:
    """Bring a deleted workspace back."""
    row = await queries.locked_workspace_of(session, owner, workspace_id)
    if row is None or row.deleted_at is None:
        raise workspace_not_found()
    await _require_room(session, policy, owner)
    row.deleted_at = None
    await streams.publish_workspace(session, row)
    await audit.record(session, actor, "workspace.restored", target=f"workspace:{row.id}")
    return row


async def purge(session: Session, workspace_id: str, deleted_at: str) -> bool:
    """Forget a workspace's rows and events, unless it was brought back since; whether its folder is nobody's now."""
    row = await queries.locked_workspace(session, workspace_id)
    if row is None:
        return True
    if row.deleted_at is None or not deleted_at or row.deleted_at > datetime.fromisoformat(deleted_at):
        return False
    await log.drop_stream(session, streams.workspace_stream(workspace_id))
    await log.compact(session, user_stream(row.user_id), "workspace.changed")
    await queries.remove_workspace(session, workspace_id)
    return True


async def _require_room(session: Session, policy: WorkspacePolicy, owner: str) -> None:
    if await queries.count_of(session, owner) >= policy.workspaces_per_person:
        raise too_many(
            "too_many_workspaces",
            f"You have as many workspaces as people may have here: {policy.workspaces_per_person}.",
            policy.workspaces_per_person,
        )
