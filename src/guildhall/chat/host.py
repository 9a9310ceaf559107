"""The host of a turn: decides what its agent may do, by rules at once or by its person's word.

Leave is written down, and the call with it, before the agent hears of it: what has begun is never done twice.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from guildhall.chat import meter, permission_queries, permissions, queries, streams
from guildhall.chat.answer import Answer
from guildhall.chat.tables import PermissionRow, TurnRow
from guildhall.chat.turn_policy import TurnPolicy, calls_reached, cost_reached, limits_of
from guildhall.core.bus import Bus, LoggedEvent
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.engines.api import Decision, PermissionRequest

_PATIENCE = timedelta(hours=24)
_COST_SECONDS = 5.0
_LOOK_SECONDS = 30.0  # should the bus have missed the word
_WORDS = {
    "denied": "A rule forbids this.",
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
            permission = await permission_queries.by_call(session, self._turn.id, request.tool_call_id)
            if permission is None:
                row = await queries.locked_session(session, self._turn.session_id)
                if row is None:
                    return Decision(is_allowed=False)
                action = await permissions.verdict(session, row, request, is_sandboxed=self._is_sandboxed())
                if action == "allow":
                    await self._answer.mark(session, request.tool_call_id, "running")
                    return Decision(is_allowed=True)
                if action == "deny":
                    return Decision(is_allowed=False, message=_WORDS["denied"])
                permission = await permissions.ask(session, row, self._turn.id, request)
        self.waiting += 1
        try:
            return await self._word_on(permission)
        finally:
            self.waiting -= 1

    async def _word_on(self, permission: PermissionRow) -> Decision:
        async with self._listening(permission.id) as heard:
            while True:
                heard.clear()
                async with self._db.write() as session:
                    decision = await self._settled(session, permission)
                if decision is not None:
                    return decision
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), _LOOK_SECONDS)

    async def _settled(self, session: Session, asked: PermissionRow) -> Decision | None:
        """What was decided, with the call marked as begun where it may; None while nothing was."""
        permission = await permission_queries.by_call(session, asked.turn_id, asked.tool_call_id)
        if permission is None:
            return Decision(is_allowed=False)
        if permission.status == "pending":
            if now() - permission.created_at < _PATIENCE:
                return None
            await permissions.close(session, permission, "expired", _WORDS["expired"])
            await permissions.show_waiting(session, permission.session_id)
        if permission.status == "allowed":
            await self._answer.mark(session, permission.tool_call_id, "running")
            return Decision(is_allowed=True)
        return Decision(is_allowed=False, message=permission.message)

    @contextlib.asynccontextmanager
    async def _listening(self, permission_id: str) -> AsyncIterator[asyncio.Event]:
        heard = asyncio.Event()

        def hear(event: LoggedEvent | None) -> None:
            is_ours = event is not None and event.type == permissions.DECIDED
            if event is None or (is_ours and event.body["permission"]["id"] == permission_id):
                heard.set()

        with self._bus.listening(streams.session_stream(self._turn.session_id), hear):
            yield heard
