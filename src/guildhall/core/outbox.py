"""Outbox: the frames one client is owed, bounded in number and bytes, with neighbours merged while they wait."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from guildhall.core.bus import LoggedEvent

FRAMES = 256
BYTES = 1024 * 1024
_MERGED_BYTES = 32 * 1024

Merge = Callable[[LoggedEvent, LoggedEvent], LoggedEvent | None]


@dataclass(slots=True)
class Owed:
    """One frame; of an event that may still be merged, `event` is kept, and `first_seq` is where it begins."""

    op: str
    stream: str
    seq: int
    size: int
    sent: bytes | None
    event: LoggedEvent | None = None
    first_seq: int = 0

    def encoded(self) -> bytes:
        """As it travels."""
        if self.sent is None and self.event is not None:
            self.sent = _encoded(self.event, self.first_seq)
        return self.sent or b""


class Outbox:
    """Whoever puts waits for room; whoever takes waits for frames."""

    def __init__(self) -> None:
        self._frames: deque[Owed] | list[Owed] = []  # an empty deque weighs more than all the rest of a quiet client
        self._bytes = 0
        self._taker: asyncio.Future[None] | None = None
        self._putters: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size(self) -> int:
        """About how many bytes wait."""
        return self._bytes

    async def say(self, frame: dict[str, Any]) -> None:
        """Owe words of the connection's own."""
        sent = orjson.dumps(frame, default=str)
        await self._put(Owed(frame["op"], frame.get("stream", ""), frame.get("seq", 0), len(sent), sent))

    async def tell(self, event: LoggedEvent, merge: Merge | None) -> None:
        """Owe an event; while the one before it still waits, the two may become one."""
        if merge and self._merge(event, merge):
            return
        sent = _encoded(event, event.seq)
        kept = event if merge else None
        await self._put(Owed("event", event.stream, event.seq, len(sent), sent, kept, event.seq))

    def _merge(self, event: LoggedEvent, merge: Merge) -> bool:
        last = self._frames[-1] if self._frames else None
        if last is None or last.event is None or last.stream != event.stream or last.size > _MERGED_BYTES:
            return False
        merged = merge(last.event, event) if last.seq == event.seq - 1 else None
        if merged is None:
            return False
        added = len(orjson.dumps(event.body))
        last.event, last.seq, last.sent = merged, event.seq, None
        last.size += added
        self._bytes += added
        return True

    async def take(self) -> Owed:
        """The next frame, once there is one."""
        while not self._frames:
            self._taker = asyncio.get_running_loop().create_future()
            await self._taker
        if len(self._frames) == 1:
            owed = self._frames.pop()
            self._frames = []
        else:
            frames = self._frames = deque(self._frames) if isinstance(self._frames, list) else self._frames
            owed = frames.popleft()
        self._bytes -= owed.size
        if self._has_room():
            _wake(self._putters)
        return owed

    async def _put(self, owed: Owed) -> None:
        while not self._has_room():
            room = asyncio.get_running_loop().create_future()
            self._putters.append(room)
            await room
        self._frames.append(owed)
        self._bytes += owed.size
        if self._taker is not None:
            _wake([self._taker])
            self._taker = None

    def _has_room(self) -> bool:
        return len(self._frames) < FRAMES and self._bytes < BYTES


def _wake(waiting: list[asyncio.Future[None]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)
    waiting.clear()


def _encoded(event: LoggedEvent, first_seq: int) -> bytes:
    frame: dict[str, Any] = {"op": "event", "stream": event.stream, "seq": event.seq}
    if first_seq != event.seq:
        frame["first_seq"] = first_seq
    return orjson.dumps({**frame, "type": event.type, "body": event.body, "at": event.at})
