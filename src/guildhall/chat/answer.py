"""An answer in the making: turns an engine's deltas into parts and events, and stores how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from guildhall.chat import queries, streams
from guildhall.chat.schemas import PartOut, message_out
from guildhall.chat.tables import TurnRow
from guildhall.core import events
from guildhall.core import queries as log
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.deltas import DeltaWriter
from guildhall.core.ids import new_id
from guildhall.engines.api import Delta, PartKind

FinalStatus = Literal["complete", "stopped", "interrupted", "failed"]


@dataclass
class _PartInMaking:
    id: str
    kind: PartKind
    texts: list[str]
    started_at: datetime
    ended_at: datetime | None = None


class Answer:
    """The answer of one turn. One task uses it."""

    def __init__(self, db: Database, deltas: DeltaWriter, turn: TurnRow) -> None:
        self._db = db
        self._deltas = deltas
        self._turn = turn
        self._stream = streams.session_stream(turn.session_id)
        self._parts: list[_PartInMaking] = []

    async def add(self, delta: Delta) -> None:
        """Go on writing; a change of kind ends one part and begins the next."""
        text = delta.text.replace("\x00", "")  # no database of ours can hold it
        if not text:
            return
        if not self._parts or self._parts[-1].kind != delta.kind:
            await self._begin_part(delta.kind)
        part = self._parts[-1]
        part.texts.append(text)
        self._deltas.append(self._stream, streams.DELTA, self._turn.answer_id, part.id, text)

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
                await queries.end_part(session, part.id, "".join(part.texts), part.ended_at or moment)
            await publish_end(session, self._turn, {"status": status, **values})

    async def _begin_part(self, kind: PartKind) -> None:
        await self._deltas.settle(self._stream)
        moment = now()
        async with self._db.write() as session:
            if self._parts:
                await self._end_part(session, self._parts[-1], moment)
            part = _PartInMaking(new_id("pa"), kind, [], moment)
            self._parts.append(part)
            values = {
                "id": part.id,
                "message_id": self._turn.answer_id,
                "position": len(self._parts),
                "type": kind,
                "text": "",
                "started_at": moment,
                "ended_at": None,
            }
            await queries.add_part(session, values)
            await self._publish_part(session, "part.created", part)

    async def _end_part(self, session: Session, part: _PartInMaking, moment: datetime) -> None:
        part.ended_at = moment
        await queries.end_part(session, part.id, "".join(part.texts), moment)
        await self._publish_part(session, "part.completed", part)

    async def _publish_part(self, session: Session, event_type: str, part: _PartInMaking) -> None:
        shown = PartOut(
            id=part.id,
            type=part.kind,
            text="".join(part.texts),
            started_at=part.started_at,
            ended_at=part.ended_at,
        )
        body = {"message_id": self._turn.answer_id, "part": shown.model_dump(mode="json")}
        await events.publish(session, self._stream, event_type, body)


async def end_from_log(session: Session, turn: TurnRow, status: FinalStatus) -> None:
    """End a turn whose process is gone, with the text that the log kept."""
    moment = now()
    if not await queries.end_turn(session, turn.id, moment):
        return
    written = await streams.written_so_far(session, turn.session_id)
    for part in (await queries.parts_of(session, [turn.answer_id]))[turn.answer_id]:
        if part.ended_at is None:
            await queries.end_part(session, part.id, written.get(part.id, ""), moment)
    await publish_end(session, turn, {"status": status})


async def publish_end(session: Session, turn: TurnRow, values: dict[str, Any]) -> None:
    """Store the end of an answer, free its session, and replace the deltas in the log by the finished message."""
    stream = streams.session_stream(turn.session_id)
    await queries.end_message(session, turn.answer_id, values)
    moment = now()
    await queries.set_session(session, turn.session_id, {"state": "idle", "activity_at": moment, "updated_at": moment})
    message = await queries.message_by_id(session, turn.answer_id)
    row = await queries.session_by_id(session, turn.session_id)
    if message is None or row is None:
        return
    parts: Sequence[Any] = (await queries.parts_of(session, [message.id]))[message.id]
    await log.compact(session, stream, streams.DELTA)
    body = {"message": message_out(message, parts).model_dump(mode="json")}
    await events.publish(session, stream, "message.completed", body)
    await streams.publish_session(session, row)
