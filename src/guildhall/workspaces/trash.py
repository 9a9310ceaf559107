"""Trash: what was deleted, to bring back until it is emptied or old."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from guildhall.core.db import Session
from guildhall.core.errors import AppError, NotFoundError
from guildhall.workspaces import files, queries, scans, streams, workspaces
from guildhall.workspaces.errors import bad_path
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import clean, writable
from guildhall.workspaces.safe_files import Entry
from guildhall.workspaces.tables import TrashEntry


def deletable(path: str) -> str:
    """A clean path of something that can go, which the workspace itself can't. Raises `BadRequestError`."""
    wanted = clean(path)
    if not wanted:
        raise bad_path(path, "names nothing")
    return wanted


def entry_not_found() -> NotFoundError:
    """Brought back, gone for good, or never there."""
    return NotFoundError("trash_entry_not_found", "There is no such thing in the trash.")


async def restore(ground: Ground, workspace_id: str, entry_id: str, target: str | None) -> Entry:
    """Bring something back to where it was, or to `target`; nothing is overwritten. Raises `AppError`."""
    place, bin_ = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.trash(workspace_id)))
    async with ground.db.write() as session:
        workspace = await workspaces.hold(session, workspace_id)
        row = await _find(session, workspace_id, entry_id)
        path = row.path if target is None else writable(target)
        await asyncio.to_thread(bin_.hand_over, row.id, place, path)
        await queries.remove_trash(session, [row.id])
        files.count(workspace, row.size, row.file_count)
        await streams.publish_files(session, workspace_id, [path], "user")
    await scans.look(ground, workspace_id, files.USER, path)
    return await files.entry_of(ground, workspace_id, path)


async def remove(ground: Ground, workspace_id: str, entry_id: str) -> None:
    """Delete something in the trash for good. Raises `NotFoundError`."""
    async with ground.db.write() as session:
        await workspaces.hold(session, workspace_id)
        row = await _find(session, workspace_id, entry_id)
        await queries.remove_trash(session, [row.id])
    await drop(ground, [row])


async def empty(ground: Ground, workspace_id: str) -> None:
    """Delete everything in a workspace's trash for good."""
    async with ground.db.write() as session:
        await workspaces.hold(session, workspace_id)
        rows = await queries.trash_of(session, workspace_id, limit=100_000, before=None)
        await queries.remove_trash_of(session, workspace_id)
    await drop(ground, rows)


async def drop(ground: Ground, rows: Sequence[TrashEntry]) -> None:
    """Take from the disk what entries stood for; what is left when the process dies goes with the nightly tidying."""
    for row in rows:
        await asyncio.to_thread(_drop, ground, row)


def _drop(ground: Ground, row: TrashEntry) -> None:
    with suppress(AppError):
        ground.trash(row.workspace_id).remove(row.id)


async def _find(session: Session, workspace_id: str, entry_id: str) -> TrashEntry:
    row = await queries.trash_entry(session, workspace_id, entry_id)
    if row is None:
        raise entry_not_found()
    return row
