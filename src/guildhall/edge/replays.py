"""Replays: a call with an `Idempotency-Key` is made once, and whoever sends it again is given the same answer.

A caller's client sends the key again when it never heard the answer. While the first call is under way the others wait
for it. Only what went well is kept: after a failure, or when the first caller has left, the next one is a call like
any other.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from guildhall.core.errors import AppError, BadRequestError, ConflictError
from guildhall.core.once import Claim, Once
from guildhall.edge.answer import Answer, Flowing, Headers, WholeAnswer
from guildhall.edge.call import Call

KEPT_SECONDS = 600.0
_MOST_BYTES = 2 * 1024 * 1024  # of one answer
_MOST_RECORDED = 64 * 1024 * 1024  # of all streams that are being recorded
_KEY = re.compile(r"[ -~]{1,255}")
_PAUSES = (0.05, 1.0)  # between two looks at a call that is under way, in seconds: at first, and at most
_REPLAYED = (b"idempotent-replayed", b"true")


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """An answer as it is kept."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    model: str
    is_stream: bool
    is_events: bool


class Replays:
    """Opens calls that have a key."""

    def __init__(self, once: Once) -> None:
        self._once = once
        self._tasks: set[asyncio.Task[None]] = set()
        self.recorded = 0
        """Bytes of streams that are being recorded."""

    async def open(self, call: Call, key: str, opened: Callable[[Call], Awaitable[Answer]]) -> Answer:
        """The answer of an earlier call with this key, or a new one. Raises `AppError`."""
        claim = _claim_of(call, key)
        pause, longest = _PAUSES
        while (found := await self._once.begin(claim)).state == "busy":
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)
        if found.state == "other":
            raise _reused()
        if found.state == "done":
            return _replayed(call, msgspec.msgpack.decode(found.result, type=Kept))
        try:
            answer = await opened(call)
        except BaseException:
            self.drop(claim)
            raise
        if not isinstance(answer, WholeAnswer):
            return _RecordedAnswer(self, call, claim, answer)
        if 200 <= answer.status < 300 and len(answer.body) <= _MOST_BYTES:
            await self.keep(claim, Kept(answer.status, answer.headers, answer.body, call.model, False, False))
        else:
            self.drop(claim)
        return answer

    async def keep(self, claim: Claim, kept: Kept) -> None:
        """Let others have this answer; it is kept even if its own caller leaves meanwhile."""
        await asyncio.shield(self.spawn(self._once.finish(claim, msgspec.msgpack.encode(kept), seconds=KEPT_SECONDS)))

    def drop(self, claim: Claim) -> None:
        """There is no answer that others could have."""
        self.spawn(self._once.drop(claim))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have something done, whoever waits for it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Finish what is being done."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._once.stop()


class _RecordedAnswer:
    """A streamed answer of which a copy is made, if it is not too long."""

    def __init__(self, replays: Replays, call: Call, claim: Claim, answer: Flowing) -> None:
        self._replays, self._call, self._claim, self._answer = replays, call, claim, answer
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_recording = 200 <= answer.status < 300
        self._is_kept = False
        self.status = answer.status
        self.headers: Headers = answer.headers

    @property
    def is_events(self) -> bool:
        return self._answer.is_events

    async def read(self) -> bytes:
        """The next piece; nothing at the end. Raises `AppError` when the provider fails on the way."""
        piece = await self._answer.read()
        call = self._call
        if piece:
            self._record(piece)
        elif self._is_recording and not call.status:  # it has not gone wrong on the way
            self._is_kept = True
            body = b"".join(self._pieces)
            kept = Kept(self.status, self.headers, body, call.model, call.stream, self.is_events)
            await self._replays.keep(self._claim, kept)
        return piece

    def close(self) -> None:
        """Let go of the provider."""
        self._answer.close()
        self._forget()
        if not self._is_kept:
            self._replays.drop(self._claim)

    def _record(self, piece: bytes) -> None:
        """Keep one more piece, or none at all where there is too much."""
        if not self._is_recording:
            return
        self._pieces.append(piece)
        self._size += len(piece)
        self._replays.recorded += len(piece)
        if self._size > _MOST_BYTES or self._replays.recorded > _MOST_RECORDED:
            self._is_recording = False
            self._forget()

    def _forget(self) -> None:
        self._replays.recorded -= self._size
        self._size = 0
        self._pieces.clear()


class _ReplayedAnswer:
    """A streamed answer that is here already."""

    def __init__(self, kept: Kept) -> None:
        self._rest = kept.body
        self.status = kept.status
        self.headers: Headers = [*kept.headers, _REPLAYED]
        self.is_events = kept.is_events

    async def read(self) -> bytes:
        """All of it; nothing the second time."""
        piece, self._rest = self._rest, b""
        return piece

    def close(self) -> None:
        """Nothing is held open."""


def _claim_of(call: Call, key: str) -> Claim:
    """What this call is known by: its caller's key, and what is asked. Raises `BadRequestError`."""
    if not _KEY.fullmatch(key):
        raise BadRequestError("invalid_header", "Idempotency-Key must be 1 to 255 printable ASCII characters.")
    caller = call.caller
    who = (caller.key_id or caller.user_id) if caller is not None else ""
    name = hashlib.sha256(f"{who}\0{key}".encode()).hexdigest()
    seal = hashlib.sha256(b"%b\0%b" % (call.endpoint.path.encode(), call.body)).digest()
    return Claim(name, seal, call.id)


def _replayed(call: Call, kept: Kept) -> Answer:
    call.model, call.stream = kept.model, kept.is_stream
    call.ended(kept.status, "replayed")
    if kept.is_stream or kept.is_events:
        return _ReplayedAnswer(kept)
    return WholeAnswer(kept.status, [*kept.headers, _REPLAYED], kept.body)


def _reused() -> AppError:
    error = ConflictError(
        "idempotency_key_reused", "This Idempotency-Key was used for another request; use a new one for each."
    )
    error.headers["x-should-retry"] = "false"
    return error
