"""Forks: a session of its own that begins as a copy of a branch of another."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from guildhall.chat import (
    attachment_queries,
    branch_queries,
    branches,
    folder_queries,
    fork_queries,
    queries,
    sessions,
    streams,
)
from guildhall.chat.attachments import Attachments
from guildhall.chat.errors import session_not_found, too_long_to_fork
from guildhall.chat.messages import hold
from guildhall.chat.tables import AttachmentRow, ChatSession, Message
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.ids import new_id
from guildhall.core.jobs import Jobs
from guildhall.workspaces.paths import alike

MOST_MESSAGES = 10_000
_STEP = 50
_LONGEST_SECONDS = 0.2  # of the writer at once
_PAUSE_SECONDS = 0.1  # whoever waits for it meanwhile, also in another process, looks as often
_NUMBERED = re.compile(r" \(\d{1,3}\)$")
_LONGEST_TITLE = 200
_MOST_ALIKE = 100
_KEPT = (
    *("user_id", "model", "engine", "mode", "workspace_id", "instructions", "parameters", "most_calls"),
    *("most_cost_nano", "servers_off", "folder_id", "tags"),
)
# Not what it used and changed: that was in the session where it was made.
_SAID = ("position", "role", "kind", "status", "model", "error", "context_tokens")


@dataclass(frozen=True)
class Forks:
    """What forks are made with. A long one is copied in pieces, so that nobody waits long for the only writer."""

    db: Database
    attachments: Attachments
    jobs: Jobs

    async def create(
        self, owner: str, session_id: str, message_id: str | None, idempotency_key: str | None
    ) -> ChatSession:
        """Copy the branch up to a message, or the one that is shown, but for an answer that is being made.

        Raises `session_not_found`, `message_not_found`, `too_long_to_fork`, `attachments_full`.
        """
        async with self.db.write() as session:
            row = await hold(session, owner, session_id)
            if earlier := await _earlier(session, row.id, idempotency_key):
                return earlier
            last_id = row.head_id if message_id is None else (await branches.find(session, row, message_id)).id
            ids = await branch_queries.branch_ids(session, last_id)
            if len(ids) > MOST_MESSAGES:
                raise too_long_to_fork(MOST_MESSAGES)
            await self._require_room(session, row, set(ids))
            fork = await _begin(session, row, is_whole=last_id == row.head_id)
            copying = _Copying(self.attachments, row.id, fork.id, list(ids))
            if await copying.go_on(session, fork):
                return await _show(session, fork, idempotency_key)
            await sessions.hide(session, self.jobs, fork)
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            async with self.db.write() as session:
                hidden = await queries.locked_session(session, fork.id)
                if hidden is None:
                    raise session_not_found()
                if await copying.go_on(session, hidden):
                    return await _show(session, hidden, idempotency_key)

    async def _require_room(self, session: Session, row: ChatSession, ids: set[str]) -> None:
        """What the messages came with becomes the fork's too. Raises `attachments_full`."""
        wanted = await fork_queries.attached_to(session, row.id, ids)
        held = await attachment_queries.attachments_of(session, row.user_id, sorted(wanted))
        await self.attachments.require_room(session, row.user_id, sum(each.size for each in held.values()))


async def _earlier(session: Session, original_id: str, key: str | None) -> ChatSession | None:
    """The fork that an earlier request with the same key made. Raises `session_not_found` if it was deleted."""
    earlier = await fork_queries.fork_by_key(session, original_id, key) if key else None
    if earlier is not None and earlier.deleted_at is not None:
        raise session_not_found()
    return earlier


async def _show(session: Session, fork: ChatSession, key: str | None) -> ChatSession:
    """Let a fork that is whole be seen, unless the same request has made one meanwhile: then it stays hidden."""
    original_id = fork.forked_from_id or ""
    await queries.locked_session(session, original_id)
    if earlier := await _earlier(session, original_id, key):
        return earlier
    fork.fork_key, fork.deleted_at = key, None
    await session.flush()
    await streams.publish_session(session, fork)
    return fork


