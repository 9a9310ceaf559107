"""Files: read, write, make folders, move and copy, each checked against the quota, kept as a version and told.

What is slow (writing, hashing) is done before the transaction; in it the workspace is held, what is there is compared
with what was expected, and the file takes its place. A file that took its place without its row, because the process
died, is noticed as a change from outside.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.workspaces import queries as space_queries
from guildhall.workspaces import streams, version_queries, versions, workspaces
from guildhall.workspaces.errors import changed_meanwhile, file_not_found, file_too_large, in_words, quota_exceeded
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.paths import clean, writable
from guildhall.workspaces.policy import WorkspacePolicy
from guildhall.workspaces.safe_files import Content, Entry, SafeFiles
from guildhall.workspaces.staging import Staged
from guildhall.workspaces.store import Store
from guildhall.workspaces.tables import Workspace
from guildhall.workspaces.versions import Author, Change, Seen

PART_BYTES = 1024 * 1024
USER = Author("user")


@dataclass(frozen=True)
class Written:
    """A file that was written: its etag, size in bytes, and whether it is new."""

    path: str
    etag: str
    size: int
    is_new: bool


async def read(ground: Ground, workspace_id: str, path: str) -> Content:
    """A file of at most what may be edited. Raises `AppError`."""
    limit = ground.policy().edit_bytes
    return await asyncio.to_thread(lambda: ground.files(workspace_id).read(path, limit))


async def write(
    ground: Ground, workspace_id: str, path: str, content: bytes, author: Author = USER, *, expected: str | None = None
) -> Written:
    """Replace or make a file, if `expected` is what is there (`ABSENT`: nothing). Raises `AppError`."""
    if len(content) > ground.policy().edit_bytes:
        raise file_too_large(ground.policy().edit_bytes)
    path = writable(path)
    files = await asyncio.to_thread(ground.files, workspace_id)
    async with staging(files, path) as staged:
        await asyncio.to_thread(staged.write, content)
        return await settle(ground, workspace_id, staged, author, expected=expected)


@asynccontextmanager
async def staging(files: SafeFiles, path: str) -> AsyncIterator[Staged]:
    """A file that is being written in threads; leaving the block without `settle` drops it."""
    staged = await asyncio.to_thread(files.stage, path)
    try:
        yield staged
    finally:
        await asyncio.shield(asyncio.to_thread(staged.drop))


async def _nothing(_session: Session) -> None:
    """What most files need in the transaction in which they take their place."""


async def settle(
    ground: Ground,
    workspace_id: str,
    staged: Staged,
    author: Author,
    *,
    expected: str | None = None,
    within: Callable[[Session], Awaitable[None]] = _nothing,
) -> Written:
    """Have a staged file take its place, with its version and its event, and `within` done. Raises `AppError`."""
    policy, path = ground.policy(), staged.path
    files, store = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.store(workspace_id)))
    await asyncio.to_thread(staged.seal)
    is_kept = staged.size <= policy.edit_bytes
    if is_kept:
        await asyncio.to_thread(_keep, store, staged)
    before = await asyncio.to_thread(seen, files, store.keep, path, policy.edit_bytes)
    async with ground.db.write() as session:
        row = await workspaces.hold(session, workspace_id)
        await within(session)
        noted = (await version_queries.current(session, workspace_id, [path])).get(path)
        if (noted.etag if noted else None) != (
            before.etag if before else None
        ):  # somebody wrote since, or from outside
            before = await asyncio.to_thread(seen, files, store.keep, path, policy.edit_bytes)
        await require_space(session, policy, row, staged.size - (before.size if before else 0))
        etag = await asyncio.to_thread(staged.commit, expected)
        after = Seen(etag, staged.size, staged.modified_ns, is_kept)
        await versions.record(session, policy, workspace_id, [Change(path, before, after)], author)
        count(row, after.size - (before.size if before else 0), 0 if before else 1)
        await streams.publish_files(session, workspace_id, [path], author.by, author.turn_id)
    return Written(path, etag, staged.size, before is None)


def seen(files: SafeFiles, keep: Callable[[str, bytes], None], path: str, limit_bytes: int) -> Seen | None:
    """A file as it is, its etag and content given to `keep` if it is not too large; None for nothing. Blocks."""
    entry = files.stat(path)
    if entry is None:
        return None
    if entry.size > limit_bytes:
        etag = files.etag(path)
        return None if etag is None else Seen(etag, entry.size, entry.modified_ns, is_kept=False)
    found = files.read(path, limit_bytes)
    with in_words(path):
        keep(found.etag, found.content)
    return Seen(found.etag, len(found.content), found.entry.modified_ns, is_kept=True)


def _keep(store: Store, staged: Staged) -> None:
    with in_words(staged.path):
        store.keep(staged.etag, staged.content())


async def require_space(session: Session, policy: WorkspacePolicy, row: Workspace, more_bytes: int) -> None:
    """Raises `TooLargeError` when a workspace would hold more than it may; the caller holds it."""
    if more_bytes > 0 and more_bytes > await space_left(session, policy, row):
        raise quota_exceeded(policy.quota_bytes)


async def space_left(session: Session, policy: WorkspacePolicy, row: Workspace) -> int:
    """How many bytes more may lie in a workspace: files, trash and what is on its way in count."""
    trash, _ = await space_queries.trash_size(session, row.id)
    uploads, _ = await space_queries.upload_size(session, row.id)
    return policy.quota_bytes - row.used_bytes - trash - uploads


async def mkdir(ground: Ground, workspace_id: str, path: str, author: Author = USER) -> None:
    """Make a folder, and those on the way. Raises `AppError`."""
    path = writable(path)
    files = await asyncio.to_thread(ground.files, workspace_id)
    async with ground.db.write() as session:
        await workspaces.hold(session, workspace_id)
        await asyncio.to_thread(files.mkdir, path)
        await streams.publish_files(session, workspace_id, [path], author.by, author.turn_id)


async def move(ground: Ground, workspace_id: str, source: str, target: str, author: Author = USER) -> Entry:
    """Move or rename a file or folder, never over something; its versions follow. Raises `AppError`."""
    source, target = writable(source), writable(target)
    files = await asyncio.to_thread(ground.files, workspace_id)
    async with ground.db.write() as session:
        await workspaces.hold(session, workspace_id)
        if source != target:
            await asyncio.to_thread(files.move, source, target)
            await version_queries.move(session, workspace_id, source, target)
            await streams.publish_files(session, workspace_id, [source, target], author.by, author.turn_id)
    return await entry_of(ground, workspace_id, target)


async def entry_of(ground: Ground, workspace_id: str, path: str) -> Entry:
    """What is at a path. Raises `NotFoundError`."""
    path = clean(path)
    found = await asyncio.to_thread(lambda: ground.files(workspace_id).stat(path))
    if found is None:
        raise file_not_found(path)
    return found


def count(row: Workspace, more_bytes: int, more_files: int) -> None:
    """Note that a workspace, which is held, has more (or less) in it."""
    row.used_bytes = max(0, row.used_bytes + more_bytes)
    row.file_count = max(0, row.file_count + more_files)
    row.updated_at = now()


async def remove(ground: Ground, workspace_id: str, path: str, author: Author, *, expected: str) -> None:
    """Remove a file that is what was `expected`; its versions stay. Raises `AppError`."""
    path, policy = writable(path), ground.policy()
    place, store = await asyncio.to_thread(lambda: (ground.files(workspace_id), ground.store(workspace_id)))
    async with ground.db.write() as session:
        row = await workspaces.hold(session, workspace_id)
        present = await asyncio.to_thread(seen, place, store.keep, path, policy.edit_bytes)
        if present is None or present.etag != expected:
            raise changed_meanwhile(path, present.etag if present else None)
        await asyncio.to_thread(place.remove, path)
        await versions.record(session, policy, workspace_id, [Change(path, present, None)], author)
        count(row, -present.size, -1)
        await streams.publish_files(session, workspace_id, [path], author.by, author.turn_id)
