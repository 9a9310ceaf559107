"""The janitor: says that this worker is alive, and finds the workers that are not, without trusting any clock.

A worker is silent when its row has not changed for a while by the watch of the one who looks, who could read the
database all that time. So neither a clock that jumps nor a database that was away makes anybody look dead.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.jobs import queries
from guildhall.core.jobs.engine import Engine
from guildhall.core.jobs.transitions import Transitions

_log = structlog.get_logger("guildhall.jobs")


class Janitor:
    """One worker's view of all workers."""

    def __init__(
        self,
        db: Database,
        engine: Engine,
        transitions: Transitions,
        executor: str,
        *,
        silent_seconds: float,
        watch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._engine = engine
        self._transitions = transitions
        self._executor = executor
        self._silent_seconds = silent_seconds
        self._watch = watch
        self._seen: dict[str, tuple[datetime, float]] = {}
        self._touched_at = watch()

    @property
    def may_be_presumed_dead(self) -> bool:
        """Whether this worker has been out of touch for nearly as long as others wait before they take over."""
        return self._watch() - self._touched_at > self._silent_seconds * 0.7

    async def beat(self) -> bool:
        """Say that this worker is alive; False when others had forgotten it, and may have taken its jobs."""
        try:
            async with self._db.write() as session:
                was_known = await queries.beat(session, self._executor, now())
        except Exception:
            self._seen.clear()  # who was silent meanwhile may just not have been heard
            raise
        self._touched_at = self._watch()
        return was_known

    async def take_over(self) -> None:
        """Hand the jobs of silent workers to whoever is alive."""
        async with self._db.read() as session:
            spoke = await queries.executors(session)
        for executor, beat_at in self._silent(spoke):
            _log.warning("worker_silent", executor=executor)
            await self._engine.recall(executor)  # what it had taken and not begun
            async with self._db.write() as session:
                await queries.remove_executor(session, executor, beat_at)
        async with self._db.write() as session:
            for row in await queries.orphans(session):
                _log.warning("job_taken_over", job_id=row.id, job=row.name, executor=row.executor)
                await self._transitions.take_over(session, row)

    def _silent(self, spoke: dict[str, datetime]) -> list[tuple[str, datetime]]:
        moment = self._watch()
        self._seen = {
            executor: self._seen[executor]
            if executor in self._seen and self._seen[executor][0] == beat_at
            else (beat_at, moment)
            for executor, beat_at in spoke.items()
        }
        return [
            (executor, beat_at)
            for executor, (beat_at, since) in self._seen.items()
            if executor != self._executor and moment - since > self._silent_seconds
        ]
