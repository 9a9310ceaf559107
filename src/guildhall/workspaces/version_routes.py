"""HTTP of versions: those of a file, what one was, what changed, and going back."""

import asyncio
import io
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from guildhall.core.web import DbSession, Page, PageCursor, page_of
from guildhall.workspaces import files, version_queries, versions
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import clean
from guildhall.workspaces.schemas import DiffOut, VersionOut, WrittenOut
from guildhall.workspaces.tables import FileVersion
from guildhall.workspaces.web import STRETCH, AnId, AskedOf, OnGround, Own, PathQuery, file_response

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}/versions", tags=["workspaces"])


@router.get("", response_model=Page[VersionOut])
async def list_versions(workspace: Own, session: DbSession, cursor: PageCursor, path: PathQuery) -> dict[str, Any]:
    """What a file was, the newest first; also of one that is gone."""
    place = cursor.position(str)
    before = place[0] if place else None
    rows = await version_queries.versions_of(session, workspace.id, clean(path), limit=cursor.limit + 1, before=before)
    return page_of(rows, cursor, lambda row: [row.id])


@router.get("/{version_id}", response_model=VersionOut)
async def get_version(version_id: AnId, workspace: Own, session: DbSession) -> FileVersion:
    """One version, without its content."""
    return await versions.find(session, workspace.id, version_id)


@router.get("/{version_id}/raw", response_class=Response, responses=STRETCH)
async def download_version(
    version_id: AnId, workspace: Own, session: DbSession, ground: OnGround, asked: AskedOf
) -> Response:
    """What the file was, to be kept and never shown; one `Range` at a time, and nothing to whoever has it already."""
    row = await versions.find(session, workspace.id, version_id)
    content = await asyncio.to_thread(lambda: versions.content_of(ground.store(workspace.id), row))
    name = row.path.rpartition("/")[2]
    return file_response(io.BytesIO(content), name, len(content), row.etag or "", asked)


@router.get("/{version_id}/diff", response_model=DiffOut)
async def diff_version(
    version_id: AnId,
    workspace: Own,
    session: DbSession,
    ground: OnGround,
    against: Annotated[str | None, Query(pattern=r"^[0-9a-z_]{1,32}$")] = None,
) -> DiffOut:
    """What a version changed: against the one before it, or against any other."""
    after = await versions.find(session, workspace.id, version_id)
    before = (
        await version_queries.before(session, after)
        if against is None
        else await versions.find(session, workspace.id, against)
    )
    text = await asyncio.to_thread(_diff, ground, workspace.id, before, after)
    return DiffOut(path=after.path, before_etag=before.etag if before else None, after_etag=after.etag, diff=text)


@router.post("/{version_id}/restore", response_model=WrittenOut)
async def restore_version(version_id: AnId, workspace: Own, ground: OnGround) -> files.Written:
    """Write a version anew; what is there now stays as a version too."""
    async with ground.db.read() as session:
        row = await versions.find(session, workspace.id, version_id)
    content = await asyncio.to_thread(lambda: versions.content_of(ground.store(workspace.id), row))
    return await files.write(ground, workspace.id, row.path, content)


def _diff(ground: Ground, workspace_id: str, before: FileVersion | None, after: FileVersion) -> str:
    store = ground.store(workspace_id)
    sides = [b"" if row is None or row.etag is None else versions.content_of(store, row) for row in (before, after)]
    return versions.diff(sides[0], sides[1], after.path)
