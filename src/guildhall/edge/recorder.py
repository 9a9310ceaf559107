"""The recorder: rows of finished calls, written in the background, batch by batch.

The hot path only appends to a queue. When the database is in trouble the queue holds what it can and the writer tries
again; what is too much for it, or left when the process ends, waits on disk. What fits nowhere is counted, never
silently lost.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice

import structlog

from guildhall.core.errors import AppError
from guildhall.edge.call import AttemptRow, Call, CallRow
from guildhall.edge.figures import Figures
from guildhall.edge.spool import Spool

# Stores rows, all or none; storing one again changes nothing. Raises AppError or OSError when it cannot now, and
# anything else when it never will.
Store = Callable[[Sequence[CallRow]], Awaitable[None]]
# Hears of rows of calls that have ended, each once, whether they can be stored or not; and of failed attempts, by call.
Ended = Callable[[Sequence[CallRow], Mapping[str, Sequence[AttemptRow]]], None]

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
        retry_seconds: tuple[float, float] = (0.25, 2.0),
        spool: Spool | None = None,
        again: Store | None = None,
    ) -> None:
        """`again` stores rows that may have been stored before; `spool` takes them while `store` cannot."""
        self._store = store
        self._again = again or store
        self._spool = spool
        self._has_spooled = spool is not None  # perhaps, from an earlier time
        self._figures = figures
        self._interval = interval
        self._batch = batch
        self._limit = limit
        self._retry_seconds = retry_seconds
        self._rows: deque[CallRow] = deque()
        self._told = 0  # how many of them, from the oldest on
        self.on_ended: Ended = lambda _rows, _failures: None
        self._is_full_batch = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stored = 0
        self.dropped = 0
        self.failures: dict[str, tuple[AttemptRow, ...]] = {}
        """Failed attempts of calls whose rows wait to be stored, by the call's id."""
        figures.read_at_scrape(
            "guildhall_call_log_queue", "Rows of calls that wait to be stored.", lambda: len(self._rows)
        )
        figures.read_at_scrape("guildhall_call_log_dropped", "Rows of calls that were lost.", lambda: self.dropped)
        if spool is not None:
            figures.read_at_scrape("guildhall_call_log_spooled", "Rows of calls that wait on disk.", spool.waiting)

    def __len__(self) -> int:
        return len(self._rows)

    def record(self, call: Call) -> None:
        """Queue the row of a call that has ended. Calls by nobody known are counted, but have no row."""
        call.close()
        self._figures.count(call)
        if call.caller is None or len(self._rows) >= self._limit:
            self.dropped += call.caller is not None
            if call.capture is not None:
                call.capture.let_go()
            return
        self._rows.append(call.row())
        if call.failures:
            self.failures[call.id] = call.failures
        if call.capture is not None:
            call.capture.finish(call.id, call.caller.user_id, call.at, call.status, call.original or call.body)
        if len(self._rows) == self._batch:
            self._is_full_batch.set()

    def start(self) -> None:
        """Begin writing."""
        self._task = asyncio.create_task(self._run(), name="call-recorder")

    async def stop(self, seconds: float = 10.0) -> None:
        """Write what is queued, trying for at most `seconds`; what is left then goes to disk, or is logged as lost."""
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
        await self._spill(down_to=0)
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
            self._tell()
            least, most = self._retry_seconds
            if await self._write_all():
                pause = self._interval
                await self._replay()
            else:
                pause = min(max(pause, least) * 2, most)
                await self._spill(down_to=self._limit // 5)

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
        self._leave(rows)
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
            self._leave([row])
        return True

    async def _spill(self, *, down_to: int) -> None:
        """Put the oldest rows on disk until so many are left."""
        while self._spool is not None and len(self._rows) > down_to:
            rows = list(islice(self._rows, self._batch))
            ids = [str(row[0]) for row in rows] if self.failures else ()
            failures = {call_id: self.failures[call_id] for call_id in ids if call_id in self.failures}
            try:
                await asyncio.to_thread(self._spool.put, rows, failures)
            except OSError as error:
                _log.error("calls_not_spooled", reason=str(error), waiting=len(self._rows))
                return
            self._leave(rows)
            self._has_spooled = True

    async def _replay(self) -> None:
        """Store a batch from disk, if there is one; the next one has its turn after the next calls."""
        if self._spool is None or not self._has_spooled:
            return
        try:
            spooled = await asyncio.to_thread(self._spool.take)
        except (OSError, ValueError) as error:
            _log.error("spool_not_read", reason=str(error))
            return
        if spooled is None:
            self._has_spooled = False
            return
        self.failures.update(spooled.failures)
        try:
            await self._again(spooled.rows)
        except (AppError, OSError):
            spooled.leave()
        except Exception as error:  # noqa: BLE001 - it would come back for ever
            self.dropped += len(spooled.rows)
            _log.error("spooled_calls_dropped", reason=str(error)[:500], rows=len(spooled.rows))
            spooled.done()
        else:
            self.stored += len(spooled.rows)
            spooled.done()
        self._settled(spooled.rows)

    def _tell(self) -> None:
        fresh = list(islice(self._rows, self._told, None))
        self._told += len(fresh)
        if fresh:
            self.on_ended(fresh, self.failures)

    def _leave(self, rows: Sequence[CallRow]) -> None:
        """The oldest rows are elsewhere now."""
        if self._told < len(rows):
            self._tell()
        for _ in rows:
            self._rows.popleft()
        self._told -= len(rows)
        self._settled(rows)

    def _settled(self, rows: Sequence[CallRow]) -> None:
        """These rows wait no more, and nor do their attempts."""
        if self.failures:
            for row in rows:
                self.failures.pop(str(row[0]), None)
