"""Uploads: files that come piece by piece, go on after a broken connection or a restart, and take their place whole."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.workspaces import files, queries, workspaces
from guildhall.workspaces.errors import file_too_large, in_words, not_a_file, path_taken, too_many
from guildhall.workspaces.files import Written
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import writable
from guildhall.workspaces.staging import ABSENT
from guildhall.workspaces.tables import Upload

CHUNK_BYTES = 8 * 1024 * 1024
_MOST_AT_ONCE = 500


async def begin(ground: Ground, workspace_id: str, path: str, size: int, *, replaces: bool) -> Upload:
    """Say what is to come; its space is set aside. Raises `AppError`."""
    policy, path = ground.policy(), writable(path)
    if size > policy.upload_bytes:
        raise file_too_large(policy.upload_bytes)
    present = await asyncio.to_thread(lambda: ground.files(workspace_id).stat(path))
    if present is not None and present.kind != "file":
        raise not_a_file(path)
    if present is not None and not replaces:
        raise path_taken(path, path)
    moment = now()
    row = Upload(
        id=new_id("up"),
        workspace_id=workspace_id,
        path=path,
        size=size,
        replaces=replaces,
        created_at=moment,
        updated_at=moment,
    )
    async with ground.db.write() as session:
        workspace = await workspaces.hold(session, workspace_id)
        if (await queries.upload_size(session, workspace_id))[1] >= _MOST_AT_ONCE:
            raise too_many("too_many_uploads", "Too many uploads are under way.", _MOST_AT_ONCE)
        await files.require_space(session, policy, workspace, size)
        return await queries.add(session, row)


async def find(ground: Ground, workspace_id: str, upload_id: str) -> tuple[Upload, int]:
    """An upload, and how many of its bytes have come. Raises `NotFoundError`."""
    async with ground.db.read() as session:
        row = _required(await queries.upload(session, workspace_id, upload_id))
    return row, await asyncio.to_thread(offset_of, ground, row)


def offset_of(ground: Ground, row: Upload) -> int:
    """How many bytes of an upload have come; blocks."""
    with suppress(FileNotFoundError):
        return _part(ground, row).stat().st_size
    return 0


async def append(ground: Ground, row: Upload, offset: int, pieces: AsyncIterator[bytes]) -> int:
    """Add what comes to an upload, from `offset` on, which must be where it ends; gives where it ends then.

    What has come stays, also when the connection breaks. Raises `AppError`.
    """
    part = await asyncio.to_thread(_opened, ground, row)
    try:
        here = await asyncio.to_thread(part.seek, 0, os.SEEK_END)
        if here != offset:
            raise ConflictError("wrong_offset", f"The upload goes on at byte {here}.", offset=here)
        waiting = bytearray()
        try:
            async for piece in pieces:
                waiting += piece
                if here + len(waiting) > row.size:
                    raise file_too_large(row.size)
                if len(waiting) >= files.PART_BYTES:
                    here += await asyncio.to_thread(_write, part, row, bytes(waiting))
                    waiting.clear()
        finally:
            if here + len(waiting) <= row.size:
                here += await asyncio.to_thread(_write, part, row, bytes(waiting))
    finally:
        await asyncio.to_thread(part.close)
    async with ground.db.write() as session:
        held = _required(await queries.upload(session, row.workspace_id, row.id))
        held.updated_at = now()
    return here


async def complete(ground: Ground, row: Upload) -> Written:
    """Have an upload that has come whole take its place. Raises `AppError`."""
    await require_whole(ground, row)
    place = await asyncio.to_thread(ground.files, row.workspace_id)

    async def taken(session: Session) -> None:
        _required(await queries.locked_upload(session, row.workspace_id, row.id))
        await queries.remove_uploads(session, [row.id])

    async with files.staging(place, row.path) as staged:
        await asyncio.to_thread(_pour, ground, row, staged.write)
        expected = None if row.replaces else ABSENT
        written = await files.settle(ground, row.workspace_id, staged, files.USER, expected=expected, within=taken)
    await asyncio.to_thread(drop, ground, row)
    return written


async def require_whole(ground: Ground, row: Upload) -> None:
    """Raises `ConflictError` unless all of an upload has come."""
    offset = await asyncio.to_thread(offset_of, ground, row)
    if offset != row.size:
        message = f"Of {row.size} bytes, {offset} have come."
        raise ConflictError("upload_incomplete", message, offset=offset, size=row.size)


async def cancel(ground: Ground, row: Upload) -> None:
    """Forget an upload."""
    async with ground.db.write() as session:
        _required(await queries.locked_upload(session, row.workspace_id, row.id))
        await queries.remove_uploads(session, [row.id])
    await asyncio.to_thread(drop, ground, row)


def opened(ground: Ground, row: Upload) -> BinaryIO:
    """What has come of an upload, for reading; blocks. Of an empty one nothing came, ever."""
    with in_words(row.path):
        return os.fdopen(os.open(_part(ground, row), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb")


def drop(ground: Ground, row: Upload) -> None:
    """Take what has come of an upload from the disk; blocks."""
    _part(ground, row).unlink(missing_ok=True)


def _part(ground: Ground, row: Upload) -> Path:
    return ground.uploads(row.workspace_id) / row.id


def _opened(ground: Ground, row: Upload) -> IO[bytes]:
    with in_words(row.path):
        part = os.fdopen(os.open(_part(ground, row), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b", buffering=0)
    try:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        part.close()
        raise ConflictError("upload_busy", "Another request is sending this upload.") from None
    return part


def _write(part: IO[bytes], row: Upload, content: bytes) -> int:
    with in_words(row.path):
        begin = part.tell()
        try:
            left = memoryview(content)
            while left:
                left = left[part.write(left) :]
            os.fsync(part.fileno())
        except OSError:
            part.truncate(begin)
            raise
    return len(content)


def _pour(ground: Ground, row: Upload, write: Callable[[bytes], None]) -> None:
    with opened(ground, row) as part:
        while piece := part.read(files.PART_BYTES):
            write(piece)


def _required(row: Upload | None) -> Upload:
    if row is None:
        raise NotFoundError("upload_not_found", "There is no such upload; it may be complete.")
    return row
