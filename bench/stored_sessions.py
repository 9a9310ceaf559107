"""Sessions as the chat would have stored them, thousands at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from guildhall.chat.tables import ChatSession, Message, Part
from guildhall.core.db import Base, Database
from guildhall.core.ids import new_id

_BATCH = 2_000
Row = dict[str, Any]


class StoredSessions:
    """Rows on their way into the database, some thousands at once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[type[Base], list[Row]] = {ChatSession: [], Message: [], Part: []}

    async def add(self, owner: str, messages: int, moment: datetime) -> str:
        """A session in which so many messages were said at that moment; its id."""
        id_, last = new_id("se"), None
        for position in range(1, messages + 1):
            said = _message(id_, position, last, moment)
            last = said["id"]
            self._waiting[Message].append(said)
            self._waiting[Part].append(_part(said["id"], moment))
        self._waiting[ChatSession].append(_row(id_, owner, last, moment))
        if len(self._waiting[Message]) >= _BATCH:
            await self.store()
        return id_

    async def store(self) -> None:
        """Store what waits."""
        async with self._db.write() as session:
            for table, rows in self._waiting.items():
                if rows:
                    await session.execute(insert(table), rows)
                    rows.clear()


def _row(id_: str, owner: str, head_id: str | None, moment: datetime) -> Row:
    stamps = dict.fromkeys(("activity_at", "created_at", "updated_at"), moment)
    return {
        "id": id_,
        "user_id": owner,
        "title": f"What was said at {moment:%H:%M:%S}",
        "engine": "builtin",
        "mode": "ask",
        "todos": [],
        "head_id": head_id,
        "is_queue_held": False,
        "state": "idle",
        "is_pinned": False,
        "is_archived": False,
        **stamps,
    }


def _message(session: str, position: int, parent_id: str | None, moment: datetime) -> Row:
    return {
        "id": new_id("me"),
        "session_id": session,
        "position": position,
        "parent_id": parent_id,
        "role": "user" if position % 2 else "assistant",
        "status": "complete",
        "created_at": moment,
    }


def _part(message: str, moment: datetime) -> Row:
    words = "The quick brown fox jumps over the lazy dog. " * 10
    stamps = {"started_at": moment, "ended_at": moment}
    return {"id": new_id("pa"), "message_id": message, "position": 1, "type": "text", "text": words, **stamps}
