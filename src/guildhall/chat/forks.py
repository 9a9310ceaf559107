"""Forks: a session of its own that begins as a copy of a branch of another."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.chat import attachment_queries, branch_queries, branches, folder_queries, fork_queries, queries, streams
from guildhall.chat.attachments import Attachments
from guildhall.chat.errors import session_not_found, too_long_to_fork
from guildhall.chat.messages import hold
from guildhall.chat.tables import AttachmentRow, ChatSession, Message
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.ids import new_id
from guildhall.workspaces.paths import alike

MOST_MESSAGES = 10_000
_PAGE = 500
_NUMBERED = re.compile(r" \(\d{1,3}\)$")
_LONGEST_TITLE = 200
_MOST_ALIKE = 100
_KEPT = (
    *("user_id", "model", "engine", "mode", "workspace_id", "instructions", "parameters", "most_calls"),
    *("most_cost_nano", "servers_off", "folder_id", "tags"),
)
# Not what it used and changed: that was in the session where it was made.
_SAID = ("position", "role", "kind", "status", "model", "error", "context_tokens")


async def create(
    session: Session,
    attachments: Attachments,
    owner: str,
    session_id: str,
    message_id: str | None,
    idempotency_key: str | None,
) -> ChatSession:
    """Copy the branch up to a message, or the one that is shown, but for an answer that is being made.

    Raises `session_not_found`, `message_not_found`, `too_long_to_fork`, `attachments_full`.
    """
    row = await hold(session, owner, session_id)
    if idempotency_key and (earlier := await fork_queries.fork_by_key(session, row.id, idempotency_key)):
        if earlier.deleted_at is not None:
            raise session_not_found()
        return earlier
    last_id = row.head_id if message_id is None else (await branches.find(session, row, message_id)).id
    ids = await branch_queries.branch_ids(session, last_id)
    if len(ids) > MOST_MESSAGES:
        raise too_long_to_fork(MOST_MESSAGES)
    fork = await _begin(session, row, idempotency_key, is_whole=last_id == row.head_id)
    moved = await _attachments(session, attachments, row, fork, ids)
    for start in range(0, len(ids), _PAGE):
        rows = await branch_queries.messages_by_ids(session, ids[start : start + _PAGE])
        await _copy(session, fork, [each for each in rows if each.status != "streaming"], moved)
    await fork_queries.copy_words(session, row.id, fork.id)
    await session.flush()
    await streams.publish_session(session, fork)
    return fork


async def _begin(session: Session, row: ChatSession, idempotency_key: str | None, *, is_whole: bool) -> ChatSession:
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
        fork_key=idempotency_key,
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


async def _copy(session: Session, fork: ChatSession, rows: Sequence[Message], moved: Mapping[str, str]) -> None:
    """Put messages, which follow one another, behind what the fork has."""
    if not rows:
        return
    copies: dict[str, dict[str, Any]] = {}
    for row in rows:
        attached = [{**each, "id": moved.get(each["id"], each["id"])} for each in row.attachments or ()]
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


async def _attachments(
    session: Session, attachments: Attachments, row: ChatSession, fork: ChatSession, ids: Sequence[str]
) -> Mapping[str, str]:
    """Have what the messages came with be the fork's too; new ids by the old ones."""
    wanted = await fork_queries.attached_to(session, row.id, set(ids))
    held = await attachment_queries.attachments_of(session, row.user_id, sorted(wanted))
    await attachments.require_room(session, row.user_id, sum(each.size for each in held.values()))
    moved: dict[str, str] = {}
    for each in held.values():
        fields = ("user_id", "name", "kind", "media_type", "size", "sha256")
        copy = AttachmentRow(id=new_id("atm"), session_id=fork.id, created_at=now(), **_of(each, fields))
        await attachment_queries.add(session, copy)
        await asyncio.to_thread(attachments.store.share, row.user_id, each.id, copy.id)
        moved[each.id] = copy.id
    return moved


def _of(row: AttachmentRow, fields: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}
