"""Turn changes: what a turn of an agent made of files, all in all, and by how many lines."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from guildhall.core.db import Session
from guildhall.core.errors import AppError
from guildhall.workspaces import texts, version_queries, versions
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.store import Store
from guildhall.workspaces.tables import FileVersion

ChangeKind = Literal["created", "changed", "deleted"]
_COUNTED_FILES = 200
_COUNTED_LINES = 4000  # comparing takes the square of it, if there is little in common


@dataclass(frozen=True)
class TurnChange:
    """One file before a turn and after it, and as the turn or its undo left it last."""

    path: str
    before: FileVersion | None
    """None where nothing was there, or where nobody kept what was."""
    is_before_known: bool
    after: FileVersion
    last: FileVersion

    @property
    def kind(self) -> ChangeKind:
        """What became of the file."""
        if self.after.etag is None:
            return "deleted"
        return "created" if self.is_before_known and _etag(self.before) is None else "changed"

    @property
    def is_undone(self) -> bool:
        """Whether the file was given back, and not brought on again since."""
        return self.is_before_known and self.last.etag == _etag(self.before)


@dataclass(frozen=True)
class Lines:
    """How many lines came and went."""

    added: int
    removed: int


async def of_turn(session: Session, workspace_id: str, turn_id: str) -> list[TurnChange]:
    """What a turn changed, by path; what it made and took away again is left out."""
    made = await version_queries.of_turn(session, workspace_id, turn_id)
    before = await version_queries.before_turn(session, workspace_id, turn_id)
    last = {row.path: row for row in made}
    first, after = dict[str, FileVersion](), dict[str, FileVersion]()
    for row in made:
        if row.by == "agent":
            first.setdefault(row.path, row)
            after[row.path] = row
    changes = [
        TurnChange(path, before.get(path), _is_known(first[path], before.get(path)), after[path], last[path])
        for path in sorted(first)
    ]
    return [one for one in changes if not (one.is_before_known and _etag(one.before) == one.after.etag)]


async def lines_of(ground: Ground, workspace_id: str, changes: Sequence[TurnChange]) -> Mapping[str, Lines]:
    """The lines of the first 200 files, by path; without what is no text, too long, or not kept."""
    store = ground.store(workspace_id)
    async with ground.long_work:
        return await asyncio.to_thread(
            lambda: {one.path: lines for one in changes[:_COUNTED_FILES] if (lines := _lines(store, one)) is not None}
        )


def diff(store: Store, change: TurnChange) -> str:
    """The unified difference of a file before and after the turn; blocks. Raises `AppError`."""
    before, after = _contents(store, change)
    return versions.diff(before, after, change.path)


def _lines(store: Store, change: TurnChange) -> Lines | None:
    try:
        sides = [texts.read(content) for content in _contents(store, change)]
        counts = [side[0].count("\n") for side in sides if side is not None]
        if len(counts) < len(sides) or (min(counts) > 0 and max(counts) > _COUNTED_LINES):
            return None
        found = diff(store, change).splitlines()[2:]
    except AppError:
        return None
    return Lines(sum(line[:1] == "+" for line in found), sum(line[:1] == "-" for line in found))


def _contents(store: Store, change: TurnChange) -> tuple[bytes, bytes]:
    if not change.is_before_known:
        raise versions.not_kept()
    before, after = (
        b"" if row is None or row.etag is None else versions.content_of(store, row)
        for row in (change.before, change.after)
    )
    return before, after


def _is_known(first: FileVersion, before: FileVersion | None) -> bool:
    """Whether `before` is what the turn found: older versions may have been forgotten since."""
    return first.is_new is not False or _etag(before) is not None


def _etag(row: FileVersion | None) -> str | None:
    return row.etag if row is not None else None
