"""Connection: one client, its subscriptions and what it is owed, whatever carries it.

A transport makes a `Connection`, feeds it the client's operations and sends what `outbox` holds. Each subscription is a
follower of the log; all of them share one bounded outbox, so a client that does not read slows only itself.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import structlog

from guildhall.core import events, queries
from guildhall.core.errors import AppError, BadRequestError, RateLimitedError, UnauthorizedError, UnavailableError
from guildhall.core.limits import Charge, Limit, MemoryLimiter
from guildhall.core.outbox import Outbox
from guildhall.core.realtime import TOO_MANY, Ending, Pass, Realtime, StreamKind, no_stream
from guildhall.core.tasks import end

MAX_OPERATION_BYTES = 4096
_STREAM_NAME = re.compile(r"[a-z0-9._-]{1,120}")
_TRIES_AGAIN_SECONDS = 0.5
_REFUSALS = 20  # in a row, of operations beyond the rate: then the connection ends
_log = structlog.get_logger("guildhall.realtime")


class Operation(msgspec.Struct, forbid_unknown_fields=True):
    """What a client may ask."""

    op: Literal["subscribe", "unsubscribe", "ping", "authenticate"]
    stream: str = ""
    after: int | None = None
    ticket: str = ""


@dataclass(slots=True)
class _Following:
    kind: StreamKind
    rest: str
    task: asyncio.Task[None]


class Connection:
    """One client: its subscriptions, and the frames it is owed."""

    def __init__(self, realtime: Realtime, authorised: Pass) -> None:
        self.outbox = Outbox()
        self.user_id = authorised.user_id
        self.credential_id = authorised.credential_id
        self.authorised_until = authorised.authorised_until
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._realtime = realtime
        self._following: dict[str, _Following] = {}
        self._operations = MemoryLimiter()
        self._refusals = 0

    async def operate(self, text: str | bytes) -> None:
        """Do what the client asks; what it asked wrongly is answered with an error frame."""
        stream = ""
        try:
            await self._charge()
            operation = msgspec.json.decode(text, type=Operation)
            stream = operation.stream if _STREAM_NAME.fullmatch(operation.stream) else ""
            if operation.op == "ping":
                await self.outbox.say({"op": "pong"})
            elif operation.op == "unsubscribe":
                self._unsubscribe(stream)
            elif operation.op == "authenticate":
                await self._authenticate(operation.ticket)
            else:
                await self.subscribe(stream, operation.after)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            await self._refuse(stream, BadRequestError("invalid_operation", f"Not an operation: {error}."))
        except AppError as error:
            await self._refuse(stream, error)

    async def subscribe(self, stream: str, after: int | None) -> None:
        """Follow a stream from `after` on, or from a snapshot. Raises `NotFoundError`, `RateLimitedError`."""
        if not _STREAM_NAME.fullmatch(stream):
            raise no_stream("")
        kind, rest = self._realtime.kind_of(stream)
        most = self._realtime.limits().subscriptions_per_socket
        if stream not in self._following and len(self._following) >= most:
            raise RateLimitedError("too_many_subscriptions", f"At most {most} streams a connection.")
        async with self._realtime.db.read() as session:
            if not await kind.allows(session, self.user_id, rest):
                raise no_stream(stream)
        self._unsubscribe(stream)
        task = asyncio.create_task(self._follow(stream, kind, rest, after))
        self._following[stream] = _Following(kind, rest, task)

    async def check_rights(self) -> None:
        """Stop following what this person may not read any more."""
        for stream, following in list(self._following.items()):
            async with self._realtime.db.read() as session:
                may = await following.kind.allows(session, self.user_id, following.rest)
            if not may and self._following.get(stream) is following:
                self._unsubscribe(stream)
                await self._refuse(stream, no_stream(stream))

    def end(self, ending: Ending) -> None:
        """Ask whoever carries this connection to close it; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(ending)

    async def close(self) -> None:
        """End every subscription."""
        tasks = [following.task for following in self._following.values()]
        self._following.clear()
        await end(*tasks)

    async def _charge(self) -> None:
        limit = Limit(self._realtime.limits().operations_per_socket, 60)
        decision = await self._operations.take([Charge("", limit)])
        if decision.is_allowed:
            self._refusals = 0
            return
        self._refusals += 1
        if self._refusals > _REFUSALS:
            self.end(Ending(TOO_MANY, "Too many operations."))
        raise RateLimitedError("rate_limit_exceeded", "Too many operations; wait a little.")

    async def _authenticate(self, ticket: str) -> None:
        """Go on under a newer authorisation of the same person."""
        found = await self._realtime.redeem(ticket) if ticket else None
        if found is None or found.user_id != self.user_id:
            raise UnauthorizedError("ticket_refused", "The ticket is unknown, used, too old or somebody else's.")
        self.credential_id = found.credential_id
        self.authorised_until = found.authorised_until
        await self.outbox.say({"op": "authenticated", "authorised_until": found.authorised_until.isoformat()})

    def _unsubscribe(self, stream: str) -> None:
        following = self._following.pop(stream, None)
        if following:
            following.task.cancel()

    async def _follow(self, stream: str, kind: StreamKind, rest: str, after: int | None) -> None:
        """Owe the client everything after `after`. While the database is away, wait for it."""
        place: int | None = None
        while True:
            try:
                if place is None:
                    place = await self._begin(stream, kind, rest, after)
                async for event in events.follow(self._realtime.db, self._realtime.bus, stream, after=place):
                    await self.outbox.tell(event, kind.merge)
                    place = event.seq
            except events.CompactedError:
                place = after = None
            except UnavailableError as error:
                _log.warning("stream_waits", reason=error.message)
                await asyncio.sleep(_TRIES_AGAIN_SECONDS)
            except AppError as error:
                await self._refuse(stream, error)
                return

    async def _begin(self, stream: str, kind: StreamKind, rest: str, after: int | None) -> int:
        """Tell the client where it starts, with a snapshot when it can't go on from `after`; gives that number."""
        async with self._realtime.db.read() as session:
            last, floor = await queries.position(session, stream)
            resumes = after is not None and floor <= after <= last
            body = await kind.snapshot(session, self.user_id, rest) if kind.snapshot and not resumes else None
        start = after if resumes and after is not None else last
        begun = {"op": "subscribed", "stream": stream, "seq": start, "last": last, "snapshot": body is not None}
        await self.outbox.say(begun)
        if body is not None:
            await self.outbox.say({"op": "snapshot", "stream": stream, "seq": start, "body": body})
        return start

    async def _refuse(self, stream: str, error: AppError) -> None:
        frame: dict[str, Any] = {"op": "error", "code": error.code, "message": error.message}
        await self.outbox.say(frame | ({"stream": stream} if stream else {}))
