"""The engine behind jobs: hands each run that is owed to one worker, within its queue's limits. It is DBOS.

What it is told is only "job so-and-so, run so-many", in the transaction of what it is about; how the job stands is in
our rows. Nothing outside this module knows the engine.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    WorkflowSerializationFormat,
)

from guildhall.core.db import Engine as Connections
from guildhall.core.db import Session, blocking_engine, blocking_url
from guildhall.core.jobs.kinds import Queue, Rate
from guildhall.core.settings import Settings

Deliver = Callable[[str, int], Awaitable[None]]  # (job id, run)
Adopt = Callable[[str, str, tuple[str, ...]], Awaitable[None]]  # (engine's id, name, args)

# Recovery is tied to this: a job of an older release goes on under a newer one.
_JOBS_VERSION = "1"
_APPLICATION = "guildhall"
_DELIVERY = "guildhall.job"
_BATCH = 500


class Engine:
    """The job engine of one process."""

    def __init__(self, settings: Settings, queues: Iterable[Queue]) -> None:
        self._settings = settings
        self._queues = tuple(queues)
        self._connections: Connections | None = None
        self._client: DBOSClient | None = None
        self._dbos: DBOS | None = None
        self._alarm: _Alarm | None = None

    async def connect(self) -> None:
        """Be able to hand in runs."""
        self._connections = blocking_engine(self._settings)
        self._client = DBOSClient(
            system_database_engine=self._connections,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_APPLICATION,
        )
        for queue in self._queues:
            await self._client.register_queue_async(
                queue.name,
                worker_concurrency=min(queue.concurrency, queue.in_all or queue.concurrency),
                global_concurrency=queue.in_all,
                limiter=self._limiter(queue.rate) if queue.rate else None,
                polling_interval_sec=queue.poll_seconds,
                on_conflict="always_update",
                application_name=_APPLICATION,
            )

    def _limiter(self, rate: Rate) -> Any:
        # On SQLite the engine notes whole seconds, so that one second more is never one job too many.
        return {"limit": rate.limit, "period": rate.seconds + (1.0 if self._settings.is_embedded else 0.0)}

    def launch(self, deliver: Deliver, adopt: Adopt, names: Iterable[str]) -> None:
        """Begin to take runs, on the running loop. Jobs that an older release handed in by name go to `adopt`."""
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_engine": self._connections,
            "run_migrations": self._settings.is_embedded,
            "application_version": _JOBS_VERSION,
            "executor_id": self._settings.executor_id,
            "enable_otlp": False,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
        }
        self._dbos = DBOS(config=config)

        async def run(job_id: str, number: int) -> None:
            await deliver(job_id, number)

        _register(_DELIVERY, run)
        for name in names:
            _register(name, _adopting(adopt, name))
        DBOS.launch()
        self._alarm = _Alarm(self._dbos.background_thread_stop_events)

    def is_well(self) -> bool:
        """Whether runs can be handed in and, once launched, each queue has a thread that takes them."""
        if self._dbos is None:
            return self._client is not None
        alive = {thread.name for thread in threading.enumerate()}
        return all(_thread_of(queue.name) in alive for queue in self._queues)

    async def hand_in(self, session: Session, queue: str, job_id: str, run: int, delay_seconds: float = 0) -> None:
        """Have a run delivered to some worker once this transaction has committed."""
        if self._client is None:
            raise RuntimeError("jobs have not been started")
        client = self._client
        options: EnqueueOptions = {
            "workflow_name": _DELIVERY,
            "workflow_id": _delivery_id(job_id, run),
            "queue_name": queue,
            "app_version": _JOBS_VERSION,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds
        connection = await session.connection()
        await connection.run_sync(lambda sync: client.enqueue_in_transaction(sync, options, job_id, run))

    def ring(self, queue: str) -> None:
        """Look at a queue now rather than at the next poll."""
        if self._alarm is not None:
            self._alarm.ring(queue)

    async def recall(self, executor: str) -> None:
        """Deliver again what a dead executor had taken."""
        if self._client is None:
            return
        taken = await self._client.list_workflows_async(
            status="PENDING", executor_id=executor, load_input=False, load_output=False
        )
        for queue in {each.queue_name for each in taken}:  # each back to its own, whose limits go on to hold
            ids = [each.workflow_id for each in taken if each.queue_name == queue]
            await self._client.resume_workflows_async(ids, queue_name=queue)

    async def lost(self, owed: Mapping[str, int]) -> dict[str, int]:
        """Of these runs, by job, those that the engine takes for delivered, or has never heard of."""
        if self._client is None or not owed:
            return {}
        known = await self._client.list_workflows_async(
            workflow_ids=[_delivery_id(job_id, run) for job_id, run in owed.items()],
            status=["ENQUEUED", "DELAYED", "PENDING"],
            load_input=False,
            load_output=False,
        )
        waiting = {each.workflow_id for each in known}
        return {job_id: run for job_id, run in owed.items() if _delivery_id(job_id, run) not in waiting}

    async def forget(self, before: str) -> int:
        """Delete the engine's own records of deliveries that were handed in and completed before an ISO moment."""
        if self._client is None:
            return 0
        count = 0
        while True:
            ended = await self._client.list_workflows_async(
                status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
                end_time=before,
                completed_before=before,
                limit=_BATCH,
                load_input=False,
                load_output=False,
            )
            await self._client.delete_workflows_async([each.workflow_id for each in ended])
            count += len(ended)
            if len(ended) < _BATCH:
                return count

    def pause(self) -> None:
        """Take no more runs; those that go on go on."""
        if self._alarm is not None:
            self._alarm.stop()

    async def stop(self) -> None:
        """End the engine and give its connections back."""
        if self._client:
            await asyncio.to_thread(self._client.destroy)
        if self._dbos:
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._connections:
            await asyncio.to_thread(self._connections.dispose)
        self._client = self._dbos = self._connections = self._alarm = None


