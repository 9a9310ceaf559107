"""Live: something small, kept in memory by every process and as new as the database.

Whoever changes it publishes an event to its stream in the same transaction. Each process then reads it anew, well
within a second; a quiet bus is checked on every few seconds, in case it lost something.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from guildhall.core.bus import Bus
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError
from guildhall.core.queries import position
from guildhall.core.tasks import end

_LOOK_SECONDS = 5.0
_log = structlog.get_logger("guildhall.live")


class Live:
    """Calls `load` with a session at the start, and again whenever the stream has moved on."""

    def __init__(self, db: Database, bus: Bus, stream: str, load: Callable[[Session], Awaitable[None]]) -> None:
        self._db = db
        self._bus = bus
        self._stream = stream
        self._load = load
        self._seq = -1
        self._changed = asyncio.Event()
        self._looking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Load, and follow from now on. Raises `UnavailableError`."""
        await self.catch_up()
        self._task = asyncio.create_task(self._keep_current(), name=f"live-{self._stream}")

    async def stop(self) -> None:
        """Follow no more."""
        if self._task is not None:
            await end(self._task)

    async def catch_up(self) -> None:
        """Be as new as the database is now. Raises `UnavailableError`."""
        async with self._looking, self._db.read() as session:
            seq, _ = await position(session, self._stream)
            if seq != self._seq:
                await self._load(session)
                self._seq = seq

    async def _keep_current(self) -> None:
        with self._bus.listening(self._stream, lambda _event: self._changed.set()):
            while True:
                try:
                    await self.catch_up()
                except Exception as error:  # noqa: BLE001 - one bad look must not be the last one
                    is_foreseen = isinstance(error, AppError | OSError)
                    reason = str(error)
                    _log.warning(
                        "not_read", stream=self._stream, reason=reason, exc_info=None if is_foreseen else error
                    )
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._changed.wait()
                self._changed.clear()
