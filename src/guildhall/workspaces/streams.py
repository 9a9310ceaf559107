"""The event streams of workspaces: what is published when files change, and who may follow."""

from collections.abc import Sequence
from typing import Any, Literal

from guildhall.accounts.streams import user_stream
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.db import Session
from guildhall.core.realtime import StreamKind
from guildhall.workspaces import queries
from guildhall.workspaces.tables import Workspace

By = Literal["user", "agent", "undo", "outside"]
_WORKSPACE = "workspace."
_MOST_PATHS = 200


def workspace_stream(workspace_id: str) -> str:
    """Everything that happens in one workspace."""
    return f"{_WORKSPACE}{workspace_id}"


async def publish_files(
    session: Session, workspace_id: str, paths: Sequence[str], by: By, turn_id: str | None = None
) -> None:
    """Tell that files or folders have changed; past 200 paths readers look at everything again (`more`)."""
    if paths:
        body: dict[str, Any] = {"paths": list(paths[:_MOST_PATHS]), "more": len(paths) > _MOST_PATHS, "by": by}
        await events.publish(session, workspace_stream(workspace_id), "files.changed", body | {"turn_id": turn_id})


async def publish_workspace(session: Session, row: Workspace) -> None:
    """Tell the workspace's readers and its owner that it has changed; figures are read over HTTP."""
    body = {"workspace": {"id": row.id, "name": row.name}}
    await events.publish(session, workspace_stream(row.id), "workspace.changed", body)
    await events.publish(session, user_stream(row.user_id), "workspace.changed", body)


async def publish_removal(session: Session, row: Workspace) -> None:
    """Tell both that a workspace is gone."""
    body = {"id": row.id}
    await events.publish(session, workspace_stream(row.id), "workspace.removed", body)
    await events.publish(session, user_stream(row.user_id), "workspace.removed", body)


async def forget(session: Session, workspace_id: str) -> None:
    """Forget the events of a workspace."""
    await log.drop_stream(session, workspace_stream(workspace_id))


async def _owns(session: Session, user_id: str, workspace_id: str) -> bool:
    return await queries.workspace_of(session, user_id, workspace_id) is not None


async def _snapshot(session: Session, user_id: str, workspace_id: str) -> dict[str, Any]:
    """Folders are read over HTTP: a snapshot says "read them again"."""
    row = await queries.workspace_of(session, user_id, workspace_id)
    return {"workspace": {"id": row.id, "name": row.name} if row else None}


KINDS = [StreamKind(_WORKSPACE, _owns, _snapshot)]
