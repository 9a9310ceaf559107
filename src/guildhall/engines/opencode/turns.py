"""One turn with opencode: what it tells, what it asks of the person, and when enough is enough."""

import asyncio
import contextlib
import hashlib
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping
from typing import Any

from guildhall.core.errors import AppError, BadRequestError
from guildhall.core.tasks import end
from guildhall.engines.api import Ended, EngineEvent, Host, ToolCalled, ToolEnded, ToolUse, Turn
from guildhall.engines.nesting import cut_off
from guildhall.engines.opencode import context, tools
from guildhall.engines.opencode.client import lost
from guildhall.engines.opencode.failures import gave_up
from guildhall.engines.opencode.process import Sidecar
from guildhall.engines.opencode.questions import reply_of
from guildhall.engines.opencode.told import Idle, PermissionAsked, QuestionAsked, Retrying, Stepped, Told
from guildhall.engines.opencode.translation import Translation
from guildhall.engines.parameters import as_chat

MOST_MODEL_CALLS = 50
_MOST_REPEATS = 6
_MOST_RETRIES = 1  # the gateway has tried again already
_SILENCE_SECONDS = 120.0
_ABORT_SECONDS = 5.0
_UNASKED = "Not allowed: this can't be asked for here."
_LOST = "Interrupted: the server stopped while a sub-agent was at work. Look at what is done before you go on."
_NO_TOOL = "There is no such tool in this session."
_counter = itertools.count()


