"""Fixtures of the tests of jobs: a product's database with workers in processes of their own."""

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio

from guildhall.core.bus import Bus
from guildhall.core.db import Database
from guildhall.core.jobs import Jobs, queries
from guildhall.core.jobs.tables import JobRow
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.conftest import MakeSettings
from tests.core.jobs.workshop import Workshop, prepare
from tests.services import processes, product

ROOT = Path(__file__).parents[3]


@dataclass
class Yard:
    """One database, this process's way to put jobs in, and workers that can be killed."""

    settings: Settings
    db: Database
    bus: Bus
    jobs: Jobs

    @contextlib.asynccontextmanager
    async def worker(self, silent_seconds: float = 2.0) -> AsyncIterator[processes.Child]:
        """A process that runs jobs, ready."""
        child = await asyncio.to_thread(self.start, silent_seconds)
        try:
            yield child
        finally:
            await asyncio.to_thread(child.stop)

    def second_worker(self) -> contextlib.AbstractAsyncContextManager[object]:
        """Another worker, where there can be one."""
        return contextlib.nullcontext() if self.settings.is_embedded else self.worker()

    def start(self, silent_seconds: float = 2.0) -> processes.Child:
        """Start a worker and wait until it is ready; the caller stops it."""
        log = Path(tempfile.mkstemp(dir=self.settings.data_dir.parent, prefix="worker-", suffix=".log")[1])
        env = product.environment(self.settings) | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
        command = [sys.executable, "-m", "tests.core.jobs.worker", str(silent_seconds)]
        child = processes.start(command, log, env=env)
        processes.wait_until(lambda: "ready\n" in child.output(), child)
        return child

    async def put(self, name: str, *args: str, **options: Any) -> str:
        """Store a job; gives its id."""
        async with self.db.write() as session:
            return await self.jobs.enqueue(session, name, *args, **options)

    async def row(self, job_id: str) -> JobRow:
        """A job as it stands."""
        async with self.db.read() as session:
            row = await queries.job_by_id(session, job_id)
        assert row is not None
        return row

    async def ended(self, job_id: str, timeout_seconds: float = 30) -> JobRow:
        """A job, once it has ended."""
        return await self.until(job_id, lambda row: row.ended_at is not None, timeout_seconds)

    async def until(self, job_id: str, holds: Callable[[JobRow], bool], timeout_seconds: float = 30) -> JobRow:
        """A job, once something holds of it."""
        deadline = time.monotonic() + timeout_seconds
        while not holds(row := await self.row(job_id)):
            assert time.monotonic() < deadline, (row.state, row.run, row.error)
            await asyncio.sleep(0.05)
        return row


@pytest_asyncio.fixture
async def yard(make_settings: MakeSettings) -> AsyncIterator[Yard]:
    """A fresh database without workers."""
    settings = make_settings()
    bus = create_bus(settings)
    db = Database(settings, info={"bus": bus})
    workshop = Workshop(db, settings.data_dir / "notes")
    jobs = Jobs(settings, db, bus, workshop.jobs, workshop.schedules, runs_here=False)
    await prepare(db)
    await bus.start()
    await jobs.start()
    yield Yard(settings, db, bus, jobs)
    await jobs.stop()
    await bus.stop()
    await db.close()
