"""The keeper: writes responses that must be remembered, many in one transaction, and finds those that wait for it.

Whoever has made one may wait for it to be written. When the database is in trouble the keeper holds what it can and
tries again; what no longer fits is counted and logged, never silently lost.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import structlog

from guildhall.core.db import Conflict
from guildhall.core.errors import AppError
from guildhall.core.tasks import end
from guildhall.gateway.tables import StoredResponse

_MOST_BYTES = 64 * 1024 * 1024
_BATCH = 200
_log = structlog.get_logger("guildhall.responses")

Row = Mapping[str, Any]
"""A `StoredResponse`, by column."""

# Writes rows, all or none; writing one again changes nothing. Raises AppError or OSError when it cannot now, and
# anything else when it never will.
Store = Callable[[Sequence[Row]], Awaitable[None]]


class ResponseKeeper:
    """Remembers the responses of one process."""

    def __init__(self, store: Store, *, retry_seconds: float = 1.0, wait_seconds: float = 2.0) -> None:
        """`wait_seconds` is how long somebody waits at most for a response to be written."""
        self._store = store
        self._retry_seconds = retry_seconds
        self._wait_seconds = wait_seconds
        self._waiting: dict[str, Row] = {}
        self._bytes = 0
        self._filled = asyncio.Event()
        self._written = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def waiting(self, user_id: str, response_id: str) -> StoredResponse | None:
        """A person's response that is not written yet."""
        row = self._waiting.get(response_id)
        return StoredResponse(**row) if row is not None and row["user_id"] == user_id else None

    def keep(self, row: Row) -> None:
        """Have it written soon."""
        size = _size(row)
        if row["id"] in self._waiting:
            return
        if self._bytes + size > _MOST_BYTES:
            self.dropped += 1
            _log.error("response_lost", response_id=row["id"], reason="too many wait to be stored")
            return
        self._bytes += size
        self._waiting[row["id"]] = row
        self._filled.set()

    async def settle(self, response_id: str) -> None:
        """Wait until it is written; but not for long when the database does not take it."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                while response_id in self._waiting:
                    await self._written.wait()
        except TimeoutError:
            _log.warning("response_not_stored_yet", response_id=response_id)

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="response-keeper")

    async def stop(self, seconds: float = 10.0) -> None:
        """Write what waits, trying for at most so long; what is left then is logged as lost."""
        if self._task is None:
            return
        await end(self._task)
        self._task = None
        deadline = time.monotonic() + seconds
        while self._waiting and time.monotonic() < deadline:
            if not await self._write():
                await asyncio.sleep(self._retry_seconds / 4)
        if self._waiting:
            self.dropped += len(self._waiting)
            _log.error("responses_lost_at_stop", responses=len(self._waiting))

    async def _run(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                if not await self._write():
                    await asyncio.sleep(self._retry_seconds)

    async def _write(self) -> bool:
        """Write the oldest; whether the database is well. They wait until it has them."""
        rows = list(islice(self._waiting.values(), _BATCH))
        try:
            await self._store(rows)
            self._forget(rows)
        except (AppError, OSError) as error:
            _log.warning("responses_not_stored", reason=str(error), waiting=len(self._waiting))
            return False
        except Exception as error:  # noqa: BLE001 - one that cannot be stored must not hold up all others for ever
            if not isinstance(error, Conflict):
                _log.error("responses_refused", reason=str(error)[:500], responses=len(rows))
            for row in rows:
                await self._write_one(row)
        return True

    async def _write_one(self, row: Row) -> None:
        """Write it, or drop what the database will never take."""
        try:
            await self._store([row])
            self._forget([row])
        except (AppError, OSError):
            return
        except Conflict:  # its owner's account is gone, and this goes with it
            self._forget([row])
        except Exception as error:  # noqa: BLE001 - as above
            self.dropped += 1
            _log.error("response_lost", response_id=row["id"], reason=str(error)[:500])
            self._forget([row])

    def _forget(self, rows: list[Row]) -> None:
        for row in rows:
            if self._waiting.pop(row["id"], None) is not None:
                self._bytes -= _size(row)
        written, self._written = self._written, asyncio.Event()
        written.set()


def _size(row: Row) -> int:
    return len(row["input"] or "") + len(row["body"] or "") + 500
