"""Changes: the files that an answer changed, with their undo and its redo."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from guildhall.chat import queries, sessions, streams
from guildhall.chat.changes_schemas import (
    AnswerChangesOut,
    ChangedDiffOut,
    ChangedFileOut,
    ConflictOut,
    UndoneOut,
    UndoState,
)
from guildhall.chat.errors import change_not_found, message_not_found, session_busy
from guildhall.chat.tables import ChatSession, Message, TurnRow
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.workspaces import turn_changes, version_queries, workspaces
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.runtime import Workspaces
from guildhall.workspaces.turn_changes import TurnChange
from guildhall.workspaces.undo import Undone

_LISTED = 500
_Act = Callable[[str, str], Awaitable[Undone]]


async def note(session: Session, row: ChatSession, turn: TurnRow) -> dict[str, Any] | None:
    """What is stored of the changes with the answer of a turn; None when there are none."""
    workspace_id = await version_queries.workspace_of_turn(session, row.user_id, turn.id)
    if workspace_id is None:
        return None
    made = await turn_changes.of_turn(session, workspace_id, turn.id)
    return _noted(workspace_id, turn.id, made) if made else None


async def shown(ground: Ground, owner: str, session_id: str, message_id: str) -> AnswerChangesOut:
    """The files that an answer changed, with the count of lines. Raises `NotFoundError`."""
    workspace_id, made = await _made(ground, owner, session_id, message_id)
    if workspace_id is None:
        return AnswerChangesOut(workspace_id=None, state="made", file_count=0, files=[])
    lines = await turn_changes.lines_of(ground, workspace_id, made[:_LISTED])
    files = [
        ChangedFileOut(
            path=one.path,
            kind=one.kind,
            added_lines=lines[one.path].added if one.path in lines else None,
            removed_lines=lines[one.path].removed if one.path in lines else None,
            is_undone=one.is_undone,
        )
        for one in made[:_LISTED]
    ]
    return AnswerChangesOut(workspace_id=workspace_id, state=_state(made), file_count=len(made), files=files)


async def diff(ground: Ground, owner: str, session_id: str, message_id: str, path: str) -> ChangedDiffOut:
    """How an answer changed one file. Raises `AppError`."""
    workspace_id, made = await _made(ground, owner, session_id, message_id)
    found = next((one for one in made if one.path == path), None)
    if workspace_id is None or found is None:
        raise change_not_found()
    text = await asyncio.to_thread(lambda: turn_changes.diff(ground.store(workspace_id), found))
    return ChangedDiffOut(path=path, diff=text)


async def undo(spaces: Workspaces, owner: str, session_id: str, message_id: str) -> UndoneOut:
    """Give back what an answer changed, where nobody has changed it since. Raises `session_busy`."""
    return await _bring(spaces, spaces.undo, owner, session_id, message_id)


async def redo(spaces: Workspaces, owner: str, session_id: str, message_id: str) -> UndoneOut:
    """Bring on again what was given back, where nobody has changed it since. Raises `session_busy`."""
    return await _bring(spaces, spaces.redo, owner, session_id, message_id)


async def _bring(spaces: Workspaces, act: _Act, owner: str, session_id: str, message_id: str) -> UndoneOut:
    ground = spaces.ground
    async with ground.db.read() as session:
        row = await sessions.find(session, owner, session_id)
        message = await _answer(session, owner, row, message_id)
        noted = message.changes
    # What begins meanwhile is safe all the same: no file is written that is not as the answer left it.
    if row.state != "idle":
        raise session_busy()
    if noted is None:
        return UndoneOut(restored=[], conflicts=[], state="made")
    undone = await act(noted["workspace_id"], noted["turn_id"])
    async with ground.db.write() as session:
        made = await turn_changes.of_turn(session, noted["workspace_id"], noted["turn_id"])
        changes = _noted(noted["workspace_id"], noted["turn_id"], made)
        if undone.restored:
            await queries.set_message(session, message_id, {"changes": changes})
            await streams.publish_message(session, message_id)
    conflicts = [ConflictOut(path=path, code=code) for path, code in sorted(undone.conflicts.items())]
    return UndoneOut(restored=undone.restored, conflicts=conflicts, state=_state(made))


async def _made(
    ground: Ground, owner: str, session_id: str, message_id: str
) -> tuple[str | None, Sequence[TurnChange]]:
    async with ground.db.read() as session:
        message = await _answer(session, owner, await sessions.find(session, owner, session_id), message_id)
        if message.changes is None:
            return None, []
        workspace_id = message.changes["workspace_id"]
        return workspace_id, await turn_changes.of_turn(session, workspace_id, message.changes["turn_id"])


async def _answer(session: Session, owner: str, row: ChatSession, message_id: str) -> Message:
    """A message of a session, in whose changes the owner's own workspace is named."""
    message = await queries.message_by_id(session, message_id)
    if message is None or message.session_id != row.id:
        raise message_not_found()
    if message.changes is not None:
        await workspaces.find(session, owner, message.changes["workspace_id"])
    return message


def _noted(workspace_id: str, turn_id: str, made: Sequence[TurnChange]) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "turn_id": turn_id,
        "files": len(made),
        "state": _state(made),
        "at": now().isoformat(),
    }


def _state(made: Sequence[TurnChange]) -> UndoState:
    back = sum(one.is_undone for one in made)
    if back == 0:
        return "made"
    return "undone" if back == len(made) else "partly"
