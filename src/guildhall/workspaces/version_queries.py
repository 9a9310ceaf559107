"""Statements on versions of files. Whose workspace it is has been asked before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Subquery, delete, false, func, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from guildhall.core.db import Session
from guildhall.workspaces.tables import FileVersion, Workspace

_MANY = 500  # of values in one statement: SQLite takes some thousands


def _under(folder: str) -> ColumnElement[bool]:
    """A path itself and all below it; an empty one is everything."""
    # Not LIKE: on SQLite it takes letters of either case for the same.
    inside = func.substr(FileVersion.path, 1, len(folder) + 1) == f"{folder}/"
    return or_(FileVersion.path == folder, inside) if folder else FileVersion.path.is_not(None)


async def current(session: Session, workspace_id: str, paths: Sequence[str]) -> dict[str, FileVersion]:
    """The newest version of each path."""
    found: dict[str, FileVersion] = {}
    for first in range(0, len(paths), _MANY):
        statement = select(FileVersion).where(
            FileVersion.workspace_id == workspace_id,
            FileVersion.path.in_(paths[first : first + _MANY]),
            FileVersion.is_current,
        )
        found.update({row.path: row for row in await session.scalars(statement)})
    return found


async def current_under(session: Session, workspace_id: str, folder: str) -> dict[str, FileVersion]:
    """The newest version of every path at or below a folder, where that is a file that is there."""
    statement = select(FileVersion).where(
        FileVersion.workspace_id == workspace_id,
        FileVersion.is_current,
        FileVersion.etag.is_not(None),
        _under(folder),
    )
    return {row.path: row for row in await session.scalars(statement)}


async def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert versions, oldest first."""
    for first in range(0, len(rows), _MANY):
        await session.execute(insert(FileVersion), rows[first : first + _MANY])


async def set_past(session: Session, version_ids: Sequence[str]) -> None:
    """Say that newer versions follow these."""
    for first in range(0, len(version_ids), _MANY):
        statement = update(FileVersion).where(FileVersion.id.in_(version_ids[first : first + _MANY]))
        await session.execute(statement.values(is_current=False))


async def set_seen(session: Session, times: Mapping[str, int]) -> None:
    """Note the times of files whose contents have not changed, by the ids of their versions."""
    if times:
        rows = [{"id": version_id, "modified_ns": modified_ns} for version_id, modified_ns in times.items()]
        await session.execute(update(FileVersion), rows)


async def move(session: Session, workspace_id: str, source: str, target: str) -> None:
    """Have the versions at and below `source` follow it to `target`; those of what was at `target` before go."""
    own = FileVersion.workspace_id == workspace_id
    await session.execute(delete(FileVersion).where(own, _under(target), ~_under(source)))
    moved = literal(target) + func.substr(FileVersion.path, len(source) + 1)
    statement = update(FileVersion).where(own, _under(source)).values(path=moved)
    await session.execute(statement.execution_options(synchronize_session=False))


async def move_file(session: Session, workspace_id: str, source: str, target: str) -> None:
    """The same for a plain file, which is quicker: there is nothing below it to look for."""
    own = FileVersion.workspace_id == workspace_id
    await session.execute(delete(FileVersion).where(own, FileVersion.path == target))
    statement = update(FileVersion).where(own, FileVersion.path == source).values(path=target)
    await session.execute(statement.execution_options(synchronize_session=False))


async def versions_of(
    session: Session, workspace_id: str, path: str, *, limit: int, before: str | None
) -> Sequence[FileVersion]:
    """The versions of a file, newest first, after the id `before`."""
    statement = select(FileVersion).where(FileVersion.workspace_id == workspace_id, FileVersion.path == path)
    if before is not None:
        statement = statement.where(FileVersion.id < before)
    return (await session.scalars(statement.order_by(FileVersion.id.desc()).limit(limit))).all()


async def version(session: Session, workspace_id: str, version_id: str) -> FileVersion | None:
    """One version of a file of a workspace."""
    statement = select(FileVersion).where(FileVersion.workspace_id == workspace_id, FileVersion.id == version_id)
    return (await session.scalars(statement)).one_or_none()


async def before(session: Session, row: FileVersion) -> FileVersion | None:
    """The version that a version followed."""
    found = await versions_of(session, row.workspace_id, row.path, limit=1, before=row.id)
    return found[0] if found else None


async def of_turn(session: Session, workspace_id: str, turn_id: str) -> Sequence[FileVersion]:
    """What a turn made of files, oldest first."""
    statement = select(FileVersion).where(FileVersion.workspace_id == workspace_id, FileVersion.turn_id == turn_id)
    return (await session.scalars(statement.order_by(FileVersion.id))).all()