class OpencodeTurn:
    """One turn, from what is asked to its `Ended`."""

    def __init__(self, sidecar: Sidecar, turn: Turn, host: Host) -> None:
        self._sidecar, self._client, self._turn, self._host = sidecar, sidecar.client, turn, host
        self._message = ""
        self._begun: tuple[str | ToolUse, ...] = ()
        self._arrived: asyncio.Queue[Mapping[str, Any] | BaseException] = asyncio.Queue()
        self._deciding: set[asyncio.Task[None]] = set()
        self._asked: dict[str, str] = {}  # by call, what leave was asked for
        self._steps: defaultdict[int, list[str]] = defaultdict(list)  # calls, in the order they were asked for
        self._over: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._last: tuple[str, object] | None = None
        self._repeats = 0
        self._session = ""
        # opencode asks its model without asking us: a call counts once it shows.
        self._counted = self._finished_calls = 0

    async def run(self) -> AsyncGenerator[EngineEvent, None]:
        """What happens, then one `Ended`; stops what was begun when it is left early. Raises `AppError`."""
        sessions, turn = self._sidecar, self._turn
        is_over = False
        ended, self._begun = cut_off(turn.begun)
        for call in ended:  # opencode has forgotten what their sub-agents knew, and would begin those anew
            yield ToolEnded(call.id, "failed", _LOST)
        self._session = await self._conversation()
        self._message = message_id(turn.id)  # it has to sort after all that the conversation holds by now
        sessions.forget(turn.session_id)  # until this has ended well
        steps = (use.step + 1 for use in turn.begun if isinstance(use, ToolUse))
        translation = Translation(
            self._session,
            self._message,
            sessions.place,
            first_step=max(steps, default=0),
            waiting=tuple(use for use in self._begun if isinstance(use, ToolUse) and use.status == "waiting"),
        )
        sessions.lease.turns[turn.session_id] = turn.id
        sessions.lease.parameters[turn.session_id] = as_chat(turn.parameters)
        try:
            async with self._listening():
                await self._ask()
                async with contextlib.aclosing(self._follow(translation)) as events:
                    async for event in events:
                        is_over = is_over or (isinstance(event, Ended) and event.reason not in {"limit", "loop"})
                        yield event
            if is_over:
                sessions.remember(turn.session_id, self._session, context.fingerprint(turn.history, turn.id))
        finally:
            await self._leave(is_over=is_over)
            sessions.lease.turns.pop(turn.session_id, None)
            sessions.lease.parameters.pop(turn.session_id, None)

    # --- asking -----------------------------------------------------------------------------------------------------

    async def _conversation(self) -> str:
        """opencode's id of the conversation, which knows all that was said before."""
        turn, client = self._turn, self._client
        if not turn.history or turn.history[-1].role != "user":
            raise BadRequestError("nothing_asked", "There is no question to answer.")
        before = turn.history[:-1]
        known = self._sidecar.session(turn.session_id, context.fingerprint(before, turn.after))
        if known is None or not await client.has(known):
            known = await client.create(turn.session_id)
            if words := context.told(before):
                shown = [picture for spoken in before for picture in spoken.pictures]
                await client.tell(known, words, turn.model, shown)
        self._sidecar.lease.sessions[known] = turn.session_id
        return known

    async def _ask(self) -> None:
        turn = self._turn
        question = turn.history[-1]
        text = context.resumed(question.text, self._begun) if self._begun else question.text
        await self._client.prompt(
            self._session,
            self._message,
            text,
            model=turn.model,
            system=turn.instructions,
            pictures=question.pictures,
        )

    @contextlib.asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Have all that happens arrive."""

        async with self._client.events() as events:

            async def read() -> None:
                async for event in events:
                    self._arrived.put_nowait(event)

            reader = asyncio.create_task(read(), name="opencode-events")
            reader.add_done_callback(self._finished)
            try:
                yield
            finally:
                await end(reader, *self._deciding)

    # --- what comes of it -------------------------------------------------------------------------------------------

    async def _follow(self, translation: Translation) -> AsyncGenerator[EngineEvent, None]:
        async for told in self._news(translation):
            reason, error = await self._enough(told), None
            if isinstance(told, Idle):
                reason, error = told.reason, told.error
            elif isinstance(told, PermissionAsked | QuestionAsked | Retrying):
                self._answer(translation, told)
            elif not isinstance(told, Stepped):
                self._note(told)
                yield told
            if reason:
                for left in translation.left_over():
                    yield left
                if error is not None:
                    raise error
                heard, said = translation.tokens or (None, None)
                yield Ended(reason, heard, said, translation.context_tokens)
                return

    async def _news(self, translation: Translation) -> AsyncIterator[Told]:
        """What is told; when nothing is for long, and nobody is waited for, look whether it is still at work."""
        quiet_since = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    event = await self._arrived.get()
            except TimeoutError:
                event = {}
            if isinstance(event, BaseException):
                raise event
            for told in translation.take(event):
                quiet_since = time.monotonic()
                yield told
            if time.monotonic() - quiet_since > _SILENCE_SECONDS:
                quiet_since = time.monotonic()
                if not self._deciding and not await self._client.is_busy(self._session):
                    raise lost("it forgot what it was asked")

    def _note(self, event: EngineEvent) -> None:
        if isinstance(event, ToolCalled):
            self._steps[event.step].append(event.id)
        elif isinstance(event, ToolEnded):
            self._over[event.id].set()

    async def _enough(self, told: Told) -> str:
        """Why the agent has to stop, if it has to."""
        if isinstance(told, Stepped):
            self._finished_calls = told.count
        while not isinstance(told, Stepped | Idle | Retrying) and self._counted <= self._finished_calls:
            self._counted += 1
            if not await self._host.may_call():
                return "limit"
        if isinstance(told, ToolCalled):
            same = (told.name, told.arguments)
            self._repeats = self._repeats + 1 if same == self._last else 1
            self._last = same
            if self._repeats >= _MOST_REPEATS:
                return "loop"
        return "limit" if isinstance(told, Stepped) and told.count >= MOST_MODEL_CALLS else ""

    # --- leave ------------------------------------------------------------------------------------------------------

    def _answer(self, translation: Translation, told: PermissionAsked | QuestionAsked | Retrying) -> None:
        """What opencode waits for."""
        if isinstance(told, PermissionAsked):
            self._begin(self._decide(translation, told))
        elif isinstance(told, QuestionAsked):
            self._begin(self._ask_person(translation, told))
        elif told.attempt > _MOST_RETRIES:
            raise gave_up(told.message)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._deciding.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        """What fails beside the turn ends it: events that come no more, an answer that could not be given."""
        self._deciding.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._arrived.put_nowait(error)

    async def _decide(self, translation: Translation, asked: PermissionAsked) -> None:
        """Have the person, or a rule, decide. A word about one thing a call would do is no word about another."""
        request = asked.request
        if request is None or self._asked.setdefault(request.tool_call_id, asked.permission) != asked.permission:
            await self._client.refuse(asked.id, _UNASKED)
            return
        remote = self._sidecar.remote if tools.is_remote(asked.permission) else None
        if remote is not None:
            request = remote.asked(self._turn.id, request)
            if request is None:
                await self._client.refuse(asked.id, _NO_TOOL)
                return
        decision = await self._host.permit(request)
        if decision.is_allowed:
            if request.kind != "read":
                await self._until_its_turn(request.tool_call_id)
            if remote is not None:
                remote.allow(self._turn.id, request)
            await self._client.allow(asked.id)
        else:
            translation.denied(request.tool_call_id, decision)
            await self._client.refuse(asked.id, decision.message)

    async def _ask_person(self, translation: Translation, asked: QuestionAsked) -> None:
        """Have the person answer, and opencode go on with that, or without."""
        answers = None if asked.question is None else await self._host.ask(asked.question)
        if asked.question is not None:
            translation.answered(asked.question.tool_call_id, answers)
        await self._client.reply(asked.id, reply_of(answers, asked.count))

    async def _until_its_turn(self, call_id: str) -> None:
        """Calls of one step that change something are done one after the other; opencode would do them at once."""
        for calls in self._steps.values():
            if call_id in calls:
                for earlier in calls[: calls.index(call_id)]:
                    await self._over[earlier].wait()

    async def _leave(self, *, is_over: bool) -> None:
        """Stop what still runs."""
        if is_over:
            return
        with contextlib.suppress(TimeoutError, AppError):
            async with asyncio.timeout(_ABORT_SECONDS):
                await self._client.abort(self._session)


def message_id(turn_id: str) -> str:
    """opencode's name for what a turn asks: it sorts after every message before it, as opencode relies on."""
    moment = (int(time.time() * 1000) * 0x1000 + next(_counter) % 0x1000) & 0xFFFFFFFFFFFF
    return f"msg_{moment:012x}{hashlib.sha256(turn_id.encode()).hexdigest()[:14]}"
