"""Realtime: who is connected to this process, what they may follow, and for how long.

Whatever carries it (WebSocket, server-sent events, long poll), a client is one `Connection` here. It is admitted under
the limits, looked at again when its person's standing changes, and ended when its authorisation runs out.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from guildhall.core import access, events, queries
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError, NotFoundError, RateLimitedError
from guildhall.core.tasks import end

TICKET_SECONDS = 60
SILENCE_SECONDS = 30
HEARTBEAT_SECONDS = 20
SEND_SECONDS = 20  # a client that takes nothing for so long is dropped
AUTHORISED_SECONDS = 900  # where the credential does not say
_GRACE_SECONDS = 30  # to renew in, once the authorisation has run out
BAD_TICKET, SILENT, SLOW, TOO_LARGE, TOO_MANY, TRY_AGAIN, RESTARTING = 4401, 4408, 4409, 1009, 4429, 1013, 1012
_log = structlog.get_logger("guildhall.realtime")


@dataclass(frozen=True)
class StreamKind:
    """The streams whose name begins with `prefix`: who may read them, and where a newcomer begins.

    `merge` makes one event of two that follow each other, or None when they can't be one: for readers that are slow.
    """

    prefix: str
    allows: Callable[[Session, str, str], Awaitable[bool]]  # (session, user id, rest of the name)
    snapshot: Callable[[Session, str, str], Awaitable[dict[str, Any]]] | None = None
    merge: Callable[[LoggedEvent, LoggedEvent], LoggedEvent | None] | None = None


@dataclass(frozen=True)
class RealtimeLimits:
    """How much one person may hold open and ask."""

    sockets_per_user: int = 50
    subscriptions_per_socket: int = 50
    operations_per_socket: int = 600  # a minute


@dataclass(frozen=True)
class Pass:
    """What a ticket was good for: whose connection it opens or renews, by which credential and until when."""

    user_id: str
    credential_id: str | None
    authorised_until: datetime


@dataclass(frozen=True)
class Ending:
    """Why a connection ends: the WebSocket's closing code and a sentence."""

    code: int
    reason: str


class Client(Protocol):
    """A connection, as far as it is looked after here."""

    user_id: str
    credential_id: str | None
    authorised_until: datetime

    def end(self, ending: Ending) -> None:
        """Ask whoever carries it to close it."""

    async def check_rights(self) -> None:
        """Stop following what its person may not read any more."""


Standing = Callable[[Session, str, str | None], Awaitable[bool]]  # (session, user id, credential id)


async def _good(_session: Session, _user_id: str, _credential_id: str | None) -> bool:
    return True


class Realtime:
    """The realtime side of one process: its kinds of streams, its connections and its tickets."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        kinds: Iterable[StreamKind],
        *,
        standing: Standing = _good,
        limits: Callable[[], RealtimeLimits] = RealtimeLimits,
    ) -> None:
        self.db = db
        self.bus = bus
        self.limits = limits
        self._kinds = list(kinds)
        self._standing = standing
        self._open: dict[str, set[Client]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to look after connections."""
        async with self.db.read() as session:
            last, _ = await queries.position(session, access.STREAM)
        self._tasks = [asyncio.create_task(self._watch_access(last)), asyncio.create_task(self._watch_time())]

    async def stop(self) -> None:
        """End every connection and stop looking."""
        self.leave()
        await end(*self._tasks)

    def leave(self) -> None:
        """Tell every client to connect again: this process is about to end."""
        for connection in self.connections():
            connection.end(Ending(RESTARTING, "The server restarts."))

    def connections(self) -> list[Client]:
        """Everyone who is connected here."""
        return [connection for mine in self._open.values() for connection in mine]

    def admit(self, connection: Client) -> None:
        """Count a connection in. Raises `RateLimitedError` when its person has too many."""
        mine = self._open.setdefault(connection.user_id, set())
        if len(mine) >= self.limits().sockets_per_user:
            raise RateLimitedError("too_many_connections", "Too many live connections of one person.")
        mine.add(connection)

    def release(self, connection: Client) -> None:
        """Count a connection out; harmless when it was never in."""
        mine = self._open.get(connection.user_id)
        if mine is not None:
            mine.discard(connection)
            if not mine:
                del self._open[connection.user_id]

    def kind_of(self, stream: str) -> tuple[StreamKind, str]:
        """The kind of a stream and the rest of its name. Raises `NotFoundError`."""
        for kind in self._kinds:
            if stream.startswith(kind.prefix):
                return kind, stream.removeprefix(kind.prefix)
        raise no_stream(stream)

    async def redeem(self, ticket: str) -> Pass | None:
        """What a ticket is good for, once; None when it is unknown, used or too old."""
        async with self.db.write() as session:
            row = await queries.take_ticket(session, _digest(ticket), now())
            if row is None or not await self._standing(session, row.user_id, row.credential_id):
                return None
            return Pass(row.user_id, row.credential_id, row.authorised_until or _authorised_until(None))

    async def _watch_access(self, last: int) -> None:
        """Look at a person's connections again whenever their standing may have changed."""
        while True:
            try:
                async for event in events.follow(self.db, self.bus, access.STREAM, after=last):
                    await self._look_again(self._open.get(str(event.body.get("user_id")), ()))
                    last = event.seq
            except events.CompactedError:
                async with self.db.read() as session:
                    last, _ = await queries.position(session, access.STREAM)
                await self._look_again(self.connections())
            except AppError as error:  # the database is away
                _log.warning("access_not_read", reason=error.message)
                await asyncio.sleep(0.5)

    async def _look_again(self, connections: Iterable[Client]) -> None:
        """End what may not go on, then see what the others may still follow."""
        standing: dict[tuple[str, str | None], bool] = {}
        remaining = []
        for connection in list(connections):
            person = (connection.user_id, connection.credential_id)
            if person not in standing:
                async with self.db.read() as session:
                    standing[person] = await self._standing(session, *person)
            if standing[person]:
                remaining.append(connection)
            else:
                connection.end(Ending(BAD_TICKET, "Not signed in any more."))
        for connection in remaining:
            await connection.check_rights()

    async def _watch_time(self) -> None:
        while True:
            await asyncio.sleep(1)
            moment = now()
            for connection in self.connections():
                if connection.authorised_until + timedelta(seconds=_GRACE_SECONDS) <= moment:
                    connection.end(Ending(BAD_TICKET, "The authorisation has run out."))


async def issue_ticket(
    session: Session, user_id: str, credential_id: str | None = None, authorised_until: datetime | None = None
) -> tuple[str, datetime]:
    """A pass for one connection of `user_id`, good once, for `TICKET_SECONDS`; and until when it authorises."""
    ticket = secrets.token_urlsafe(24)
    moment = now()
    until = _authorised_until(authorised_until)
    row = {"user_id": user_id, "credential_id": credential_id, "authorised_until": until}
    expires_at = moment + timedelta(seconds=TICKET_SECONDS)
    await queries.add_ticket(session, {"digest": _digest(ticket), "expires_at": expires_at, **row}, moment)
    return ticket, until


def pass_of(user_id: str, credential_id: str | None, expires_at: datetime | None) -> Pass:
    """The pass of a caller who has just been identified."""
    return Pass(user_id, credential_id, _authorised_until(expires_at))


def no_stream(stream: str) -> NotFoundError:
    """The answer to whoever asks for a stream that is not there, or not theirs."""
    return NotFoundError("stream_not_found", "There is no such stream.", stream=stream)


def _authorised_until(expires_at: datetime | None) -> datetime:
    return expires_at or now() + timedelta(seconds=AUTHORISED_SECONDS)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
