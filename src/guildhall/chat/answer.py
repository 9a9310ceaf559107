"""An answer in the making: turns what an engine tells into parts and events, and stores how it ended."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from guildhall.chat import changes, queries, requests, search, streams
from guildhall.chat.schemas import PartOut, ToolOut
from guildhall.chat.tables import ChatSession, Part, TurnRow
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.deltas import DeltaWriter
from guildhall.core.ids import new_id
from guildhall.engines.api import (
    Delta,
    EngineEvent,
    TodosChanged,
    ToolCalled,
    ToolEnded,
    ToolOutput,
    ToolStatus,
)

FinalStatus = Literal["complete", "stopped", "interrupted", "failed"]
Then = Callable[[Session, ChatSession, FinalStatus], Awaitable[bool]]
"""What follows the end of an answer, in its transaction; True when the next one has begun."""
_OPEN = ("waiting", "running")


@dataclass
class _PartInMaking:
    id: str
    kind: str
    position: int
    started_at: datetime
    texts: list[str] = field(default_factory=list)
    tool: dict[str, Any] | None = None
    ended_at: datetime | None = None

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Answer:
    """The answer of one turn. One task writes it; calls that wait for leave are marked by others."""

    def __init__(self, db: Database, deltas: DeltaWriter, turn: TurnRow, begun: Sequence[Part], then: Then) -> None:
        """`begun` are the parts that an earlier process has made."""
        self._then = then
        self._db = db
        self._deltas = deltas
        self._turn = turn
        self._stream = streams.session_stream(turn.session_id)
        self._parts = [_again(part) for part in begun]
        self._tools = {part.tool["call_id"]: part for part in self._parts if part.tool}
        self._known = asyncio.Condition()
        self.length = 0
        """Characters that were said and thought since this process writes it."""

    async def take(self, event: EngineEvent) -> None:
        """Write down what the engine tells, but for its end."""
        if isinstance(event, Delta):
            await self.add(event)
        elif isinstance(event, ToolCalled):
            await self.call(event)
        elif isinstance(event, ToolOutput):
            self.print(event)
        elif isinstance(event, ToolEnded):
            await self.end_call(event)
        elif isinstance(event, TodosChanged):
            await self.set_todos(event)

    async def add(self, delta: Delta) -> None:
        """Go on writing; a change of kind ends one part and begins the next."""
        text = _clean(delta.text)
        if not text:
            return
        part = self._parts[-1] if self._parts else None
        if part is None or part.kind != delta.kind or part.ended_at is not None:
            part = await self._begin_part(delta.kind)
        self.length += len(text)
        self._append(part, text)

    async def call(self, called: ToolCalled) -> None:
        """Show a tool call that the model asks for."""
        tool = {
            "call_id": called.id,
            "name": called.name,
            "arguments": _clean_json(called.arguments),
            "step": called.step,
            "parent": called.parent,
            "status": "waiting",
            "began_at": None,
            "details": {},
        }
        self._tools[called.id] = await self._begin_part("tool", tool)
        async with self._known:
            self._known.notify_all()

    async def known(self, call_id: str) -> None:
        """Wait until a call is shown."""
        async with self._known:
            await self._known.wait_for(lambda: call_id in self._tools)

    @property
    def tasks(self) -> int:
        """How many sub-agents are at work."""
        tools = [part.tool for part in self._parts if part.tool]
        return sum(tool["name"] == "task" and tool["status"] == "running" for tool in tools)

    def print(self, output: ToolOutput) -> None:
        """Add to what a tool has printed."""
        part, text = self._tools.get(output.id), _clean(output.text)
        if part is not None and part.ended_at is None and text:
            self._append(part, text)

    async def mark(self, session: Session, call_id: str, status: ToolStatus) -> None:
        """Store how far a call has come, in the caller's transaction."""
        part = self._tools[call_id]
        if part.tool is not None:
            part.tool["status"] = status
            if status == "running":
                part.tool["began_at"] = now().isoformat()
            await queries.set_tool(session, part.id, part.tool)
            await self._publish_part(session, "part.changed", part)

    async def end_call(self, ended: ToolEnded) -> None:
        """Store what came of a call."""
        part = self._tools.get(ended.id)
        if part is None or part.tool is None or part.ended_at is not None:
            return
        if part.tool["status"] == "waiting":
            async with self._db.write() as session:
                await requests.take_back(session, self._turn.id, ended.id)
        part.tool.update(status=ended.status, details=_clean_json(ended.details))
        part.texts = [_clean(ended.output)]
        await self._end_part(part)

    async def set_todos(self, changed: TodosChanged) -> None:
        """Store what the agent means to do."""
        todos = [{"text": _clean(todo.text), "status": todo.status} for todo in changed.todos]
        async with self._db.write() as session:
            await queries.set_session(session, self._turn.session_id, {"todos": todos})
            await events.publish(session, self._stream, "todos.changed", {"todos": todos})

    async def end(self, status: FinalStatus, **values: Any) -> None:
        """Store the whole answer and how it ended; harmless if the turn has been ended by somebody else."""
        await self._deltas.settle(self._stream)
        moment = now()
        async with self._db.write() as session:
            if not await queries.end_turn(session, self._turn.id, moment):
                if await queries.turn_by_id(session, self._turn.id) is None:
                    await log.drop_stream(session, self._stream)  # deleted with its owner: so is what came since
                return
            for part in self._parts:
                if part.ended_at is None:
                    tool = _cut_off(part.tool) if part.tool else None
                    await queries.end_part(session, part.id, part.text, moment, tool)
            await publish_end(session, self._turn, {"status": status, **values}, self._then)

    def _append(self, part: _PartInMaking, text: str) -> None:
        part.texts.append(text)
        self._deltas.append(self._stream, streams.DELTA, self._turn.answer_id, part.id, text)

    async def _begin_part(self, kind: str, tool: dict[str, Any] | None = None) -> _PartInMaking:
        last = self._parts[-1] if self._parts else None
        if last is not None and last.tool is None and last.ended_at is None:
            await self._end_part(last)
        part = _PartInMaking(new_id("pa"), kind, len(self._parts) + 1, now(), tool=tool)
        async with self._db.write() as session:
            values = {
                "id": part.id,
                "message_id": self._turn.answer_id,
                "position": part.position,
                "type": kind,
                "text": "",
                "tool": tool,
                "started_at": part.started_at,
                "ended_at": None,
            }
            await queries.add_part(session, values)
            await self._publish_part(session, "part.created", part)
        self._parts.append(part)
        return part

    async def _end_part(self, part: _PartInMaking) -> None:
        await self._deltas.settle(self._stream, part.id)
        part.ended_at = now()
        async with self._db.write() as session:
            await queries.end_part(session, part.id, part.text, part.ended_at, part.tool)
            await self._publish_part(session, "part.completed", part)

    async def _publish_part(self, session: Session, event_type: str, part: _PartInMaking) -> None:
        shown = PartOut(
            id=part.id,
            type=part.kind,
            text=part.text,
            tool=ToolOut.model_validate(part.tool) if part.tool else None,
            started_at=part.started_at,
            ended_at=part.ended_at,
        )
        body = {"message_id": self._turn.answer_id, "part": shown.model_dump(mode="json")}
        await events.publish(session, self._stream, event_type, body)