async def _begin(session: Session, row: ChatSession, *, is_whole: bool) -> ChatSession:
    moment = now()
    title = await _title(session, row)
    fork = ChatSession(
        id=new_id("se"),
        **{name: getattr(row, name) for name in _KEPT},
        title=title,
        is_titled=title is not None,
        todos=row.todos if is_whole else [],
        head_id=None,
        is_queue_held=False,
        state="idle",
        is_pinned=False,
        is_archived=False,
        forked_from_id=row.id,
        fork_key=None,
        activity_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    await queries.add(session, fork)
    await folder_queries.set_tags(session, fork, {alike(tag): tag for tag in fork.tags})
    return fork


async def _title(session: Session, row: ChatSession) -> str | None:
    """The title with the first number that is free; none if there is none."""
    if row.title is None:
        return None
    title = _NUMBERED.sub("", row.title)
    numbered = [f"{title[: _LONGEST_TITLE - 6]} ({number})" for number in range(2, _MOST_ALIKE)]
    taken = await fork_queries.titles_among(session, row.user_id, numbered)
    return next((each for each in numbered if each not in taken), numbered[-1])


@dataclass
class _Copying:
    """How far the copy of a branch has come."""

    attachments: Attachments
    original_id: str
    fork_id: str
    ids: list[str]
    """Of the messages that are still to be copied, oldest first."""
    moved: dict[str, str] = field(default_factory=dict)
    """New ids of attachments by the old ones."""

    async def go_on(self, session: Session, fork: ChatSession) -> bool:
        """Put what follows behind what the fork has, for as long as others may be kept waiting; whether it is whole.

        Raises `session_not_found` when the original has gone meanwhile.
        """
        until = time.monotonic() + _LONGEST_SECONDS
        while self.ids and time.monotonic() < until:
            step, self.ids = self.ids[:_STEP], self.ids[_STEP:]
            rows = await branch_queries.messages_by_ids(session, step)
            if len(rows) < len(step):
                raise session_not_found()
            await self._copy(session, fork, [row for row in rows if row.status != "streaming"])
        return not self.ids

    async def _copy(self, session: Session, fork: ChatSession, rows: Sequence[Message]) -> None:
        if not rows:
            return
        await self._attach(session, fork, {each["id"] for row in rows for each in row.attachments or ()})
        copies: dict[str, dict[str, Any]] = {}
        for row in rows:
            attached = [{**each, "id": self.moved.get(each["id"], each["id"])} for each in row.attachments or ()]
            copies[row.id] = {name: getattr(row, name) for name in _SAID} | {
                "id": new_id("me"),
                "session_id": fork.id,
                "parent_id": fork.head_id,
                "attachments": attached or None,
                "created_at": row.created_at,
            }
            fork.head_id = copies[row.id]["id"]
        await fork_queries.add_messages(session, list(copies.values()))
        await fork_queries.copy_parts(session, {old: copy["id"] for old, copy in copies.items()})
        await fork_queries.copy_words(session, self.original_id, fork.id, rows[0].position, rows[-1].position)

    async def _attach(self, session: Session, fork: ChatSession, wanted: set[str]) -> None:
        """Have what messages came with be the fork's too."""
        fields = ("user_id", "name", "kind", "media_type", "size", "sha256")
        held = await attachment_queries.attachments_of(session, fork.user_id, sorted(wanted - self.moved.keys()))
        for each in held.values():
            copy = AttachmentRow(id=new_id("atm"), session_id=fork.id, created_at=now(), **_of(each, fields))
            await attachment_queries.add(session, copy)
            await asyncio.to_thread(self.attachments.store.share, fork.user_id, each.id, copy.id)
            self.moved[each.id] = copy.id


def _of(row: AttachmentRow, fields: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}
