"""Jobs: how soon one begins, how many a second, what an idle worker costs; both modes, each in its own process."""

import asyncio
import contextlib
import json
import logging
import resource
import statistics
import subprocess
import sys
import time

from guildhall.core.db import Database
from guildhall.core.jobs import Job, JobContext, Jobs, Queue
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.services.databases import MODES, Databases
from tests.services.product import environment

_BEGINS_WITHIN_SECONDS = 0.1
_IDLE_SHARE = 0.05


def run(*, short: bool) -> int:
    """Measure both modes; 1 when a job is slow to begin or an idle worker is busy."""
    worst = 0
    with contextlib.closing(Databases()) as databases:
        for mode in MODES:
            with databases.settings(mode) as settings:
                command = [sys.executable, "-m", "bench.jobs", "200" if short else "1000", "5" if short else "20"]
                printed = subprocess.run(command, env=environment(settings), check=True, capture_output=True, text=True)
            found = json.loads(printed.stdout.splitlines()[-1])
            print(
                f"jobs, {mode}: begins after {found['median'] * 1000:.0f} ms (p95 {found['p95'] * 1000:.0f} ms), "
                f"{found['rate']:.0f} jobs/s of one step each, idle {found['idle'] * 100:.1f} % of a core"
            )
            worst = max(worst, int(found["median"] > _BEGINS_WITHIN_SECONDS or found["idle"] > _IDLE_SHARE))
    return worst


class _Bench:
    """A worker with one kind of job that notes when it begins."""

    def __init__(self) -> None:
        self._settings = Settings()
        self._bus = create_bus(self._settings)
        self._db = Database(self._settings, info={"bus": self._bus})
        job = Job("bench.note", self._note, Queue("bench", concurrency=50), is_told=False)
        self._jobs = Jobs(self._settings, self._db, self._bus, [job], runs_here=True)
        self._begun: dict[str, float] = {}
        self._all = asyncio.Event()
        self._wanted = 0

    async def measure(self, count: int, idle_seconds: float) -> dict[str, float]:
        """The figures."""
        await self._bus.start()
        await self._jobs.start()
        await asyncio.sleep(2)
        waits = [await self._one(f"single-{number}") for number in range(30)]
        rate = count / await self._many(count)
        await asyncio.sleep(2)
        before = _processor_seconds()
        await asyncio.sleep(idle_seconds)
        idle = (_processor_seconds() - before) / idle_seconds
        await self._jobs.stop()
        await self._bus.stop()
        await self._db.close()
        return {"median": statistics.median(waits), "p95": sorted(waits)[28], "rate": rate, "idle": idle}

    async def _one(self, name: str) -> float:
        self._expect(1)
        async with self._db.write() as session:
            await self._jobs.enqueue(session, "bench.note", name)
        committed = time.monotonic()
        await self._all.wait()
        await asyncio.sleep(0.1)
        return self._begun[name] - committed

    async def _many(self, count: int) -> float:
        self._expect(count)
        began = time.monotonic()
        for first in range(0, count, 50):
            async with self._db.write() as session:
                for number in range(first, first + 50):
                    await self._jobs.enqueue(session, "bench.note", f"many-{number}")
        await self._all.wait()
        return time.monotonic() - began

    def _expect(self, count: int) -> None:
        self._wanted = len(self._begun) + count
        self._all.clear()

    async def _note(self, context: JobContext, name: str) -> None:
        begun = time.monotonic()

        async def nothing(_session: object) -> None:
            return None

        await context.step("note", nothing)
        self._begun[name] = begun
        if len(self._begun) >= self._wanted:
            self._all.set()


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(json.dumps(asyncio.run(_Bench().measure(int(sys.argv[1]), float(sys.argv[2])))))
