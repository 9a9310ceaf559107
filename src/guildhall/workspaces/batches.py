"""Batches: many files and folders deleted, brought back or moved by one request, each as if it were alone.

What can't be done is told with its reason, and everything else is done. Some dozens go in one transaction, so that
others can write in between.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from guildhall.core.clock import now
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.workspaces import files, queries, scans, streams, trash, version_queries, workspaces
from guildhall.workspaces.errors import file_not_found
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import outermost, writable
from guildhall.workspaces.safe_files import SafeFiles
from guildhall.workspaces.tables import TrashEntry, Workspace
from guildhall.workspaces.versions import Author

MOST = 2000
_AT_ONCE = 50
Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Failure:
    """What was not done: its path (of an entry that is not in the trash, its id), and why."""

    path: str
    error: AppError

    @property
    def code(self) -> str:
        """The error's code."""
        return self.error.code

    @property
    def message(self) -> str:
        """The error in words."""
        return self.error.message


@dataclass
class Batch(Generic[Result]):
    """What was done, and what was not."""

    done: list[Result] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """What went from where to where."""

    source: str
    target: str
    is_folder: bool


async def put(
    ground: Ground, workspace_id: str, paths: Sequence[str], author: Author = files.USER
) -> Batch[TrashEntry]:
    """Move files and folders into the trash; what lies in another one of them goes with it."""
    named = _each(paths, lambda path: path, trash.deletable)
    batch = Batch[TrashEntry](failed=named.failed)
    place, bin_ = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.trash(workspace_id)))
    for some in _portions(outermost(named.done)):
        found = await asyncio.to_thread(_rows, place, workspace_id, some)
        # Their rows come first: what lies in the trash without one is taken for what nobody can ask for any more.
        async with ground.db.write() as session:
            await workspaces.hold(session, workspace_id)
            await queries.add_trash(session, found.done)
        async with ground.db.write() as session:
            workspace = await workspaces.hold(session, workspace_id)
            put = await asyncio.to_thread(_hand_over, place, bin_, found.done)
            left = {row.id for row in found.done} - {row.id for row in put.done}
            await queries.remove_trash(session, list(left))
            _count(workspace, put.done, -1)
            gone = [row.path for row in put.done]
            await streams.publish_files(session, workspace_id, gone, author.by, author.turn_id)
        await scans.look_at(ground, workspace_id, author, *_by_kind(put.done))
        batch.done += put.done
        batch.failed += found.failed + put.failed
    return batch


async def put_all(ground: Ground, workspace_id: str, paths: Sequence[str]) -> list[TrashEntry]:
    """The same, but nothing if one of them isn't there, as far as can be told. Raises `AppError`."""
    for path in outermost(trash.deletable(path) for path in paths):
        await files.entry_of(ground, workspace_id, path)
    batch = await put(ground, workspace_id, paths)
    if batch.failed:
        raise batch.failed[0].error
    return batch.done


async def restore(ground: Ground, workspace_id: str, entry_ids: Sequence[str]) -> Batch[TrashEntry]:
    """Bring things back from the trash to where they were, never over something."""
    batch = Batch[TrashEntry]()
    place, bin_ = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.trash(workspace_id)))
    for some in _portions(sorted(set(entry_ids))):
        async with ground.db.write() as session:
            workspace = await workspaces.hold(session, workspace_id)
            rows = await queries.trash_entries(session, workspace_id, some)
            back = await asyncio.to_thread(_bring_back, bin_, place, rows)
            await queries.remove_trash(session, [row.id for row in back.done])
            _count(workspace, back.done, 1)
            await streams.publish_files(session, workspace_id, [row.path for row in back.done], files.USER.by)
        await scans.look_at(ground, workspace_id, files.USER, *_by_kind(back.done))
        batch.done += back.done
        batch.failed += back.failed
        lost = sorted(set(some) - {row.id for row in rows})
        batch.failed += [Failure(one, trash.entry_not_found()) for one in lost]
    return batch


async def move(
    ground: Ground, workspace_id: str, moves: Sequence[tuple[str, str]], author: Author = files.USER
) -> Batch[Move]:
    """Move or rename files and folders (from, to), one after the other, never over something; versions follow."""
    batch = Batch[Move]()
    place = await asyncio.to_thread(ground.files, workspace_id)
    for some in _portions(moves):
        async with ground.db.write() as session:
            await workspaces.hold(session, workspace_id)
            moved = await asyncio.to_thread(_move, place, some)
            for one in moved.done:
                follow = version_queries.move if one.is_folder else version_queries.move_file
                await follow(session, workspace_id, one.source, one.target)
            touched = [path for one in moved.done for path in (one.source, one.target)]
            await streams.publish_files(session, workspace_id, touched, author.by, author.turn_id)
        batch.done += moved.done
        batch.failed += moved.failed
    return batch


def _rows(place: SafeFiles, workspace_id: str, paths: Sequence[str]) -> Batch[TrashEntry]:
    """Entries of the trash for what is at these paths."""

    def row_of(path: str) -> TrashEntry:
        entry = place.stat(path)
        if entry is None:
            raise file_not_found(path)
        size, count = place.measure(path)
        held = {"kind": entry.kind, "size": size, "file_count": count}
        return TrashEntry(id=new_id("tr"), workspace_id=workspace_id, path=path, deleted_at=now(), **held)

    return _each(paths, lambda path: path, row_of)


def _hand_over(place: SafeFiles, bin_: SafeFiles, rows: Sequence[TrashEntry]) -> Batch[TrashEntry]:
    def hand_over(row: TrashEntry) -> TrashEntry:
        place.hand_over(row.path, bin_, row.id)
        return row

    return _each(rows, lambda row: row.path, hand_over)


def _bring_back(bin_: SafeFiles, place: SafeFiles, rows: Sequence[TrashEntry]) -> Batch[TrashEntry]:
    def bring_back(row: TrashEntry) -> TrashEntry:
        bin_.hand_over(row.id, place, row.path)
        return row

    return _each(rows, lambda row: row.path, bring_back)


def _move(place: SafeFiles, moves: Sequence[tuple[str, str]]) -> Batch[Move]:
    def move_one(pair: tuple[str, str]) -> Move:
        source, target = writable(pair[0]), writable(pair[1])
        entry = place.stat(source)
        if entry is None:
            raise file_not_found(source)
        if source != target:
            place.move(source, target)
        return Move(source, target, entry.kind == "folder")

    found = _each(moves, lambda pair: pair[0], move_one)
    found.done = [one for one in found.done if one.source != one.target]
    return found


def _each(items: Iterable[Given], name: Callable[[Given], str], work: Callable[[Given], Result]) -> Batch[Result]:
    """Do `work` on each; what fails is noted under its name."""
    batch = Batch[Result]()
    for one in items:
        try:
            batch.done.append(work(one))
        except AppError as error:
            batch.failed.append(Failure(name(one), error))
    return batch


def _portions(items: Sequence[Given]) -> Iterator[Sequence[Given]]:
    for first in range(0, len(items), _AT_ONCE):
        yield items[first : first + _AT_ONCE]


def _by_kind(rows: Sequence[TrashEntry]) -> tuple[list[str], list[str]]:
    """The paths of what is no folder, and those of folders."""
    return [row.path for row in rows if row.kind != "folder"], [row.path for row in rows if row.kind == "folder"]


def _count(workspace: Workspace, rows: Sequence[TrashEntry], sign: int) -> None:
    """Note that what these entries stand for came (1) into the files of a workspace, or went (-1)."""
    files.count(workspace, sign * sum(row.size for row in rows), sign * sum(row.file_count for row in rows))