class _Alarm:
    """Wakes the engine's threads, which else sleep from poll to poll: each waits on the one event that stops it.

    That event's `wait` is replaced by one that also ends when the thread's own queue is rung. Were the threads to be
    named otherwise one day, they would poll as before.
    """

    def __init__(self, stops: list[threading.Event]) -> None:
        self._stops = stops
        self._bells: dict[str, threading.Event] = {}
        for stop in tuple(stops):
            stop.wait = partial(self._wait, stop)  # type: ignore[method-assign]

    def ring(self, queue: str) -> None:
        self._bell(_thread_of(queue)).set()

    def stop(self) -> None:
        """Stop every thread; the engine sets the events again when it is destroyed, which does no harm."""
        for stop in tuple(self._stops):
            stop.set()
        for bell in tuple(self._bells.values()):
            bell.set()

    def _bell(self, thread: str) -> threading.Event:
        return self._bells.setdefault(thread, threading.Event())

    def _wait(self, stop: threading.Event, timeout: float | None = None) -> bool:
        bell = self._bell(threading.current_thread().name)
        if not stop.is_set():
            bell.wait(timeout)
            bell.clear()
        return stop.is_set()


def upgrade(settings: Settings) -> None:
    """Bring the job engine's own tables to what this version needs; blocking, safe to run again."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(blocking_url(settings))


def _thread_of(queue: str) -> str:
    return f"queue-worker-{queue}"  # as the engine names it


def _delivery_id(job_id: str, run: int) -> str:
    return f"{job_id}.{run}"


def _register(name: str, function: Callable[..., Awaitable[None]]) -> None:
    DBOS.workflow(name=name, serialization_type=WorkflowSerializationFormat.PORTABLE)(function)


def _adopting(adopt: Adopt, name: str) -> Callable[..., Awaitable[None]]:
    async def run(*args: Any) -> None:
        await adopt(str(DBOS.workflow_id), name, args)

    return run
