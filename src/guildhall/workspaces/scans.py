"""Scans: what was changed on disk by others than the hall, found by size and time, kept as versions and told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from guildhall.core.errors import AppError
from guildhall.workspaces import files, streams, version_queries, versions, workspaces
from guildhall.workspaces.errors import in_words
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.store import Store
from guildhall.workspaces.tables import FileVersion
from guildhall.workspaces.versions import Author, Change, Seen

# What programs make for themselves: it counts, is shown and can be read, and has no versions.
UNWATCHED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".cache"})
_MOST_FILES = 20_000
_AT_ONCE = 500


@dataclass
class _Found:
    """What a look at the disk brought: changes, files with only a new time, and whether everything was looked at."""

    changes: list[Change] = field(default_factory=list)
    touched: dict[str, int] = field(default_factory=dict)
    total: tuple[int, int] | None = None


async def look(ground: Ground, workspace_id: str, author: Author, under: str = "") -> list[str]:
    """Keep what has changed at or below `under` as versions by `author`, and tell it; gives the paths.

    What the hall itself writes meanwhile is left to it.
    """
    return await look_at(ground, workspace_id, author, [], [under])


async def look_at(
    ground: Ground, workspace_id: str, author: Author, singles: Sequence[str], folders: Sequence[str]
) -> list[str]:
    """The same for several places, none in another: `singles` are or were no folders, which is quicker to find out."""
    limit = ground.policy().edit_bytes
    async with ground.db.read() as session:
        noted = await version_queries.current(session, workspace_id, singles)
        known = {path: row for path, row in noted.items() if row.etag is not None}
        for folder in folders:
            known |= await version_queries.current_under(session, workspace_id, folder)
    async with ground.long_work:
        found = await asyncio.to_thread(_survey, ground, workspace_id, known, [*singles, *folders], limit)
    paths: list[str] = []
    for first in range(0, len(found.changes), _AT_ONCE):  # nobody else writes meanwhile on SQLite
        paths += await _record(ground, workspace_id, author, known, found.changes[first : first + _AT_ONCE])
    if found.touched or found.total is not None:
        async with ground.db.write() as session:
            row = await workspaces.hold(session, workspace_id)
            await version_queries.set_seen(session, {known[path].id: at for path, at in found.touched.items()})
            if found.total is not None:
                row.used_bytes, row.file_count = found.total
    return paths


async def _record(
    ground: Ground, workspace_id: str, author: Author, known: Mapping[str, FileVersion], found: Sequence[Change]
) -> list[str]:
    async with ground.db.write() as session:
        await workspaces.hold(session, workspace_id)
        now_known = await version_queries.current(session, workspace_id, [change.path for change in found])
        changes = [change for change in found if _is_same(known.get(change.path), now_known.get(change.path))]
        await versions.record(session, ground.policy(), workspace_id, changes, author)
        paths = [change.path for change in changes]
        await streams.publish_files(session, workspace_id, paths, author.by, author.turn_id)
    return paths


def _is_same(before: FileVersion | None, after: FileVersion | None) -> bool:
    """Whether nobody has noted anything between two readings; what is gone counts as nothing."""
    after = None if after is not None and after.etag is None else after
    return (before.id if before else None) == (after.id if after else None)


def _survey(
    ground: Ground, workspace_id: str, known: Mapping[str, FileVersion], places: Sequence[str], limit_bytes: int
) -> _Found:
    place, store, found = ground.files(workspace_id), ground.store(workspace_id), _Found()
    present, is_whole = set[str](), True
    for path, size, modified_ns in (one for under in places for one in _files_at(place, under)):
        if len(present) >= _MOST_FILES:
            is_whole = False
            break
        present.add(path)
        noted = known.get(path)
        if noted is not None and (noted.size, noted.modified_ns) == (size, modified_ns):
            continue
        seen = _seen(place, store, path, limit_bytes)
        if seen is None:
            continue
        if noted is not None and noted.etag == seen.etag:
            found.touched[path] = seen.modified_ns
        else:
            found.changes.append(Change(path, _noted(noted), seen))
    if is_whole:
        gone = (path for path in known if path not in present)
        found.changes += [Change(path, _noted(known[path]), None) for path in gone]
    if found.changes:
        with in_words(""):
            store.sync()
    if "" in places:
        found.total = place.measure("")
    return found


def _files_at(place: SafeFiles, under: str) -> list[tuple[str, int, int]]:
    """(path, size, time) of every file whose versions are kept."""
    at = place.stat(under)
    if at is None or set(under.split("/")) & UNWATCHED:
        return []
    entries = place.walk(under, leave_out=UNWATCHED) if at.kind == "folder" else iter([at])
    return [(one.path, one.size, one.modified_ns) for one in entries if one.kind == "file" and _is_text(one.path)]


def _seen(place: SafeFiles, store: Store, path: str, limit_bytes: int) -> Seen | None:
    try:
        return files.seen(place, store.put, path, limit_bytes)
    except AppError as error:
        if error.status >= 500:
            raise
        return None  # a file that may not be read, or that has gone meanwhile


def _noted(row: FileVersion | None) -> Seen | None:
    if row is None or row.etag is None:
        return None
    return Seen(row.etag, row.size, row.modified_ns, row.is_kept)


def _is_text(path: str) -> bool:
    """Whether a name is one that rows can hold; disks take any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
