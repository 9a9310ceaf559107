"""Versions: what the files of a workspace were, who changed them, and going back."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.workspaces import texts
from guildhall.workspaces import version_queries as queries
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.store import Store
from guildhall.workspaces.streams import By
from guildhall.workspaces.tables import FileVersion

_DIFF_LINES = 20_000


@dataclass(frozen=True)
class Author:
    """Who changes files, and in which turn."""

    by: By
    turn_id: str | None = None


@dataclass(frozen=True)
class Seen:
    """A file as it was found on disk: size in bytes, its time in nanoseconds, whether the store has its content."""

    etag: str
    size: int
    modified_ns: int
    is_kept: bool


@dataclass(frozen=True)
class Change:
    """A file before and after; None is nothing there."""

    path: str
    before: Seen | None
    after: Seen | None


async def record(
    session: Session, policy: WorkspacePolicy, workspace_id: str, changes: Sequence[Change], author: Author
) -> None:
    """Add versions; what was there `before` and nobody has noted yet comes first, as from outside.

    The caller holds the workspace, and has put contents into the store.
    """
    known = await queries.current(session, workspace_id, [change.path for change in changes])
    rows: list[FileVersion] = []
    for change in changes:
        current = known.get(change.path)
        noted = None if current is None else current.etag
        if (change.before.etag if change.before else None) != noted:
            rows.append(_row(workspace_id, change.path, change.before, Author("outside"), is_new=noted is None))
            noted = change.before.etag if change.before else None
        if (change.after.etag if change.after else None) != noted:
            rows.append(_row(workspace_id, change.path, change.after, author, is_new=noted is None))
    newest = {row.path: row for row in rows}
    for row in newest.values():
        row.is_current = True
    await queries.set_past(session, [known[path].id for path in newest if path in known])
    await queries.add(session, [_values(row) for row in rows])
    await queries.prune(session, workspace_id, [path for path in newest if path in known], policy.versions_per_file)
    await queries.prune_bytes(session, workspace_id, policy.quota_bytes)


async def find(session: Session, workspace_id: str, version_id: str) -> FileVersion:
    """One version. Raises `NotFoundError`."""
    row = await queries.version(session, workspace_id, version_id)
    if row is None:
        raise NotFoundError("version_not_found", "There is no such version.")
    return row


def content_of(store: Store, row: FileVersion) -> bytes:
    """What the file was; blocks. Raises `ConflictError` when the file was gone, or its content is not kept."""
    if row.etag is None:
        raise ConflictError("version_is_deletion", "In this version the file was deleted.")
    content = store.read(row.etag) if row.is_kept else None
    if content is None:
        raise not_kept()
    return content


def not_kept() -> ConflictError:
    """It was too large, or it is so old that it was forgotten."""
    return ConflictError("version_not_kept", "The content of this version is not kept: the file was too large.")


def diff(before: bytes, after: bytes, path: str) -> str:
    """The unified difference of two texts; blocks. Raises `BadRequestError` when they are not text, or too long."""
    sides = [texts.read(content) for content in (before, after)]
    if sides[0] is None or sides[1] is None:
        raise BadRequestError("not_text", "Only texts can be compared line by line.", path=path)
    lines = [side[0].splitlines(keepends=True) for side in sides if side is not None]
    if max(len(one) for one in lines) > _DIFF_LINES:
        raise BadRequestError("too_long_to_compare", "The texts are too long to compare.", limit_lines=_DIFF_LINES)
    found = difflib.unified_diff(lines[0], lines[1], f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def _row(workspace_id: str, path: str, seen: Seen | None, author: Author, *, is_new: bool) -> FileVersion:
    return FileVersion(
        id=new_id("fv"),
        workspace_id=workspace_id,
        path=path,
        etag=seen.etag if seen else None,
        size=seen.size if seen else 0,
        modified_ns=seen.modified_ns if seen else 0,
        is_kept=seen.is_kept if seen else False,
        is_current=False,
        by=author.by,
        turn_id=author.turn_id,
        is_new=is_new,
        at=now(),
    )


def _values(row: FileVersion) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in FileVersion.__table__.columns}
