"""Tidying: every night, what nobody will ask for any more goes from the disk."""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from guildhall.core.clock import now
from guildhall.core.errors import AppError
from guildhall.core.jobs import JobContext
from guildhall.workspaces import queries, trash, uploads, version_queries, workspaces
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.safe_files import SafeFiles

_UPLOAD_DAYS = 7
_SETTLED_SECONDS = 3600.0  # what is younger may belong to a row that is being written
_MANY = 500


async def tidy(ground: Ground, context: JobContext) -> None:
    """Remove old trash, uploads that stopped, contents without a version, and folders without a workspace."""
    await _long_deleted(ground)
    await _old_trash(ground)
    await _old_uploads(ground)
    ids = await asyncio.to_thread(ground.ids)
    async with ground.db.read() as session:
        known: set[str] = set()
        for first in range(0, len(ids), _MANY):
            known |= await queries.known_ids(session, ids[first : first + _MANY])
    for number, workspace_id in enumerate(ids):
        if workspace_id in known:
            await _unused_contents(ground, workspace_id)
            await asyncio.to_thread(_leftovers, ground, workspace_id)
            await _lost(ground, workspace_id)
        elif await asyncio.to_thread(_age, ground.folder / workspace_id) > _SETTLED_SECONDS:
            await asyncio.to_thread(ground.remove, workspace_id)
        await context.progress(number + 1, len(ids))


async def _long_deleted(ground: Ground) -> None:
    """Workspaces whose own job failed for good; their folders go with those that are nobody's."""
    async with ground.db.write() as session:
        moment = now()
        for row in await queries.long_deleted(session, moment - timedelta(days=1), limit=_MANY):
            await workspaces.purge(session, row.id, moment.isoformat())


async def _old_trash(ground: Ground) -> None:
    before = now() - timedelta(days=ground.policy().trash_days)
    while True:
        async with ground.db.write() as session:
            rows = await queries.old_trash(session, before, limit=_MANY)
            await queries.remove_trash(session, [row.id for row in rows])
        await trash.drop(ground, rows)
        if len(rows) < _MANY:
            return


async def _old_uploads(ground: Ground) -> None:
    before = now() - timedelta(days=_UPLOAD_DAYS)
    while True:
        async with ground.db.write() as session:
            rows = await queries.old_uploads(session, before, limit=_MANY)
            await queries.remove_uploads(session, [row.id for row in rows])
        for row in rows:
            await asyncio.to_thread(uploads.drop, ground, row)
        if len(rows) < _MANY:
            return


async def _unused_contents(ground: Ground, workspace_id: str) -> None:
    store, before = ground.store(workspace_id), time.time() - _SETTLED_SECONDS
    old = await asyncio.to_thread(lambda: list(store.etags(before)))
    for first in range(0, len(old), _MANY):
        async with ground.db.read() as session:
            used = await version_queries.etags_in_use(session, workspace_id, old[first : first + _MANY])
        for etag in set(old[first : first + _MANY]) - used:
            await asyncio.to_thread(store.drop, etag)


async def _lost(ground: Ground, workspace_id: str) -> None:
    """What lies in the trash or among uploads without a row: the process died after that had gone."""
    async with ground.db.read() as session:
        trashed = await queries.trash_of(session, workspace_id, limit=1_000_000, before=None)
        coming = await queries.uploads_of(session, workspace_id, limit=1_000_000)
    bin_ = await asyncio.to_thread(ground.trash, workspace_id)
    parts = SafeFiles(await asyncio.to_thread(ground.uploads, workspace_id))
    await asyncio.to_thread(_drop_others, bin_, {row.id for row in trashed})
    await asyncio.to_thread(_drop_others, parts, {row.id for row in coming})


def _drop_others(place: SafeFiles, kept: set[str]) -> None:
    for entry in place.entries(""):
        if entry.path not in kept and _age(place.root / entry.path) > _SETTLED_SECONDS:
            with suppress(AppError):
                place.remove(entry.path)


def _leftovers(ground: Ground, workspace_id: str) -> None:
    """Half-written files and lots of a process that died."""
    incoming = ground.incoming(workspace_id)
    _drop_others(incoming, set())
    files = ground.files(workspace_id)
    for folder in ["", *(entry.path for entry in files.walk() if entry.kind == "folder")]:
        with suppress(AppError):
            files.drop_parts(folder, _SETTLED_SECONDS)


def _age(place: Path) -> float:
    """Seconds since something was changed or moved; 0 when it is gone."""
    try:
        found = place.lstat()
        return time.time() - max(found.st_mtime, found.st_ctime)
    except OSError:
        return 0.0
