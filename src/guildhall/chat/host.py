"""The host of a turn: decides what its agent may do, by rules at once or by its person's word, and asks that person.

Leave is written down, and the call with it, before the agent hears of it: what has begun is never done twice.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from guildhall.chat import meter, permissions, queries, questions, request_queries, requests, streams
from guildhall.chat.answer import Answer
from guildhall.chat.request_queries import Request
from guildhall.chat.request_tables import PermissionRow, QuestionRow
from guildhall.chat.tables import TurnRow
from guildhall.chat.turn_policy import TurnPolicy, calls_reached, cost_reached, limits_of
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.engines.api import Answers, Decision, PermissionRequest, Question, Refuser

_Word = TypeVar("_Word")
_PATIENCE = timedelta(hours=24)
_COST_SECONDS = 5.0
_LOOK_SECONDS = 30.0  # should the bus have missed the word
_WORDS = {
    "rule": "A rule forbids this.",
    "mode": "The session is in plan mode: nothing is changed or run.",
    "expired": "Nobody gave leave in time.",
    "cancelled": "The turn was stopped.",
}


class ChatHost:
    """Whom the engine of one turn asks."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        turn: TurnRow,
        answer: Answer,
        *,
        is_sandboxed: Callable[[], bool],
        policy: Callable[[], TurnPolicy],
    ) -> None:
        self._db, self._bus, self._turn, self._answer = db, bus, turn, answer
        self._is_sandboxed, self._policy = is_sandboxed, policy
        self.reached: dict[str, str] | None = None
        """Which limit has ended the turn, as an answer's error."""
        self.waiting = 0
        """How many calls wait for a person now."""

    async def may_call(self) -> bool:
        """Count a model call, unless the turn has had as many, or has cost as much, as one may."""
        async with self._db.read() as session:
            row = await queries.session_by_id(session, self._turn.session_id)
            turn = await queries.turn_by_id(session, self._turn.id)
        if row is None or turn is None or self.reached is not None:
            return False
        limits = limits_of(self._policy(), row)
        if turn.calls >= limits.calls:
            self.reached = calls_reached(limits)
        elif limits.cost_nano is not None and await self._cost(turn) >= limits.cost_nano:
            self.reached = cost_reached()
        else:
            async with self._db.write() as session:
                if await queries.count_call(session, turn.id, most=limits.calls):
                    return True
            self.reached = calls_reached(limits)
        return False

    async def _cost(self, turn: TurnRow) -> int:
        """What the turn has cost so far, where the price is known, but for calls that other sub-agents wait for."""
        over = turn.calls - max(0, self._answer.tasks - 1)
        found = await meter.of_calls(self._db, turn, over, _COST_SECONDS)
        return found["cost_nano"] or 0

    async def permit(self, request: PermissionRequest) -> Decision:
        """Decide by the rules, or wait for the person."""
        await self._answer.known(request.tool_call_id)
        async with self._db.write() as session:
            permission = await request_queries.by_call(session, PermissionRow, self._turn.id, request.tool_call_id)
            if permission is None:
                row = await queries.locked_session(session, self._turn.session_id)
                if row is None:
                    return Decision(is_allowed=False)
                is_sandboxed = self._is_sandboxed()
                action = await permissions.verdict(session, row, request, is_sandboxed=is_sandboxed)
                if action == "allow":
                    await self._answer.mark(session, request.tool_call_id, "running")
                    return Decision(is_allowed=True)
                if action == "deny":
                    by = permissions.forbidder(row, request)
                    return Decision(is_allowed=False, message=_WORDS[by], by=by)
                told = request if is_sandboxed else _unconfined(request)
                permission = await permissions.ask(session, row, self._turn.id, told)
        return await self._word_on(permission, self._decision)

    async def ask(self, question: Question) -> Answers | None:
        """Wait for the person's answers. What is stored goes on waiting: to take them twice does no harm."""
        await self._answer.known(question.tool_call_id)
        async with self._db.write() as session:
            asked = await request_queries.by_call(session, QuestionRow, self._turn.id, question.tool_call_id)
            if asked is None:
                row = await queries.locked_session(session, self._turn.session_id)
                if row is None:
                    return None
                asked = await questions.ask(session, row, self._turn.id, question)
        return await self._word_on(asked, _answers)

    async def _word_on(self, asked: Request, take: Callable[[Session, Request | None], Awaitable[_Word]]) -> _Word:
        """Wait until nobody is waited for; gives what `take` makes of the word, in the transaction that found it."""
        self.waiting += 1
        try:
            async with self._listening(asked.id) as heard:
                while True:
                    heard.clear()
                    async with self._db.write() as session:
                        request = await request_queries.by_call(session, type(asked), asked.turn_id, asked.tool_call_id)
                        if request is None or await _is_decided(session, request):
                            return await take(session, request)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_SECONDS):
                            await heard.wait()
        finally:
            self.waiting -= 1

    async def _decision(self, session: Session, permission: PermissionRow | None) -> Decision:
        """What was decided, with the call marked as begun where it may."""
        if permission is None:
            return Decision(is_allowed=False)
        if permission.status == "allowed":
            await self._answer.mark(session, permission.tool_call_id, "running")
            return Decision(is_allowed=True)
        by: Refuser = "nobody" if permission.status == "expired" else "person"
        return Decision(is_allowed=False, message=permission.message, by=by)

    @contextlib.asynccontextmanager
    async def _listening(self, request_id: str) -> AsyncIterator[asyncio.Event]:
        heard = asyncio.Event()

        def hear(event: LoggedEvent | None) -> None:
            if event is None or any(
                event.type == decided and event.body[noun]["id"] == request_id
                for noun, decided in requests.DECIDED.items()
            ):
                heard.set()

        with self._bus.listening(streams.session_stream(self._turn.session_id), hear):
            yield heard


async def _is_decided(session: Session, request: PermissionRow | QuestionRow) -> bool:
    """Whether there is a word; after a day of none there is one."""
    if request.status != "pending":
        return True
    if now() - request.created_at < _PATIENCE:
        return False
    word = {"message": _WORDS["expired"]} if isinstance(request, PermissionRow) else {}
    await requests.close(session, request, "expired", **word)
    await requests.show_waiting(session, request.session_id)
    return True


async def _answers(_: Session, question: QuestionRow | None) -> Answers | None:
    if question is None or question.answers is None:
        return None
    return Answers(tuple(tuple(chosen) for chosen in question.answers))


def _unconfined(request: PermissionRequest) -> PermissionRequest:
    """Who is asked has to know that a command would run with the rights of the server."""
    if request.kind != "run":
        return request
    return replace(request, details={**request.details, "unconfined": True})
