"""Polling: what one long poll answers, gathered from the frames of a connection that lives as long as the request."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson

from guildhall.core.connection import Connection
from guildhall.core.errors import NotFoundError
from guildhall.core.outbox import Owed
from guildhall.core.tasks import end

_EVENTS = 500
_BYTES = 1024 * 1024
_LINGER_SECONDS = 0.02  # after the first event, for those right behind it


async def gather(connection: Connection, streams: Sequence[str], after: dict[str, int], wait: float) -> dict[str, Any]:
    """Everything that has happened, as soon as there is something, or nothing after `wait` seconds."""
    told = _Told(streams, after)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    while not told.is_full:
        patience = None  # no answer before every stream has told what it holds already
        if told.is_placed:
            patience = _LINGER_SECONDS if told.has_news else deadline - loop.time()
        owed = await _take(connection, patience)
        if owed is None:
            break
        told.take(owed)
    return told.answer()


async def _take(connection: Connection, seconds: float | None) -> Owed | None:
    """The next frame; None when there is none in time, or the connection has been ended."""
    if seconds is not None and seconds <= 0 and not len(connection.outbox):
        return None
    taking = asyncio.ensure_future(connection.outbox.take())
    ends: set[asyncio.Future[Any]] = {taking, connection.ended}
    await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if taking.done():
        return taking.result()
    await end(taking)
    return None


class _Told:
    """An answer in the making."""

    def __init__(self, streams: Sequence[str], after: dict[str, int]) -> None:
        self._streams = streams
        self._places = dict(after)
        self._snapshots: dict[str, Any] = {}
        self._events: list[dict[str, Any]] = []
        self._unplaced = set(streams)
        self._behind: dict[str, int] = {}
        self._size = 0
        self._is_moved = False

    @property
    def is_placed(self) -> bool:
        """Whether every stream has said where it stands, and what it held already has been told."""
        return not self._unplaced and not self._behind

    @property
    def has_news(self) -> bool:
        """Whether there is anything to tell that the client does not know."""
        return bool(self._events or self._snapshots or self._is_moved)

    @property
    def is_full(self) -> bool:
        """Whether the client had better take this first; the rest stays in the log."""
        return not self._unplaced and (len(self._events) >= _EVENTS or self._size >= _BYTES)

    def take(self, owed: Owed) -> None:
        """Add one frame. Raises `NotFoundError` when the client may not follow any more."""
        frame = orjson.loads(owed.encoded())
        if owed.op == "error":
            raise NotFoundError(frame["code"], frame["message"], stream=owed.stream)
        if owed.op == "subscribed":
            self._is_moved |= self._places.get(owed.stream) != owed.seq
            self._behind[owed.stream] = frame["last"]
            if not frame["snapshot"]:
                self._unplaced.discard(owed.stream)
        elif owed.op == "snapshot":
            self._unplaced.discard(owed.stream)
            self._snapshots[owed.stream] = frame["body"]
            self._events = [event for event in self._events if event["stream"] != owed.stream]
        else:
            del frame["op"]
            self._events.append({"first_seq": None, **frame})
        self._places[owed.stream] = owed.seq
        if owed.seq >= self._behind.get(owed.stream, 0):
            self._behind.pop(owed.stream, None)
        self._size += owed.size

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        first = self._streams[0]
        places = {name: self._places.get(name, 0) for name in self._streams}
        return {
            "events": self._events,
            "seq": places[first],
            "snapshot": self._snapshots.get(first),
            "streams": [
                {"stream": name, "seq": seq, "snapshot": self._snapshots.get(name)} for name, seq in places.items()
            ],
            "after": ",".join(f"{name}:{seq}" for name, seq in places.items()),
        }
