"""The recorder: rows of finished calls, written in the background, batch by batch.

The hot path only appends to a queue. When the database is in trouble the queue holds what it can and the writer tries
again; what no longer fits is counted, never silently lost.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

import structlog

from guildhall.core.errors import AppError
from guildhall.edge.call import Call, CallRow
from guildhall.edge.figures import Figures

# Stores rows, all or none; storing one again changes nothing. Raises AppError or OSError when it cannot now, and
# anything else when it never will.
Store = Callable[[Sequence[CallRow]], Awaitable[None]]

_log = structlog.get_logger("guildhall.calls")


class Recorder:
    """Collects the rows of one process and hands them to `store`."""

    def __init__(
        self,
        store: Store,
        figures: Figures,
        *,
        interval: float = 0.25,
        batch: int = 5000,
        limit: int = 100_000,
        retry_seconds: tuple[float, float] = (0.25, 5.0),
    ) -> None:
        self._store = store
        self._figures = figures
        self._interval = interval
        self._batch = batch
        self._limit = limit
        self._retry_seconds = retry_seconds
        self._rows: deque[CallRow] = deque()
        self._is_full_batch = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stored = 0
        self.dropped = 0
        figures.read_at_scrape(
            "guildhall_call_log_queue", "Rows of calls that wait to be stored.", lambda: len(self._rows)
        )
        figures.read_at_scrape("guildhall_call_log_dropped", "Rows of calls that were lost.", lambda: self.dropped)

    def __len__(self) -> int:
        return len(self._rows)

    def record(self, call: Call) -> None:
        """Queue the row of a call that has ended. Calls by nobody known are counted, but have no row."""
        call.close()
        self._figures.count(call)
        if call.caller is None:
            return
        if len(self._rows) >= self._limit:
            self.dropped += 1
            return
        self._rows.append(call.row())
        if len(self._rows) == self._batch:
            self._is_full_batch.set()

    def start(self) -> None:
        """Begin writing."""
        self._task = asyncio.create_task(self._run(), name="call-recorder")

    async def stop(self, seconds: float = 10.0) -> None:
        """Write what is queued, trying for at most `seconds`; what is left then is logged as lost."""
        if self._task is None:
            return
        self._stopping.set()
        self._is_full_batch.set()
        await self._task
        self._task = None
        deadline = time.monotonic() + seconds
        while self._rows and time.monotonic() < deadline:
            if not await self._write():
                await asyncio.sleep(self._retry_seconds[0])
        if self._rows:
            self.dropped += len(self._rows)
            _log.error("calls_lost_at_stop", rows=len(self._rows))

    async def _run(self) -> None:
        pause = self._interval
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(pause):
                    await self._is_full_batch.wait()
            except TimeoutError:
                pass
            self._is_full_batch.clear()
            least, most = self._retry_seconds
            pause = self._interval if await self._write_all() else min(max(pause, least) * 2, most)

    async def _write_all(self) -> bool:
        while self._rows and not self._stopping.is_set():
            if not await self._write():
                return False
        return True

    async def _write(self) -> bool:
        """Store the oldest rows; they stay queued until the database has them."""
        rows = list(islice(self._rows, self._batch))
        try:
            await self._store(rows)
        except (AppError, OSError) as error:
            _log.warning("calls_not_stored", reason=str(error), waiting=len(self._rows))
            return False
        except Exception as error:  # noqa: BLE001 - one row that cannot be stored must not hold up all others for ever
            _log.error("batch_refused", reason=str(error)[:500], rows=len(rows))
            return await self._write_each(rows)
        for _ in rows:
            self._rows.popleft()
        self.stored += len(rows)
        return True

    async def _write_each(self, rows: Sequence[CallRow]) -> bool:
        """Store row by row, oldest first, and drop those that the database will not take."""
        for row in rows:
            try:
                await self._store([row])
            except (AppError, OSError):
                return False
            except Exception as error:  # noqa: BLE001 - as above
                self.dropped += 1
                _log.error("call_dropped", call_id=row[0], reason=str(error)[:500])
            else:
                self.stored += 1
            self._rows.popleft()
        return True
