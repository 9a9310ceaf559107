"""The event log: append in your transaction, deliver after commit, follow from any number without gap or repeat."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from guildhall.core import queries
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Database, Session, after_commit

Item = tuple[str, dict[str, Any]]  # type and body
_INBOX_LIMIT = 1000
_BATCH = 500


class CompactedError(Exception):
    """Events after the number asked for are gone: begin again from a snapshot."""


async def publish(session: Session, stream: str, event_type: str, body: dict[str, Any]) -> int:
    """Append one event in this transaction and give its `seq`; listeners hear of it once it has committed."""
    return (await publish_all(session, {stream: [(event_type, body)]}))[stream]


async def publish_all(session: Session, items: Mapping[str, Sequence[Item]]) -> Mapping[str, int]:
    """Append events to several streams, each in order; gives the `seq` of each stream's last. Costs two statements."""
    last = await queries.take_seqs(session, {stream: len(own) for stream, own in items.items()})
    at = now()
    events = [
        LoggedEvent(stream, seq, kind, body, at)
        for stream, own in items.items()
        for seq, (kind, body) in enumerate(own, last[stream] - len(own) + 1)
    ]
    rows = [{"stream": e.stream, "seq": e.seq, "type": e.type, "body": e.body, "at": e.at} for e in events]
    await queries.add_events(session, rows)
    after_commit(session, lambda: _deliver(session.info.get("bus"), events))
    return last


def _deliver(bus: Bus | None, events: Sequence[LoggedEvent]) -> None:
    if bus is not None:
        for event in events:
            bus.publish(event)


async def follow(db: Database, bus: Bus, stream: str, *, after: int) -> AsyncIterator[LoggedEvent]:
    """Every event of `stream` after number `after`, in order, without end.

    Listens first and reads the table second, so nothing falls between the two. A follower that is slower than the
    stream drops what the bus carried and reads the table at its own pace. Raises `CompactedError`.
    """
    inbox = _Inbox()
    with bus.listening(stream, inbox.put):
        last = after
        while True:
            if inbox.is_behind:
                inbox.is_behind = False
                async for stored in _stored(db, stream, last):
                    last = stored.seq
                    yield stored
            event = await inbox.get()
            if event is None or event.seq <= last:
                continue
            if event.seq != last + 1:
                inbox.is_behind = True
                continue
            last = event.seq
            yield event


async def _stored(db: Database, stream: str, after: int) -> AsyncIterator[LoggedEvent]:
    while True:
        async with db.read() as session:
            _, floor = await queries.position(session, stream)
            rows = await queries.events_after(session, stream, after, _BATCH)
        if after < floor:
            raise CompactedError(stream)
        for row in rows:
            after = row.seq
            yield LoggedEvent(stream, row.seq, row.type, row.body, row.at)
        if len(rows) < _BATCH:
            return


class _Inbox:
    """What the bus brought for one follower; overrun means "read the table". Most are empty, and those weigh little."""

    __slots__ = ("_events", "_waiter", "is_behind")

    def __init__(self) -> None:
        self.is_behind = True
        self._events: deque[LoggedEvent] | None = None
        self._waiter: asyncio.Future[None] | None = None

    def put(self, event: LoggedEvent | None) -> None:
        if event is None or (self._events is not None and len(self._events) >= _INBOX_LIMIT):
            self._events = None
            self.is_behind = True
        else:
            if self._events is None:
                self._events = deque()
            self._events.append(event)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> LoggedEvent | None:
        """The next event, or None when the table must be read first."""
        while self._events is None and not self.is_behind:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
            self._waiter = None
        if self.is_behind or self._events is None:
            return None
        event = self._events.popleft()
        if not self._events:
            self._events = None
        return event