async def end_from_log(session: Session, turn: TurnRow, status: FinalStatus, then: Then) -> None:
    """End a turn whose process is gone, with the text that the log kept."""
    moment = now()
    if not await queries.end_turn(session, turn.id, moment):
        return
    written = await streams.written_so_far(session, turn.session_id)
    for part in (await queries.parts_of(session, [turn.answer_id]))[turn.answer_id]:
        if part.ended_at is None:
            tool = _cut_off(part.tool) if part.tool else None
            await queries.end_part(session, part.id, written.get(part.id, ""), moment, tool)
    await publish_end(session, turn, {"status": status}, then)


async def publish_end(session: Session, turn: TurnRow, values: dict[str, Any], then: Then) -> None:
    """Store the end of an answer, free its session, and replace the deltas in the log by the finished message."""
    stream = streams.session_stream(turn.session_id)
    row = await queries.locked_session(session, turn.session_id)  # what is said now waits until this is known
    changed = await changes.note(session, row, turn) if row is not None else None
    await queries.set_message(session, turn.answer_id, values | {"changes": changed})
    await requests.cancel(session, turn.session_id, turn.id)
    moment = now()
    await queries.set_session(session, turn.session_id, {"state": "idle", "activity_at": moment, "updated_at": moment})
    message = await queries.message_by_id(session, turn.answer_id)
    if message is None or row is None:
        return
    parts: Sequence[Any] = (await queries.parts_of(session, [message.id]))[message.id]
    await search.index(session, row, message, parts)
    await log.compact(session, stream, streams.DELTA)
    shown = (await streams.shown(session, row.id, [message]))[0]
    await events.publish(session, stream, "message.completed", {"message": shown.model_dump(mode="json")})
    if not await then(session, row, values["status"]):
        await streams.publish_session(session, row)


def _again(part: Part) -> _PartInMaking:
    tool = dict(part.tool) if part.tool else None
    return _PartInMaking(part.id, part.type, part.position, part.started_at, [part.text], tool, part.ended_at)


def _cut_off(tool: Mapping[str, Any]) -> dict[str, Any]:
    return {**tool, "status": "interrupted"} if tool["status"] in _OPEN else dict(tool)


def _clean(text: str) -> str:
    """Without the character that no database of ours can hold."""
    return text.replace("\x00", "")


def _clean_json(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {_clean(str(name)): _clean_json(one) for name, one in value.items()}
    return [_clean_json(one) for one in value] if isinstance(value, list | tuple) else value
