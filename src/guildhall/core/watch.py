"""Watch: while the bus is away, look into the log itself once a second and wake the followers of what has moved on."""

import asyncio

import structlog

from guildhall.core import queries
from guildhall.core.bus import Bus
from guildhall.core.db import Database
from guildhall.core.errors import AppError
from guildhall.core.tasks import end

_LOOK_SECONDS = 1.0
_STREAMS = 500  # a statement
_log = structlog.get_logger("guildhall.bus")


class LogWatch:
    """One look serves every follower of this process, however many there are."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._seen: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Watch no more."""
        if self._task is not None:
            await end(self._task)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._bus.is_alone:
                self._seen.clear()
                continue
            try:
                await self._look()
            except AppError as error:
                _log.warning("log_not_read", reason=error.message)

    async def _look(self) -> None:
        streams = self._bus.streams()
        for first in range(0, len(streams), _STREAMS):
            async with self._db.read() as session:
                found = await queries.positions(session, streams[first : first + _STREAMS])
            for stream, last in found.items():
                if self._seen.get(stream) != last:
                    self._seen[stream] = last
                    self._bus.missed(stream)