async def before_turn(session: Session, workspace_id: str, turn_id: str) -> dict[str, FileVersion]:
    """What was there before a turn's agent changed it, by path: the newest version before its first."""
    older = aliased(FileVersion)
    first = _of_agent(workspace_id, turn_id)
    newest = select(func.max(older.id)).where(
        older.workspace_id == workspace_id, older.path == first.c.path, older.id < first.c.first
    )
    statement = select(FileVersion).join(first, FileVersion.id == newest.correlate(first).scalar_subquery())
    return {row.path: row for row in await session.scalars(statement)}


async def paths_mixed_with(session: Session, workspace_id: str, turn_id: str) -> set[str]:
    """Paths that others changed between two changes by the agent of a turn."""
    first = _of_agent(workspace_id, turn_id)
    statement = select(FileVersion.path).join(first, FileVersion.path == first.c.path)
    statement = statement.where(
        FileVersion.workspace_id == workspace_id,
        FileVersion.id > first.c.first,
        FileVersion.id < first.c.last,
        FileVersion.turn_id.is_distinct_from(turn_id),
    )
    return set(await session.scalars(statement.distinct()))


async def workspace_of_turn(session: Session, owner: str, turn_id: str) -> str | None:
    """The owner's workspace in which a turn changed files; None when it changed none."""
    own = select(Workspace.id).where(Workspace.user_id == owner)
    statement = select(FileVersion.workspace_id).where(
        FileVersion.workspace_id.in_(own), FileVersion.turn_id == turn_id
    )
    found: str | None = (await session.scalars(statement.limit(1))).one_or_none()
    return found


def _of_agent(workspace_id: str, turn_id: str) -> Subquery:
    """The first and the last version of each path that the agent of a turn made."""
    statement = select(
        FileVersion.path, func.min(FileVersion.id).label("first"), func.max(FileVersion.id).label("last")
    )
    statement = statement.where(
        FileVersion.workspace_id == workspace_id, FileVersion.turn_id == turn_id, FileVersion.by == "agent"
    )
    return statement.group_by(FileVersion.path).subquery()


async def prune(session: Session, workspace_id: str, paths: Sequence[str], keep: int) -> None:
    """Forget all but the newest `keep` versions of each path."""
    for first in range(0, len(paths), _MANY):
        own = (FileVersion.workspace_id == workspace_id, FileVersion.path.in_(paths[first : first + _MANY]))
        counted = select(FileVersion.path).where(*own).group_by(FileVersion.path).having(func.count() > keep)
        for path in (await session.scalars(counted)).all():
            newest = select(FileVersion.id).where(own[0], FileVersion.path == path)
            newest = newest.order_by(FileVersion.id.desc()).limit(keep)
            kept = (await session.scalars(newest)).all()
            older = delete(FileVersion).where(own[0], FileVersion.path == path, FileVersion.id.not_in(kept))
            await session.execute(older)


async def prune_bytes(session: Session, workspace_id: str, most_bytes: int) -> None:
    """Forget the oldest past versions until those that are kept take up at most so much, uncompressed."""
    past = (FileVersion.workspace_id == workspace_id, FileVersion.is_kept, FileVersion.is_current == false())
    total = int((await session.execute(select(func.coalesce(func.sum(FileVersion.size), 0)).where(*past))).scalar_one())
    while total > most_bytes:
        oldest = select(FileVersion.id, FileVersion.size).where(*past).order_by(FileVersion.id).limit(_MANY)
        dropped = []
        for version_id, size in (await session.execute(oldest)).all():
            dropped.append(version_id)
            total -= size
            if total <= most_bytes:
                break
        if not dropped:
            return
        await session.execute(delete(FileVersion).where(FileVersion.id.in_(dropped)))


async def kept_bytes(session: Session, workspace_id: str) -> int:
    """What the past versions of a workspace take up, uncompressed."""
    past = (FileVersion.workspace_id == workspace_id, FileVersion.is_kept, FileVersion.is_current == false())
    statement = select(func.coalesce(func.sum(FileVersion.size), 0)).where(*past)
    return int((await session.execute(statement)).scalar_one())


async def etags_in_use(session: Session, workspace_id: str, etags: Sequence[str]) -> set[str]:
    """Those of `etags` that some version of the workspace has."""
    statement = select(FileVersion.etag).where(FileVersion.workspace_id == workspace_id, FileVersion.etag.in_(etags))
    return {etag for etag in await session.scalars(statement.distinct()) if etag is not None}


async def versions_of_person(session: Session, owner: str, *, after: str, limit: int) -> Sequence[FileVersion]:
    """The versions in the owner's workspaces after an id, in order of ids."""
    statement = select(FileVersion).join(Workspace, Workspace.id == FileVersion.workspace_id)
    statement = statement.where(Workspace.user_id == owner, FileVersion.id > after)
    return (await session.scalars(statement.order_by(FileVersion.id).limit(limit))).all()
