"""HTTP of searching a workspace, and of taking files out as a zip file."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from guildhall.workspaces import archives, search
from guildhall.workspaces.batch_schemas import ManyPathsIn
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.lines import Wanted
from guildhall.workspaces.schemas import NamesOut, SearchOut, entry_out
from guildhall.workspaces.tables import Workspace
from guildhall.workspaces.web import OnGround, Own, attachment

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}", tags=["workspaces"])
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/search", response_model=SearchOut)
async def search_files(
    workspace: Own,
    ground: OnGround,
    query: Annotated[str, Query(min_length=1, max_length=500)],
    regex: bool = False,
    case_sensitive: bool = False,
    glob: Annotated[str, Query(max_length=200, description="Only files like this, such as `*.py` or `!docs/**`.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> search.Found:
    """Lines of text files in which something occurs, within ten seconds; what programs make for themselves
    (`node_modules`, `.git`…) is left out."""
    place = await asyncio.to_thread(ground.files, workspace.id)
    wanted = Wanted(query, regex, case_sensitive, glob, limit)
    async with ground.searches:
        return await search.in_files(place, wanted, program=search.ripgrep())


@router.get("/names", response_model=NamesOut)
async def search_names(
    workspace: Own,
    ground: OnGround,
    query: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NamesOut:
    """Files and folders whose paths have every word of the query, the best first."""
    found, more = await asyncio.to_thread(lambda: search.by_name(ground.files(workspace.id), query, limit))
    return NamesOut(items=[entry_out(entry) for entry in found], more=more)


@router.get("/archive", response_class=StreamingResponse, responses=_ZIP)
async def download_archive(
    workspace: Own,
    ground: OnGround,
    path: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - FastAPI copies it
) -> StreamingResponse:
    """Files and folders as one zip file, made while it is sent; without a path, everything. Links are left out."""
    return await _archive(workspace, ground, path)


@router.post("/archive", response_class=StreamingResponse, responses=_ZIP)
async def download_many(body: ManyPathsIn, workspace: Own, ground: OnGround) -> StreamingResponse:
    """The same for more paths than an address holds."""
    return await _archive(workspace, ground, body.paths)


async def _archive(workspace: Workspace, ground: Ground, paths: list[str]) -> StreamingResponse:
    chosen = archives.chosen(paths)
    place = await asyncio.to_thread(ground.files, workspace.id)
    await asyncio.to_thread(archives.require, place, chosen)
    name = workspace.name if len(chosen) != 1 or not chosen[0] else chosen[0].rpartition("/")[2]
    return StreamingResponse(
        archives.packed(place, chosen), headers=attachment(f"{name}.zip"), media_type="application/zip"
    )
