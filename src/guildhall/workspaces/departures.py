"""Departures: what workspaces hand to somebody who wants a copy of everything. Files themselves come as zip files."""

from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.core.db import Session
from guildhall.workspaces import queries, version_queries

_PAGE = 200


async def workspaces_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """A person's workspaces, up to 200 after this id."""
    rows = await queries.workspaces_after(session, user_id, after=after, limit=_PAGE)
    return [
        {
            "id": row.id,
            "name": row.name,
            "file_count": row.file_count,
            "used_bytes": row.used_bytes,
            "created_at": row.created_at,
            "deleted_at": row.deleted_at,
            "files": f"/api/v1/workspaces/{row.id}/archive",
        }
        for row in rows
    ]


async def files_page(session: Session, user_id: str, after: str) -> Sequence[Mapping[str, Any]]:
    """What is known of the files in a person's workspaces and of what they were, up to 200 after this id."""
    rows = await version_queries.versions_of_person(session, user_id, after=after, limit=_PAGE)
    return [
        {
            "id": row.id,
            "workspace_id": row.workspace_id,
            "path": row.path,
            "sha256": row.etag,
            "size": row.size,
            "by": row.by,
            "at": row.at,
            "current": row.is_current,
        }
        for row in rows
    ]
