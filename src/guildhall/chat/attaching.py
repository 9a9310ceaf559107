"""Attaching: what a message that is being sent comes with.

What no model can be shown is put into the session's workspace first, before the message's transaction begins: writing
files takes a transaction of its own. Sending again finds it there.
"""

import asyncio
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guildhall.chat import attachment_queries, queries
from guildhall.chat.attachments import Attachments
from guildhall.chat.errors import (
    attachment_needs_workspace,
    attachment_not_found,
    attachment_used,
    pictures_unseen,
    too_many_attachments,
    too_many_pictures,
)
from guildhall.chat.showing import LONGEST_TEXT, MOST_PICTURES, PICTURE_BYTES
from guildhall.chat.tables import AttachmentRow, ChatSession
from guildhall.core.db import Session
from guildhall.workspaces import files
from guildhall.workspaces import queries as workspace_queries
from guildhall.workspaces.errors import path_taken
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.staging import ABSENT

_FOLDER = "attachments"
_MOST_OF_A_NAME = 100
_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Means:
    """What is known of a request's attachments before its transaction begins."""

    placed: Mapping[str, str]
    """Paths in the workspace, by attachment."""
    most: int
    sees: Callable[[str], bool]
    """Whether a model can be shown pictures."""


async def place(
    attachments: Attachments, ground: Ground, owner: str, session_id: str, attachment_ids: Sequence[str]
) -> Mapping[str, str]:
    """Put what only an agent can open into the session's workspace; paths by attachment. Raises `AppError`."""
    async with ground.db.read() as session:
        row = await queries.session_of(session, owner, session_id)
        found = await attachment_queries.attachments_of(session, owner, attachment_ids)
        workspace_id = row.workspace_id if row is not None else None
        if workspace_id is not None:
            workspace = await workspace_queries.workspace_of(session, owner, workspace_id)
            workspace_id = workspace.id if workspace else None
    if workspace_id is None:
        return {}
    needed = [found[each] for each in dict.fromkeys(attachment_ids) if each in found and _is_for_agents(found[each])]
    return {each.id: await _put(attachments, ground, workspace_id, each) for each in needed if not each.is_used}


async def attach(
    session: Session,
    row: ChatSession,
    attachment_ids: Sequence[str],
    means: Means,
    *,
    again: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Have attachments belong to a session, whose model is chosen and which the caller holds.

    `again` are those of the question in whose place this is said: they may come once more. Gives them all as a message
    stores them. Raises `AppError`.
    """
    before = {each["id"]: each for each in again}
    wanted = list(dict.fromkeys(attachment_ids))
    if len(wanted) > means.most:
        raise too_many_attachments(means.most)
    held = await attachment_queries.locked_attachments_of(session, row.user_id, wanted)
    if len(held) < len(wanted):
        raise attachment_not_found()
    chosen = [held[each] for each in wanted]
    for each in chosen:
        if each.id in before:
            continue
        if each.is_used:
            raise attachment_used(each.name)
        if each.kind == "file" and each.id not in means.placed:
            raise attachment_needs_workspace(each.name)
    pictures = [each.size for each in chosen if each.kind == "image"]
    if pictures and row.model and not means.sees(row.model):
        raise pictures_unseen(row.model)
    if len(pictures) > MOST_PICTURES or sum(pictures) > PICTURE_BYTES:
        raise too_many_pictures(MOST_PICTURES, PICTURE_BYTES)
    await attachment_queries.use(session, wanted, row.id)
    fields = ("id", "name", "kind", "media_type", "size")
    return [
        before.get(each.id) or {name: getattr(each, name) for name in fields} | {"path": means.placed.get(each.id)}
        for each in chosen
    ]


async def release(session: Session, attached: Sequence[Mapping[str, Any]]) -> None:
    """Have attachments of something that is not said after all belong to no session: they go within a day."""
    await attachment_queries.use(session, [each["id"] for each in attached], None)


def _is_for_agents(row: AttachmentRow) -> bool:
    """Whether there is more in it than a model can be shown."""
    return row.kind == "file" or (row.kind == "text" and row.size > LONGEST_TEXT)


async def _put(attachments: Attachments, ground: Ground, workspace_id: str, row: AttachmentRow) -> str:
    """The path of an attachment in a workspace: where it lies already, or else where there is nothing yet."""
    desk = await asyncio.to_thread(ground.files, workspace_id)
    for path in _paths(row.name):
        present = await asyncio.to_thread(desk.stat, path)
        if present is None:
            async with files.staging(desk, path) as staged:
                with await attachments.opened(row) as content:
                    while piece := await asyncio.to_thread(content.read, _PIECE_BYTES):
                        await asyncio.to_thread(staged.write, piece)
                await files.settle(ground, workspace_id, staged, files.USER, expected=ABSENT)
            return path
        if present.kind == "file" and await asyncio.to_thread(desk.etag, path) == row.sha256:
            return path
    raise path_taken(row.name, path)


def _paths(name: str) -> Iterator[str]:
    stem, ending = posixpath.splitext(name)
    yield f"{_FOLDER}/{name}"
    for number in range(2, _MOST_OF_A_NAME):
        yield f"{_FOLDER}/{stem}-{number}{ending}"
