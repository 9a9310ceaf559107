"""Turns: the job that has an engine answer a question, whoever is watching or nobody.

A turn that is found running when its job begins was cut off by a crash. If one of its tool calls waited for leave,
it goes on: what had begun is not done again. Otherwise what the log kept of its answer is stored, and the answer is
marked interrupted.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from guildhall.chat import messages, meter, queries, queue, sessions, streams
from guildhall.chat.answer import Answer, FinalStatus, end_from_log
from guildhall.chat.asking import as_left, ask, waits
from guildhall.chat.attachments import Attachments
from guildhall.chat.compacting import Room
from guildhall.chat.host import ChatHost
from guildhall.chat.messages import RUN_TURN
from guildhall.chat.tables import ChatSession, Part, TurnRow
from guildhall.chat.turn_policy import MOST_CHARACTERS, TurnPolicy, call_repeated, length_reached
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.db import Database, Session
from guildhall.core.deltas import DeltaWriter
from guildhall.core.errors import AppError, UnavailableError
from guildhall.core.jobs import Job, JobContext, Jobs, Queue
from guildhall.core.metrics import Metrics
from guildhall.engines.api import Ended, Engine, EngineEvent, Turn

TURNS = Queue("turns", concurrency=200)
CHORES = Queue("chores", concurrency=4, poll_seconds=5.0)
_PAUSE_SECONDS = 2.0
_log = structlog.get_logger("guildhall.chat")


class _Cut:
    """Ends a turn's writing from outside, and only while it writes."""

    def __init__(self, turn_id: str, host: ChatHost) -> None:
        self.turn_id = turn_id
        self.host = host
        self.status: FinalStatus | None = None
        self.is_open = True
        self._task = asyncio.current_task()

    def make(self, status: FinalStatus) -> None:
        if self.is_open and self.status is None and self._task:
            self.status = status
            self._task.cancel()

    async def close(self) -> None:
        """From here on no cut is made; one that was made a moment ago takes effect here."""
        self.is_open = False
        await asyncio.sleep(0)


