"""Processes: each server and worker says every few seconds that it lives and how it is; one of them leads.

The leader does what only one may do (the watch over alert rules). Its lease runs out by itself when it dies.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from guildhall import __version__
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import AppError, UnavailableError
from guildhall.core.ids import new_id
from guildhall.core.tasks import end
from guildhall.operations.system import queries
from guildhall.operations.system.tables import Process, ProcessRole

LEASE = "lead"
INTERVAL_SECONDS = 10.0
SILENT_AFTER = timedelta(seconds=35)
_LEASE = timedelta(seconds=35)
_FORGOTTEN_AFTER = timedelta(days=1)
_log = structlog.get_logger("guildhall.processes")

Look = Callable[[float], Awaitable[None]]


class Pulse:
    """Describes this process, again and again, and leads when it may.

    `lead` is called with the seconds since the last call while this process leads; `without_database` instead, when it
    led and the database went away, and `database_back` once it is there again, whoever leads then.
    """

    def __init__(
        self,
        db: Database,
        *,
        role: ProcessRole,
        runs_jobs: bool,
        figures: Callable[[], Mapping[str, Any]],
        lead: Look,
        without_database: Look,
        database_back: Callable[[], Awaitable[None]],
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self.id = new_id("pr")
        self._db = db
        self._role: ProcessRole = role
        self._runs_jobs = runs_jobs
        self._figures = figures
        self._lead = lead
        self._without_database = without_database
        self._database_back = database_back
        self._is_away = False
        self._interval = interval
        self._started_at = now()
        self._looked = time.monotonic()
        self._beating = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.leads = False

    def start(self) -> None:
        """Begin."""
        self._looked = time.monotonic()
        self._task = asyncio.create_task(self._run(), name="process-pulse")

    async def stop(self) -> None:
        """Say good-bye, so that nobody takes the silence for a crash."""
        if self._task is None:
            return
        await end(self._task)
        self._task = None
        try:
            async with self._db.write() as session:
                await queries.forget_process(session, self.id)
                await queries.release_leases(session, self.id)
        except AppError as error:
            _log.warning("process_not_signed_off", reason=error.message)

    async def beat(self) -> None:
        """One beat: describe, then lead if this process may."""
        async with self._beating:
            elapsed = min(time.monotonic() - self._looked, 3 * self._interval)
            self._looked = time.monotonic()
            try:
                await self._describe()
                if self._is_away:
                    await self._database_back()
                    self._is_away = False
                if self.leads:
                    await self._lead(elapsed)
            except (UnavailableError, OSError) as error:
                _log.warning("pulse_failed", reason=str(error))
                if self.leads:
                    self._is_away = True
                    await self._without_database(elapsed)

    async def _run(self) -> None:
        while True:
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - one bad look must not be the last one
                _log.error("look_failed", exc_info=error)
            await asyncio.sleep(self._interval)

    async def _describe(self) -> None:
        moment = now()
        process = Process(
            id=self.id,
            role=self._role,
            runs_jobs=self._runs_jobs,
            version=__version__,
            host=f"{os.uname().nodename}:{os.getpid()}"[:120],
            started_at=self._started_at,
            seen_at=moment,
            figures=dict(self._figures()),
        )
        async with self._db.write() as session:
            await queries.describe(session, process)
            await queries.forget_silent_processes(session, moment - _FORGOTTEN_AFTER)
            self.leads = await queries.take_lease(session, LEASE, self.id, moment, _LEASE)
