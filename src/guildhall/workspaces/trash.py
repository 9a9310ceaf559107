"""Trash: what was deleted, to bring back until it is emptied or old."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import AppError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.workspaces import files, queries, scans, streams, workspaces
from guildhall.workspaces.errors import bad_path
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import clean, outermost, writable
from guildhall.workspaces.safe_files import Entry
from guildhall.workspaces.tables import TrashEntry
from guildhall.workspaces.versions import Author


async def put(ground: Ground, workspace_id: str, paths: list[str], author: Author = files.USER) -> list[TrashEntry]:
    """Move files and folders into the trash, one after the other; gives their entries. Raises `AppError`."""
    wanted = outermost(deletable(path) for path in paths)
    for path in wanted:  # all or none, as far as can be told
        await files.entry_of(ground, workspace_id, path)
    return [await _put(ground, workspace_id, path, author) for path in wanted]


def deletable(path: str) -> str:
    """A clean path of something that can go, which the workspace itself can't. Raises `BadRequestError`."""
    wanted = clean(path)
    if not wanted:
        raise bad_path(path, "names nothing")
    return wanted


def entry_not_found() -> NotFoundError:
    """Brought back, gone for good, or never there."""
    return NotFoundError("trash_entry_not_found", "There is no such thing in the trash.")


async def _put(ground: Ground, workspace_id: str, path: str, author: Author) -> TrashEntry:
    place, bin_ = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.trash(workspace_id)))
    entry = await files.entry_of(ground, workspace_id, path)
    size, count = await asyncio.to_thread(place.measure, path)
    row = TrashEntry(
        id=new_id("tr"),
        workspace_id=workspace_id,
        path=path,
        kind=entry.kind,
        size=size,
        file_count=count,
        deleted_at=now(),
    )
    async with ground.db.write() as session:
        workspace = await workspaces.hold(session, workspace_id)
        await asyncio.to_thread(place.hand_over, path, bin_, row.id)
        await queries.add(session, row)
        files.count(workspace, -size, -count)
        await streams.publish_files(session, workspace_id, [path], author.by, author.turn_id)
    await scans.look(ground, workspace_id, author, path)
    return row


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