class Turns:
    """Runs turns in this process."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        metrics: Metrics,
        engines: Mapping[str, Engine],
        *,
        attachments: Attachments,
        jobs: Callable[[], Jobs],
        sees: Callable[[str], bool] = lambda _model: True,
        is_sandboxed: Callable[[], bool] = lambda: False,
        policy: Callable[[], TurnPolicy] = TurnPolicy,
        room: Room,
        titled: Callable[[str], Awaitable[None]],
    ) -> None:
        """`jobs` takes the turn of what waits in a queue, `sees` tells of a model whether it can be shown pictures,
        `is_sandboxed` whether commands are kept apart from the machine, `policy` what a turn may take, `room` what
        models can hold; `titled` sees to the title of a turn's session."""
        self._db = db
        self._bus = bus
        self._metrics = metrics
        self._engines = engines
        self._attachments, self._sees = attachments, sees
        self._jobs = jobs
        self._is_sandboxed, self._policy, self._room, self._titled = is_sandboxed, policy, room, titled
        self._deltas = DeltaWriter(db)
        self._running: set[_Cut] = set()
        self._idle = asyncio.Event()

    @property
    def jobs(self) -> list[Job]:
        """The kinds of job the chat brings."""
        return [
            Job(RUN_TURN, self.run, TURNS, abandon=self.abandon, stop=messages.stop_turn, is_told=False),
            Job(sessions.PURGE, self.purge, CHORES, is_told=False),
        ]

    def start(self) -> None:
        """Begin to write deltas."""
        self._deltas.start()

    async def stop(self, seconds: float) -> None:
        """Let running turns finish for `seconds`; the rest are stored as interrupted, but for those that wait for a
        person: they go on after the next start."""
        await self._until_idle(seconds)
        for cut in self._busy():
            cut.make("interrupted")
        await self._until_idle(5)
        await self._deltas.stop()

    async def run(self, _context: JobContext, turn_id: str) -> None:
        """Answer the question of a turn; running it again on an ended turn is harmless."""
        await self._run(turn_id)
        await meter.settle(self._db, turn_id)
        await self._titled(turn_id)

    async def _run(self, turn_id: str) -> None:
        async with self._db.write() as session:
            turn = await queries.turn_by_id(session, turn_id)
            if turn is None or turn.state == "ended":
                return
            begun: Sequence[Part] = (await queries.parts_of(session, [turn.answer_id]))[turn.answer_id]
            if turn.state == "running" and not waits(turn, begun):
                await end_from_log(session, turn, "interrupted", self._then)
                return
            await queries.start_turn(session, turn_id)
            begun = await as_left(session, turn, begun)
        async with self._db.read() as session:
            asked = await ask(session, turn, begun, store=self._attachments.store, sees=self._sees)
        if asked is not None:
            await self._make(turn, *asked, begun)

    async def abandon(self, session: Session, turn_id: str) -> None:
        """End a turn whose job is given up, so that its session is free again; harmless on an ended one."""
        turn = await queries.turn_by_id(session, turn_id)
        if turn is not None and turn.state != "ended":
            await end_from_log(session, turn, "stopped" if turn.stop_requested else "interrupted", self._then)

    async def _then(self, session: Session, row: ChatSession, status: FinalStatus) -> bool:
        """Go on with what waits to be said."""
        return await queue.after_answer(session, self._jobs(), row, status, self._room)

    async def purge(self, _context: JobContext, session_id: str, deleted_at: str) -> None:
        """Forget a deleted session, unless it was brought back."""
        async with self._db.write() as session:
            owner, attached = await sessions.purge(session, session_id, deleted_at)
        await asyncio.to_thread(self._attachments.store.drop, owner, attached)

    async def _make(self, turn: TurnRow, engine: str, asked: Turn, begun: Sequence[Part]) -> None:
        answer = Answer(self._db, self._deltas, turn, begun, self._then)
        host = ChatHost(self._db, self._bus, turn, answer, is_sandboxed=self._is_sandboxed, policy=self._policy)
        cut = _Cut(turn.id, host)
        self._running.add(cut)
        try:
            status, values = await self._write(answer, self._engines[engine].run(asked, host), asked, cut)
            await self._end(answer, status, values)
            self._metrics.turns.labels(status).inc()
        finally:
            self._running.discard(cut)
            if not self._busy():
                self._idle.set()

    async def _end(self, answer: Answer, status: FinalStatus, values: dict[str, Any]) -> None:
        """Store the answer, which is whole only here: while the database is away, wait for it."""
        while True:
            try:
                return await answer.end(status, **values)
            except UnavailableError as error:
                _log.warning("answer_waits", reason=error.message)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _write(
        self, answer: Answer, made: AsyncGenerator[EngineEvent, None], asked: Turn, cut: _Cut
    ) -> tuple[FinalStatus, dict[str, Any]]:
        """Write what the engine tells until it ends, fails, is stopped or has to go; gives how it ended."""
        values: dict[str, Any] = {}
        error: dict[str, str] | None = None
        try:
            async with self._stoppable(asked, cut), contextlib.aclosing(made):
                async for event in made:
                    if isinstance(event, Ended):
                        values = {
                            "input_tokens": event.input_tokens,
                            "output_tokens": event.output_tokens,
                            "context_tokens": event.context_tokens,
                        }
                        error = call_repeated() if event.reason == "loop" else None
                    else:
                        await answer.take(event)
                    if answer.length > MOST_CHARACTERS:
                        return "stopped", {"error": length_reached()}
        except AppError as failure:
            return "failed", {"error": {"code": failure.code, "message": failure.message}}
        except asyncio.CancelledError:
            if cut.status is None:
                raise
            return cut.status, {}
        except Exception:  # noqa: BLE001 - whatever an engine does, the session must not stay busy for ever
            _log.exception("turn_failed", turn=asked.id)
            return "failed", {"error": {"code": "internal_error", "message": "Something went wrong on our side."}}
        if error := cut.host.reached or error:
            return "stopped", values | {"error": error}
        return "complete", values

    @contextlib.asynccontextmanager
    async def _stoppable(self, asked: Turn, cut: _Cut) -> AsyncIterator[None]:
        """Cut the turn once somebody asks for it, in whichever process."""

        def heard(event: LoggedEvent | None) -> None:
            if event is not None and event.type == streams.STOPPING and event.body["turn_id"] == asked.id:
                cut.make("stopped")

        with self._bus.listening(streams.session_stream(asked.session_id), heard):
            async with self._db.read() as session:
                row = await queries.turn_by_id(session, asked.id)
            if row is not None and row.stop_requested:
                cut.make("stopped")
            yield
        await cut.close()

    def _busy(self) -> list[_Cut]:
        """Turns that do not just wait for a person."""
        return [cut for cut in self._running if not cut.host.waiting]

    async def _until_idle(self, seconds: float) -> None:
        if self._busy():
            self._idle.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._idle.wait()
