"""HTTP of uploads: begin, send piece by piece, complete or unpack."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect

from guildhall.core.errors import BadRequestError
from guildhall.core.middleware import BODY_LIMIT
from guildhall.core.web import DbSession
from guildhall.workspaces import files, queries, unpacking, uploads
from guildhall.workspaces.archive_schemas import ArchiveIn, UnpackedOut, UnpackIn, unpacked_out
from guildhall.workspaces.schemas import UploadIn, UploadOut, WrittenOut, upload_out
from guildhall.workspaces.web import BYTES, AnId, OnGround, Own

router = APIRouter(prefix="/api/v1/workspaces/{workspace_id}", tags=["workspaces"])
Offset = Annotated[int, Query(ge=0, le=2**53 - 1, description="Where the piece begins: what has come so far.")]


@router.post("/uploads", response_model=UploadOut, status_code=201)
async def begin_upload(body: UploadIn, workspace: Own, ground: OnGround) -> UploadOut:
    """Say what is to come and how long it is; then send its pieces, and complete it."""
    row = await uploads.begin(ground, workspace.id, body.path, body.size, replaces=body.replaces)
    return upload_out(row, 0)


@router.get("/uploads", response_model=list[UploadOut])
async def list_uploads(workspace: Own, session: DbSession, ground: OnGround) -> list[UploadOut]:
    """What is on its way in, the newest first."""
    rows = await queries.uploads_of(session, workspace.id, limit=500)
    offsets = await asyncio.to_thread(lambda: [uploads.offset_of(ground, row) for row in rows])
    return [upload_out(row, offset) for row, offset in zip(rows, offsets, strict=True)]


@router.get("/uploads/{upload_id}", response_model=UploadOut)
async def get_upload(upload_id: AnId, workspace: Own, ground: OnGround) -> UploadOut:
    """An upload, and where to go on."""
    return upload_out(*await uploads.find(ground, workspace.id, upload_id))


@router.put("/uploads/{upload_id}", response_model=UploadOut, openapi_extra=BYTES)
async def send_piece(upload_id: AnId, workspace: Own, ground: OnGround, request: Request, offset: Offset) -> UploadOut:
    """Send a piece of at most 8 MB; the next one begins at the `offset` of the answer."""
    row, _ = await uploads.find(ground, workspace.id, upload_id)
    request.scope["state"][BODY_LIMIT] = uploads.CHUNK_BYTES
    try:
        come = await uploads.append(ground, row, offset, request.stream())
    except ClientDisconnect:
        raise BadRequestError("upload_interrupted", "The connection broke; what came is kept.") from None
    return upload_out(row, come)


@router.post("/uploads/{upload_id}/complete", response_model=WrittenOut)
async def complete_upload(upload_id: AnId, workspace: Own, ground: OnGround) -> files.Written:
    """Have an upload that has come whole take its place."""
    row, _ = await uploads.find(ground, workspace.id, upload_id)
    return await uploads.complete(ground, row)


@router.post("/uploads/{upload_id}/unpack", response_model=UnpackedOut)
async def unpack_upload(upload_id: AnId, body: UnpackIn, workspace: Own, ground: OnGround) -> UnpackedOut:
    """Unpack an archive that has come whole, instead of keeping it; nothing is overwritten."""
    row, _ = await uploads.find(ground, workspace.id, upload_id)
    await uploads.require_whole(ground, row)
    opened = await asyncio.to_thread(uploads.opened, ground, row)
    unpacked = await unpacking.into(ground, workspace.id, opened, body.folder or "", body.encoding)
    await uploads.cancel(ground, row)
    return unpacked_out(unpacked)


@router.delete("/uploads/{upload_id}", status_code=204)
async def cancel_upload(upload_id: AnId, workspace: Own, ground: OnGround) -> None:
    """Forget an upload."""
    row, _ = await uploads.find(ground, workspace.id, upload_id)
    await uploads.cancel(ground, row)


@router.post("/unpack", response_model=UnpackedOut)
async def unpack_file(body: ArchiveIn, workspace: Own, ground: OnGround) -> UnpackedOut:
    """Unpack an archive that is in the workspace (zip, tar, tar.gz): all of it or nothing, and nothing is overwritten.

    What may not be here (links, devices, `.git`, paths that lead out) is left out and named with the reason.
    """
    if body.folder is None:
        return unpacked_out(await unpacking.beside(ground, workspace.id, body.path, body.encoding))
    opened = await asyncio.to_thread(lambda: ground.files(workspace.id).open(body.path))
    return unpacked_out(await unpacking.into(ground, workspace.id, opened, body.folder, body.encoding))
