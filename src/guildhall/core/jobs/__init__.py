"""Jobs: durable work, enqueued in the transaction of the thing it is about, run by a worker, resumed after a crash.

A job is a registered coroutine called with ids; everything else it reads from rows. It may be called twice, so it finds
out from rows what has been done. The engine is DBOS; nothing outside this module knows.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    WorkflowSerializationFormat,
)

from guildhall.core import queries
from guildhall.core.clock import now
from guildhall.core.db import Database, Engine, Session, blocking_engine, blocking_url
from guildhall.core.errors import UnavailableError
from guildhall.core.settings import Settings

JobFunction = Callable[..., Awaitable[None]]

# Recovery is tied to this: a job of an older release goes on under a newer one.
_JOBS_VERSION = "1"
_APPLICATION = "guildhall"
_ATTEMPTS = 5
_BEAT_SECONDS = 2.0
_SILENT_SECONDS = 10.0
_log = structlog.get_logger("guildhall.jobs")


@dataclass(frozen=True)
class Queue:
    """Where jobs wait: how many run at once in a worker, and how often a worker looks."""

    name: str
    concurrency: int
    poll_seconds: float


@dataclass(frozen=True)
class Job:
    """A kind of job."""

    name: str
    run: JobFunction
    queue: Queue


class Jobs:
    """The jobs of one process: enqueue anywhere, run where `runs_here`."""

    def __init__(self, settings: Settings, db: Database, jobs: list[Job], *, runs_here: bool) -> None:
        self._settings = settings
        self._db = db
        self._jobs = {job.name: job for job in jobs}
        self._runs_here = runs_here
        self._client: DBOSClient | None = None
        self._janitor: asyncio.Task[None] | None = None
        self._engine: DBOS | None = None
        self._connections: Engine | None = None

    async def enqueue(self, session: Session, name: str, *args: str, delay_seconds: float = 0) -> None:
        """Have job `name` run with `args` once this transaction has committed."""
        if self._client is None:
            raise RuntimeError("jobs have not been started")
        client, job = self._client, self._jobs[name]
        options: EnqueueOptions = {
            "workflow_name": name,
            "queue_name": job.queue.name,
            "app_version": _JOBS_VERSION,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        connection = await session.connection()
        await connection.run_sync(lambda sync: client.enqueue_in_transaction(sync, options, *args))

    async def start(self) -> None:
        """Be able to enqueue; and, if this process works, take up what a crash left and begin to work."""
        engine = self._connections = blocking_engine(self._settings)
        self._client = DBOSClient(
            system_database_engine=engine, serializer=DBOSPortableJSONSerializer(), application_name=_APPLICATION
        )
        for queue in {job.queue for job in self._jobs.values()}:
            await self._client.register_queue_async(
                queue.name,
                worker_concurrency=queue.concurrency,
                polling_interval_sec=queue.poll_seconds,
                on_conflict="always_update",
                application_name=_APPLICATION,
            )
        if self._runs_here:
            if not self._settings.is_embedded:
                await self._beat()  # known before it takes work, so that its work is found if it dies
                self._janitor = asyncio.create_task(self._keep())
            self._launch(engine)

    def _launch(self, engine: Engine) -> None:
        """Start the engine on the running loop, so that jobs run on it too."""
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_engine": engine,
            "run_migrations": self._settings.is_embedded,
            "application_version": _JOBS_VERSION,
            "executor_id": self._settings.executor_id,
            "enable_otlp": False,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
        self._engine = DBOS(config=config)
        for job in self._jobs.values():
            DBOS.workflow(name=job.name, serialization_type=WorkflowSerializationFormat.PORTABLE)(_tried(job))
        DBOS.launch()

    def pause(self) -> None:
        """Take no more jobs; those that run go on."""
        for stop in self._engine.background_thread_stop_events if self._engine else ():
            stop.set()

    async def stop(self) -> None:
        """End the engine; jobs that still run are taken up again by this executor's next start or by another worker."""
        if self._janitor:
            self._janitor.cancel()
            await asyncio.gather(self._janitor, return_exceptions=True)
        if self._client:
            await asyncio.to_thread(self._client.destroy)
        if self._engine:
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._connections:
            await asyncio.to_thread(self._connections.dispose)

    async def _keep(self) -> None:
        """Say that this worker is alive, and hand the jobs of silent workers to whoever is."""
        while True:
            try:
                await self._beat()
            except Exception as error:  # noqa: BLE001 - the janitor outlives every failure of the database
                _log.warning("janitor_failed", error=str(error))
            await asyncio.sleep(_BEAT_SECONDS)

    async def _beat(self) -> None:
        async with self._db.write() as session:
            await queries.beat(session, self._settings.executor_id, now())
            silent = await queries.take_silent_executors(session, now() - timedelta(seconds=_SILENT_SECONDS))
        client = self._client
        if client is None:
            return
        for executor in silent:
            pending = await client.list_workflows_async(status="PENDING", executor_id=executor)
            if pending:
                _log.warning("jobs_taken_over", executor=executor, jobs=len(pending))
                await client.resume_workflows_async([job.workflow_id for job in pending])


def upgrade(settings: Settings) -> None:
    """Bring the job engine's own tables to what this version needs; blocking, safe to run again."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(blocking_url(settings))


def _tried(job: Job) -> Callable[..., Any]:
    """The job as the engine runs it: tried a few times, each failure logged, the last one raised; and for as
    long as the database is away."""

    async def run(*args: str) -> None:
        structlog.contextvars.bind_contextvars(job=job.name, args=args)
        attempt = 1
        while True:
            try:
                return await job.run(*args)
            except UnavailableError as error:  # the database is away: nothing is wrong with the job
                _log.warning("job_waits", reason=error.message)
            except Exception:
                _log.exception("job_failed", attempt=attempt)
                if attempt == _ATTEMPTS:
                    raise
                attempt += 1
            await asyncio.sleep(2.0**attempt)

    return run
