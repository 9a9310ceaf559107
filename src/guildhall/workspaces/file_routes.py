"""HTTP of files: folders page by page, texts, downloads, writing, moving, copying."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from guildhall.core.middleware import BODY_LIMIT
from guildhall.core.web import Page, PageCursor, page_of
from guildhall.workspaces import copies, files, tags, texts
from guildhall.workspaces.paths import alike, clean
from guildhall.workspaces.safe_files import Entry, SafeFiles, etag_of
from guildhall.workspaces.schemas import EntryOut, FileOut, FolderIn, TransferIn, WrittenOut, entry_out, moment_of
from guildhall.workspaces.web import (
    BYTES,
    STRETCH,
    AskedOf,
    IfMatch,
    IfNoneMatch,
    OnGround,
    Own,
    PathQuery,
    expected_of,
    file_response,
)

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}", tags=["workspaces"])


@router.get("/files", response_model=Page[EntryOut])
async def list_files(
    workspace: Own, ground: OnGround, cursor: PageCursor, path: Annotated[str, Query(max_length=1024)] = ""
) -> dict[str, Any]:
    """What is in a folder: folders first, then by name; without a path, the workspace itself."""
    place = cursor.position(bool, str, str)
    folder = clean(path)
    entries = await asyncio.to_thread(lambda: ground.files(workspace.id).entries(folder))
    after = [entry for entry in entries if place is None or _order(entry) > place]
    return page_of([entry_out(entry) for entry in after[: cursor.limit + 1]], cursor, _order)


@router.get("/entry", response_model=EntryOut)
async def get_entry(workspace: Own, ground: OnGround, path: PathQuery) -> EntryOut:
    """What is at a path, without its content."""
    return entry_out(await files.entry_of(ground, workspace.id, path))


@router.get("/file", response_model=FileOut)
async def read_file(workspace: Own, ground: OnGround, path: PathQuery) -> Response:
    """A file as text, with its encoding and the etag to write it back with."""
    shown = await asyncio.to_thread(_file_out, ground.files(workspace.id), clean(path), ground.policy().edit_bytes)
    return Response(shown, media_type="application/json", headers={"cache-control": "private, no-store"})


@router.get("/file/raw", response_class=StreamingResponse, responses=STRETCH)
async def download_file(workspace: Own, ground: OnGround, path: PathQuery, asked: AskedOf) -> Response:
    """A file as it is, to be kept and never shown; one `Range` at a time, and nothing to whoever has it already."""
    path = clean(path)
    entry = await files.entry_of(ground, workspace.id, path)
    place = await asyncio.to_thread(ground.files, workspace.id)
    opened = await asyncio.to_thread(place.open, path)
    try:
        tag = await tags.of(ground, workspace.id, place, path, opened)
        size = place.entry_of(path, opened).size
    except BaseException:
        opened.close()
        raise
    return file_response(opened, entry.name, size, tag, asked)


@router.put("/file", response_model=WrittenOut, openapi_extra=BYTES)
async def write_file(
    workspace: Own,
    ground: OnGround,
    request: Request,
    path: PathQuery,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
    encoding: texts.Encoding = "utf-8",
) -> files.Written:
    """Replace or make a file of the bytes sent; with another `encoding` they are UTF-8 text, to be stored in that.

    What is there must have the etag of `If-Match`, or with `If-None-Match: *` there must be nothing: else 412, with
    the present etag. The file is replaced whole or not at all.
    """
    limit = ground.policy().edit_bytes
    request.scope["state"][BODY_LIMIT] = limit
    content = await asyncio.to_thread(texts.encoded, await request.body(), encoding)
    expected = expected_of(if_match, if_none_match)
    return await files.write(ground, workspace.id, path, content, expected=expected)


@router.post("/folders", response_model=EntryOut, status_code=201)
async def create_folder(body: FolderIn, workspace: Own, ground: OnGround) -> EntryOut:
    """Make a folder, and those on the way to it."""
    await files.mkdir(ground, workspace.id, body.path)
    return entry_out(await files.entry_of(ground, workspace.id, body.path))


@router.post("/move", response_model=EntryOut)
async def move_file(body: TransferIn, workspace: Own, ground: OnGround) -> EntryOut:
    """Move or rename a file or a folder; its versions follow."""
    return entry_out(await files.move(ground, workspace.id, body.source, body.target))


@router.post("/copy", response_model=EntryOut, status_code=201)
async def copy_file(body: TransferIn, workspace: Own, ground: OnGround) -> EntryOut:
    """Copy a file or a folder; links are left out."""
    return entry_out(await copies.copy(ground, workspace.id, body.source, body.target))


def _order(entry: Entry | EntryOut) -> list[Any]:
    return [entry.kind != "folder", alike(entry.name), entry.name]


def _file_out(place: SafeFiles, path: str, limit_bytes: int) -> bytes:
    with place.open(path) as file:
        entry = place.entry_of(path, file)
        content = file.read(limit_bytes + 1) if entry.size <= limit_bytes else b""
    is_whole = entry.size <= limit_bytes and len(content) <= limit_bytes
    found = texts.read(content) if is_whole else None
    shown = FileOut(
        path=path,
        size=len(content) if is_whole else entry.size,
        modified_at=moment_of(entry.modified_ns),
        etag=etag_of(content) if is_whole else place.etag(path) or "",
        media_type=texts.media_type_of(path, found is not None),
        encoding=found[1] if found else None,
        text=found[0] if found else None,
        reason=None if found else "not_text" if is_whole else "too_large",
    )
    return shown.model_dump_json().encode()
