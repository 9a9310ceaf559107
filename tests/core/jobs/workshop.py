"""Kinds of job for tests: what each step does is a row in a table that forbids nothing, so that doubles show."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError
from guildhall.core.jobs import GiveUpError, Job, JobContext, Queue, Rate, Retries, Schedule

STEPS = Queue("test-steps", concurrency=4, poll_seconds=0.5)
SINGLE = Queue("test-single", concurrency=4, in_all=1, poll_seconds=0.2)
RATED = Queue("test-rated", concurrency=10, rate=Rate(3, 1.0), poll_seconds=0.1)
_CREATE = (
    "CREATE TABLE IF NOT EXISTS effects (job_id VARCHAR(40), step VARCHAR(120), run INTEGER, pid INTEGER, at FLOAT)"
)


@dataclass(frozen=True)
class Effect:
    """Something that a step did."""

    step: str
    run: int
    pid: int
    at: float


async def prepare(db: Database) -> None:
    """Make the table of effects."""
    async with db.write() as session:
        await session.execute(text(_CREATE))


async def effects(db: Database, job_id: str | None = None) -> Sequence[Effect]:
    """What was done, oldest first."""
    where = " WHERE job_id = :job_id" if job_id else ""
    async with db.read() as session:
        rows = await session.execute(
            text(f"SELECT step, run, pid, at FROM effects{where} ORDER BY at"), {"job_id": job_id}
        )
        return [Effect(*row) for row in rows]


async def _effect(session: Session, context: JobContext, step: str) -> str:
    values = {"job_id": context.job_id, "step": step, "run": context.run.number, "pid": os.getpid(), "at": time.time()}
    await session.execute(text("INSERT INTO effects VALUES (:job_id, :step, :run, :pid, :at)"), values)
    return step


class Workshop:
    """The kinds of job, on one database."""

    def __init__(self, db: Database, notes: Path) -> None:
        self._db = db
        self._notes = notes

    @property
    def jobs(self) -> list[Job]:
        """Every kind."""
        soon = Retries(attempts=3, first_seconds=0.2, factor=2.0)
        return [
            Job("test.steps", self.steps, STEPS, abandon=self.abandoned),
            Job("test.calls", self.calls, STEPS),
            Job("test.fails", self.fails, STEPS, soon, abandon=self.abandoned),
            Job("test.gives_up", self.gives_up, STEPS, abandon=self.abandoned),
            Job("test.single", self.spell, SINGLE),
            Job("test.rated", self.quick, RATED),
            Job("test.quick", self.quick, STEPS),
            Job("test.blocks", self.blocks, STEPS),
        ]

    @property
    def schedules(self) -> list[Schedule]:
        """One that is switched on by a test."""
        return [Schedule("test.every_minute", "test.quick", "* * * * *", catch_up="all", enabled=False)]

    async def steps(self, context: JobContext, count: str, pause: str) -> None:
        """So many steps, each with one effect."""
        for number in range(int(count)):
            name = await context.step(f"step-{number}", _effect, context, f"step-{number}")
            assert name == f"step-{number}"
            await asyncio.sleep(float(pause))
            await context.progress(number + 1, int(count), name)

    async def calls(self, context: JobContext, count: str, pause: str) -> None:
        """So many steps that speak to the world outside for a while: each notes when it began and ended."""

        async def outside(number: int) -> int:
            self._note(f"{context.job_id} begin {number} {os.getpid()} {time.monotonic()}")
            try:
                await asyncio.sleep(float(pause))
            finally:
                self._note(f"{context.job_id} end {number} {os.getpid()} {time.monotonic()}")
            return number

        async def store(session: Session, number: int) -> str:
            return await _effect(session, context, f"call-{number}")

        for number in range(int(count)):
            await context.call(f"call-{number}", outside, number, store=store)

    async def fails(self, context: JobContext, times: str) -> None:
        """Fails so often, then succeeds."""

        await context.step(f"try-{context.run.attempt}", _effect, context, f"try-{context.run.attempt}")
        if context.run.attempt <= int(times):
            raise AppError("not_yet", "Not yet.")

    async def gives_up(self, context: JobContext) -> None:
        """Fails once, which is enough."""
        raise GiveUpError("no_use", "It is of no use.")

    async def spell(self, context: JobContext, seconds: str) -> None:
        """Takes a while."""
        await context.step("begin", _effect, context, "begin")
        await asyncio.sleep(float(seconds))
        await context.step("end", _effect, context, "end")

    async def quick(self, context: JobContext, *_args: str) -> None:
        """One effect, named after the moment it was meant for."""
        moment = context.scheduled_for.isoformat() if context.scheduled_for else "quick"
        await context.step("quick", _effect, context, moment)

    async def blocks(self, context: JobContext, seconds: str) -> None:
        """The first time, holds up the whole process, as a worker that is too slow."""
        await context.step("before", _effect, context, "before")
        if context.run.number == 1:
            time.sleep(float(seconds))  # noqa: ASYNC251 - that is what it is for
        await context.step("after", _effect, context, "after")

    async def abandoned(self, session: Session, *args: Any) -> None:
        """Notes that a job was given up."""
        values = {"step": f"abandoned {args}", "pid": os.getpid(), "at": time.time()}
        await session.execute(text("INSERT INTO effects VALUES ('', :step, 0, :pid, :at)"), values)

    def _note(self, line: str) -> None:
        with self._notes.open("a") as file:
            file.write(line + "\n")
