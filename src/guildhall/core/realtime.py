"""Realtime: what one client sees of the streams it may read, whatever carries it.

A transport makes a `Connection`, feeds it the client's operations and sends what `frames()` yields. Each subscription
is a follower of the log; all of them share one bounded queue, so a client that does not read slows only itself.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import msgspec
import orjson

from guildhall.core import events, queries
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError, BadRequestError, NotFoundError, RateLimitedError

TICKET_SECONDS = 60
SILENCE_SECONDS = 30
MAX_SUBSCRIPTIONS = 50
_QUEUE_FRAMES = 256
_STREAM_NAME = re.compile(r"[a-z0-9._-]{1,120}")


@dataclass(frozen=True)
class StreamKind:
    """The streams whose name begins with `prefix`: who may read them, and where a newcomer begins."""

    prefix: str
    allows: Callable[[Session, str, str], Awaitable[bool]]  # (session, user id, rest of the name)
    snapshot: Callable[[Session, str, str], Awaitable[dict[str, Any]]] | None = None


class Operation(msgspec.Struct, forbid_unknown_fields=True):
    """What a client may ask."""

    op: Literal["subscribe", "unsubscribe", "ping"]
    stream: str = ""
    after: int | None = None


class Realtime:
    """The realtime side of one process: its kinds of streams and its tickets."""

    def __init__(self, db: Database, bus: Bus, kinds: list[StreamKind]) -> None:
        self.db = db
        self.bus = bus
        self._kinds = kinds

    def kind_of(self, stream: str) -> tuple[StreamKind, str]:
        """The kind of a stream and the rest of its name. Raises `NotFoundError`."""
        for kind in self._kinds:
            if stream.startswith(kind.prefix):
                return kind, stream.removeprefix(kind.prefix)
        raise _no_stream()

    async def redeem(self, ticket: str) -> str | None:
        """The user of a ticket, once; None when it is unknown, used or too old."""
        async with self.db.write() as session:
            return await queries.take_ticket(session, _digest(ticket), now())


async def issue_ticket(session: Session, user_id: str) -> str:
    """A pass for one socket of `user_id`, good once, for `TICKET_SECONDS`."""
    ticket = secrets.token_urlsafe(24)
    moment = now()
    await queries.add_ticket(session, _digest(ticket), user_id, moment + timedelta(seconds=TICKET_SECONDS), moment)
    return ticket


class Connection:
    """One client: its subscriptions, and the frames it is owed."""

    def __init__(self, realtime: Realtime, user_id: str) -> None:
        self._realtime = realtime
        self._user_id = user_id
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_FRAMES)
        self._followers: dict[str, asyncio.Task[None]] = {}

    @property
    def frames_waiting(self) -> int:
        """How many frames the client has not taken yet."""
        return self._frames.qsize()

    async def frames(self) -> AsyncIterator[bytes]:
        """JSON frames for the client, without end."""
        while True:
            yield await self._frames.get()

    async def operate(self, text: str | bytes) -> None:
        """Do what the client asks; what it asked wrongly is answered with an error frame."""
        stream = ""
        try:
            operation = msgspec.json.decode(text, type=Operation)
            stream = operation.stream if _STREAM_NAME.fullmatch(operation.stream) else ""
            if operation.op == "ping":
                await self._send({"op": "pong"})
            elif operation.op == "unsubscribe":
                self._unsubscribe(stream)
            else:
                await self._subscribe(stream, operation.after)
        except msgspec.DecodeError as error:
            await self._refuse(stream, BadRequestError("invalid_operation", f"Not an operation: {error}."))
        except AppError as error:
            await self._refuse(stream, error)

    async def close(self) -> None:
        """End every subscription."""
        tasks = list(self._followers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _subscribe(self, stream: str, after: int | None) -> None:
        kind, rest = self._realtime.kind_of(stream)
        if stream not in self._followers and len(self._followers) >= MAX_SUBSCRIPTIONS:
            raise RateLimitedError("too_many_subscriptions", f"At most {MAX_SUBSCRIPTIONS} streams a connection.")
        async with self._realtime.db.read() as session:
            if not await kind.allows(session, self._user_id, rest):
                raise _no_stream()
        self._unsubscribe(stream)
        self._followers[stream] = asyncio.create_task(self._follow(stream, kind, rest, after))

    def _unsubscribe(self, stream: str) -> None:
        task = self._followers.pop(stream, None)
        if task:
            task.cancel()

    async def _follow(self, stream: str, kind: StreamKind, rest: str, after: int | None) -> None:
        while True:
            start = await self._begin(stream, kind, rest, after)
            try:
                async for event in events.follow(self._realtime.db, self._realtime.bus, stream, after=start):
                    await self._frames.put(event_frame(event))
            except events.CompactedError:
                after = None
            except AppError as error:  # the database is away: the client comes back for the rest
                await self._refuse(stream, error)
                return

    async def _begin(self, stream: str, kind: StreamKind, rest: str, after: int | None) -> int:
        """Tell the client where it starts, with a snapshot when it can't go on from `after`; gives that number."""
        async with self._realtime.db.read() as session:
            last, floor = await queries.position(session, stream)
            resumes = after is not None and floor <= after <= last
            body = await kind.snapshot(session, self._user_id, rest) if kind.snapshot and not resumes else None
        start = after if resumes and after is not None else last
        await self._send({"op": "subscribed", "stream": stream, "seq": start})
        if body is not None:
            await self._send({"op": "snapshot", "stream": stream, "seq": start, "body": body})
        return start

    async def _refuse(self, stream: str, error: AppError) -> None:
        frame = {"op": "error", "code": error.code, "message": error.message}
        await self._send(frame | ({"stream": stream} if stream else {}))

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._frames.put(orjson.dumps(frame, default=str))


def event_frame(event: LoggedEvent) -> bytes:
    """An event as its JSON frame."""
    return orjson.dumps(
        {
            "op": "event",
            "stream": event.stream,
            "seq": event.seq,
            "type": event.type,
            "body": event.body,
            "at": event.at,
        }
    )


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def _no_stream() -> NotFoundError:
    return NotFoundError("stream_not_found", "There is no such stream.")
