"""Attachments: files that people add to what they say. Each has a row and, in the store, its content.

An attachment belongs to its owner until a message comes with it, and to the session from then on. A content is on the
disk before its row is, and goes after it; what was left behind because a process died goes with the nightly tidying.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from guildhall.accounts.users import Farewell
from guildhall.chat import attachment_queries as queries
from guildhall.chat.attachment_kinds import kind_of, safe_name
from guildhall.chat.attachment_store import AttachmentStore
from guildhall.chat.errors import (
    attachment_not_found,
    attachment_too_large,
    attachment_used,
    attachments_full,
    too_many_waiting,
)
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.tables import AttachmentRow
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Job, JobContext, Jobs, Queue, Schedule
from guildhall.workspaces.errors import in_words

_QUEUE = Queue("attachments", concurrency=2, poll_seconds=5.0)
_TIDY, _FORGET = "chat.tidy_attachments", "chat.forget_attachments"
_MOST_WAITING = 200
_UNUSED = timedelta(days=1)
_SETTLED_SECONDS = 3600.0  # what is younger may belong to a row that is being written
_PIECE_BYTES = 1024 * 1024
_MANY = 500


class Attachments:
    """The attachments of one installation; blocking work is done in threads."""

    def __init__(self, db: Database, folder: Path, policy: Callable[[], ChatPolicy]) -> None:
        self._db = db
        self._policy = policy
        self.store = AttachmentStore(folder)

    async def add(self, owner: str, name: str, pieces: AsyncIterator[bytes]) -> AttachmentRow:
        """Keep what comes as an attachment. Raises `AppError`; nothing is kept then."""
        policy = self._policy()
        async with self._db.read() as session:
            await _require_room(session, policy, owner, 0)
        with in_words(name):
            part, file = await asyncio.to_thread(self.store.begin, owner)
        try:
            with in_words(name):
                size, sha256 = await _poured(file, pieces, policy.attachment_bytes)
            kind, media_type = kind_of(await asyncio.to_thread(part.read_bytes))
            row = AttachmentRow(
                id=new_id("atm"),
                user_id=owner,
                name=safe_name(name),
                kind=kind,
                media_type=media_type,
                size=size,
                sha256=sha256,
                created_at=now(),
            )
            async with self._db.write() as session:
                await _require_room(session, policy, owner, size)
                await queries.add(session, row)
                await asyncio.to_thread(self.store.keep, part, owner, row.id)
        finally:
            await asyncio.shield(asyncio.to_thread(part.unlink, missing_ok=True))
        return row

    async def find(self, owner: str, attachment_id: str) -> AttachmentRow:
        """One of the owner's. Raises `attachment_not_found`."""
        async with self._db.read() as session:
            return _required(await queries.attachment_of(session, owner, attachment_id))

    async def require_room(self, session: Session, owner: str, more_bytes: int) -> None:
        """Raises `attachments_full` when the owner may not have so much more."""
        if more_bytes:
            await _require_room(session, self._policy(), owner, more_bytes)

    async def opened(self, row: AttachmentRow) -> BinaryIO:
        """The content of an attachment. Raises `attachment_not_found` when it is gone."""
        try:
            return await asyncio.to_thread(self.store.place(row.user_id, row.id).open, "rb")
        except FileNotFoundError:
            raise attachment_not_found() from None

    async def remove(self, owner: str, attachment_id: str) -> None:
        """Forget an attachment that no message has. Raises `attachment_not_found`, `attachment_used`."""
        async with self._db.write() as session:
            held = await queries.locked_attachments_of(session, owner, [attachment_id])
            row = _required(held.get(attachment_id))
            if row.is_used:
                raise attachment_used(row.name)
            await queries.remove(session, [attachment_id])
        await asyncio.to_thread(self.store.drop, owner, [attachment_id])

    @property
    def jobs(self) -> list[Job]:
        """The kinds of job that attachments bring."""
        return [Job(_TIDY, self._tidy, _QUEUE), Job(_FORGET, self._forget, _QUEUE, is_told=False)]

    @property
    def schedules(self) -> list[Schedule]:
        """What runs by the clock."""
        return [Schedule(_TIDY, _TIDY, "50 4 * * *")]

    def farewell(self, jobs: Callable[[], Jobs]) -> Farewell:
        """What is done before an account goes: rows go with it, contents by a job that follows."""

        async def say(session: Session, user_id: str) -> None:
            await jobs().enqueue(session, _FORGET, user_id)

        return say

    async def _forget(self, _context: JobContext, owner: str) -> None:
        """Forget what is left of somebody who is gone."""
        await asyncio.to_thread(self.store.drop_owner, owner)

    async def _tidy(self, _context: JobContext) -> None:
        """Remove attachments that were never sent, and contents without a row."""
        while True:
            async with self._db.write() as session:
                rows = await queries.unused_before(session, now() - _UNUSED, limit=_MANY)
                await queries.remove(session, [row.id for row in rows])
            for row in rows:
                await asyncio.to_thread(self.store.drop, row.user_id, [row.id])
            if len(rows) < _MANY:
                break
        for owner in await asyncio.to_thread(self.store.owners):
            await self._drop_lost(owner)

    async def _drop_lost(self, owner: str) -> None:
        names = await asyncio.to_thread(self.store.settled, owner, _SETTLED_SECONDS)
        for first in range(0, len(names), _MANY):
            some = names[first : first + _MANY]
            async with self._db.read() as session:
                known = await queries.known_ids(session, owner, some)
            await asyncio.to_thread(self.store.drop, owner, set(some) - known)


async def _require_room(session: Session, policy: ChatPolicy, owner: str, more_bytes: int) -> None:
    size, waiting = await queries.amount_of(session, owner)
    if waiting >= _MOST_WAITING:
        raise too_many_waiting(_MOST_WAITING)
    if size + more_bytes > policy.person_bytes:
        raise attachments_full(policy.person_bytes)


async def _poured(file: BinaryIO, pieces: AsyncIterator[bytes], limit: int) -> tuple[int, str]:
    """Write what comes, on the disk when this returns; its size and digest. Raises `attachment_too_large`."""
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    try:
        async for piece in pieces:
            waiting += piece
            size += len(piece)
            if size > limit:
                raise attachment_too_large(limit)
            if len(waiting) >= _PIECE_BYTES:
                digest.update(waiting)
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
        digest.update(waiting)
        await asyncio.to_thread(file.write, bytes(waiting))
        await asyncio.to_thread(_sync, file)
    finally:
        await asyncio.to_thread(file.close)
    return size, digest.hexdigest()


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _required(row: AttachmentRow | None) -> AttachmentRow:
    if row is None:
        raise attachment_not_found()
    return row
