"""Asking: what the engine of a turn is told, from what is stored."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from guildhall.chat import branch_queries, queries, streams
from guildhall.chat.attachment_store import AttachmentStore
from guildhall.chat.compacting import since_summary
from guildhall.chat.history import history, summed_up
from guildhall.chat.showing import show
from guildhall.chat.tables import SUMMARY, ChatSession, Message, Part, TurnRow
from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.engines.api import Spoken, ToolUse, Turn
from guildhall.engines.nesting import own
from guildhall.engines.parameters import Parameters
from guildhall.workspaces import queries as workspace_queries


def waits(turn: TurnRow, begun: Sequence[Part]) -> bool:
    """Whether a turn that was cut off can go on: one of its calls waited, and nobody has asked it to stop."""
    return not turn.stop_requested and any(part.tool and part.tool["status"] == "waiting" for part in begun)


async def as_left(session: Session, turn: TurnRow, begun: Sequence[Part]) -> Sequence[Part]:
    """What a turn had made when it was cut off: what was being written or done is over, what waits still waits, and so
    does a call whose sub-agent waits."""
    written = await streams.written_so_far(session, turn.session_id) if begun else {}
    waiting = [part.tool for part in begun if part.tool and part.tool["status"] == "waiting"]
    held = {tool.get("parent") for tool in waiting}
    for part in begun:
        if part.ended_at is None and part.tool and part.tool["call_id"] in held:
            part.tool = {**part.tool, "status": "waiting"}
        elif part.ended_at is None and not (part.tool and part.tool["status"] == "waiting"):
            part.tool = {**part.tool, "status": "interrupted"} if part.tool else None
            part.text, part.ended_at = written.get(part.id, ""), now()
    await session.flush()
    return begun


async def ask(
    session: Session, turn: TurnRow, begun: Sequence[Part], *, store: AttachmentStore, sees: Callable[[str], bool]
) -> tuple[str, Turn] | None:
    """The engine's name and what it is asked; None when the session is gone. `sees` tells of a model whether it can
    be shown pictures."""
    row = await queries.session_by_id(session, turn.session_id)
    question = await queries.message_by_id(session, turn.question_id)
    answer = await queries.message_by_id(session, turn.answer_id)
    if row is None or question is None or answer is None:
        return None
    messages = since_summary(await branch_queries.branch(session, answer.parent_id))
    parts = await queries.parts_of(session, [message.id for message in messages])
    shown = await show(store, row.user_id, messages, sees_pictures=sees(answer.model or ""))
    said = [
        Spoken(
            "user" if message.role == "user" or message.is_summary else "assistant",
            (*_told(message, parts[message.id]), *shown[message.id].texts),
            tuple(shown[message.id].pictures),
        )
        for message in messages
    ]
    if answer.kind == SUMMARY:
        plain = Turn(turn.id, row.id, row.user_id, answer.model or "", history(said), instructions=turn.note or "")
        return SUMMARY, plain
    before = await queries.turn_of_answer(session, question.parent_id)
    asked = Turn(
        turn.id,
        row.id,
        row.user_id,
        answer.model or "",
        history(said),
        mode=row.mode,  # type: ignore[arg-type] # one of the modes
        workspace_id=await _workspace(session, row),
        instructions=row.instructions or "",
        after=before.id if before else None,
        parameters=_parameters(row),
        servers_off=tuple(row.servers_off or ()),
        begun=_made(begun),
    )
    return row.engine, asked


def _parameters(row: ChatSession) -> Parameters:
    stored = row.parameters or {}
    return Parameters(**{**stored, "stop": tuple(stored.get("stop", ()))})


async def _workspace(session: Session, row: ChatSession) -> str | None:
    """The session's workspace, unless it has been deleted since."""
    if row.workspace_id is None:
        return None
    found = await workspace_queries.workspace_of(session, row.user_id, row.workspace_id)
    return found.id if found else None


def spoken_of(parts: Sequence[Part]) -> tuple[str | ToolUse, ...]:
    """What a message's parts say and did, without the thinking and without what sub-agents did."""
    return own(_made(parts))


def _made(parts: Sequence[Part]) -> tuple[str | ToolUse, ...]:
    return tuple(
        part.text if part.tool is None else _tool_use(part.tool, part.text)
        for part in parts
        if part.type != "reasoning"
    )


def _told(message: Message, parts: Sequence[Part]) -> tuple[str | ToolUse, ...]:
    """What a model is told of a message."""
    said = spoken_of(parts)
    return summed_up(Spoken("assistant", said).text) if message.is_summary else said


def _tool_use(tool: Mapping[str, Any], output: str) -> ToolUse:
    told = (tool["call_id"], tool["name"], tool["arguments"], tool["status"], output, tool["step"])
    return ToolUse(*told, parent=tool.get("parent"))
