"""Undo: giving back what a turn changed, file by file, where nothing has changed since; and redoing it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from guildhall.core.errors import AppError
from guildhall.workspaces import files, scans, turn_changes, version_queries, versions
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.staging import ABSENT
from guildhall.workspaces.tables import FileVersion
from guildhall.workspaces.turn_changes import TurnChange
from guildhall.workspaces.versions import Author


@dataclass
class Undone:
    """What is again as it was before the turn (or, redone, after it), and what is not, with the reason's code
    (`file_changed`: since then)."""

    restored: list[str] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)


async def undo(ground: Ground, workspace_id: str, turn_id: str) -> Undone:
    """Bring every file that the turn changed back to what it was before. Undoing twice changes nothing more."""
    changes, current = await _look(ground, workspace_id, turn_id)
    async with ground.db.read() as session:
        mixed = await version_queries.paths_mixed_with(session, workspace_id, turn_id)
    # To go back over what somebody else wrote while the turn ran would take that away.
    conflicts = {one.path: "file_changed" for one in changes if one.path in mixed and not one.is_undone}
    conflicts |= {one.path: "version_not_kept" for one in changes if not one.is_before_known}
    wanted = {one.path: one.before for one in changes if not one.is_undone}
    return await _bring(ground, workspace_id, turn_id, changes, wanted, current, conflicts)


async def redo(ground: Ground, workspace_id: str, turn_id: str) -> Undone:
    """Bring every file that was given back to what the turn made of it. Redoing twice changes nothing more."""
    changes, current = await _look(ground, workspace_id, turn_id)
    wanted: dict[str, FileVersion | None] = {one.path: one.after for one in changes if one.last.etag != one.after.etag}
    return await _bring(ground, workspace_id, turn_id, changes, wanted, current, {})


async def _look(
    ground: Ground, workspace_id: str, turn_id: str
) -> tuple[Sequence[TurnChange], Mapping[str, FileVersion]]:
    """What the turn changed, and what is there now."""
    await scans.look(ground, workspace_id, Author("outside"))
    async with ground.db.read() as session:
        changes = await turn_changes.of_turn(session, workspace_id, turn_id)
        return changes, await version_queries.current(session, workspace_id, [one.path for one in changes])


async def _bring(
    ground: Ground,
    workspace_id: str,
    turn_id: str,
    changes: Sequence[TurnChange],
    wanted: Mapping[str, FileVersion | None],
    current: Mapping[str, FileVersion],
    conflicts: Mapping[str, str],
) -> Undone:
    """Make files what is `wanted`, where they are as the turn or its undo left them."""
    undone, author = Undone(), Author("undo", turn_id)
    for change in changes:
        path = change.path
        if path not in wanted:
            continue
        now = current.get(path)
        if path in conflicts or (now.etag if now else None) != change.last.etag:
            undone.conflicts[path] = conflicts.get(path, "file_changed")
            continue
        try:
            await _give_back(ground, workspace_id, path, wanted[path], change.last.etag, author)
            undone.restored.append(path)
        except AppError as error:
            if error.status >= 500:
                raise
            undone.conflicts[path] = error.code
    return undone


async def _give_back(
    ground: Ground, workspace_id: str, path: str, wanted: FileVersion | None, present: str | None, author: Author
) -> None:
    """Write `wanted`, or remove the file, if what is there is what the turn left. Raises `AppError`."""
    if wanted is not None and wanted.etag is not None:
        content = await asyncio.to_thread(lambda: versions.content_of(ground.store(workspace_id), wanted))
        await files.write(ground, workspace_id, path, content, author, expected=present or ABSENT)
    elif present is not None:
        await files.remove(ground, workspace_id, path, author, expected=present)
