"""A step: the tool calls of one answer, those that only read at once, all others in their order."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import structlog
from pydantic import ValidationError

from guildhall.core.errors import AppError
from guildhall.engines.api import EngineEvent, Host, PermissionRequest, ToolEnded, refusal_details
from guildhall.engines.builtin.arguments import UNREADABLE
from guildhall.engines.builtin.tool import Refused, Result, Running, Tool, ToolFailure, cut

_log = structlog.get_logger("guildhall.engines")
_DENIED = "Denied."
_TURN_ENDED = "Not done: another call of this step was denied, and the turn ended."


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a model asks for."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass
class Step:
    """The calls of one answer, and whether a person's refusal ends the turn with them."""

    calls: Sequence[Call]
    tools: Mapping[str, Tool]
    host: Host
    about: Mapping[str, Any] = field(default_factory=dict)
    """What a person is told of every call that they are asked about, beside its own details."""
    is_refused: bool = False
    _events: asyncio.Queue[EngineEvent | None] = field(default_factory=asyncio.Queue)
    _doing: Sequence[asyncio.Task[None]] = ()

    async def run(self) -> AsyncGenerator[EngineEvent, None]:
        """Do them; what happens as it happens, with one `ToolEnded` each. Closing the iterator stops what runs."""
        work = asyncio.create_task(self._work())
        try:
            while (event := await self._events.get()) is not None:
                yield event
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def refuse(self, why: str) -> AsyncGenerator[EngineEvent, None]:
        """Do none of them, and say so."""
        for call in self.calls:
            yield ToolEnded(call.id, "failed", why)

    async def _work(self) -> None:
        try:
            for batch in self._batches():
                if self.is_refused:
                    for call in batch:
                        self._end(call, Result(_TURN_ENDED), "denied")
                    continue
                async with asyncio.TaskGroup() as tasks:
                    self._doing = [tasks.create_task(self._do(call)) for call in batch]
                for call, work in zip(batch, self._doing, strict=True):
                    if work.cancelled():
                        self._end(call, Result(_TURN_ENDED), "denied")
        finally:
            self._events.put_nowait(None)

    def _batches(self) -> Iterator[list[Call]]:
        """Neighbours that only read together, everything else alone."""
        for is_read_only, calls in groupby(self.calls, key=self._is_read_only):
            if is_read_only:
                yield list(calls)
            else:
                yield from ([call] for call in calls)

    def _is_read_only(self, call: Call) -> bool:
        tool = self.tools.get(call.name)
        if tool is None or tool.only_reads is None:
            return tool is not None and tool.is_read_only
        return tool.only_reads(call.arguments)

    def _refuse(self) -> None:
        """The turn ends here: what is done at the same time, or waits for a person, is given up."""
        self.is_refused = True
        for other in self._doing:
            if other is not asyncio.current_task():
                other.cancel()

    async def _do(self, call: Call) -> None:
        try:
            async with self._place(call):
                result = await self._outcome(call)
        except ToolFailure as failure:
            result = Result(str(failure), is_failed=True)
        except AppError as error:
            result = Result(error.message, is_failed=True)
        except Refused:
            self._refuse()
            self._end(call, Result(_DENIED), "denied")
            return
        except Exception:  # noqa: BLE001 - a fault in one tool is told to the model, and does not end the turn
            _log.exception("tool_failed", tool=call.name)
            result = Result("The tool failed: something went wrong on our side.", is_failed=True)
        if result is not None:
            self._end(call, result, "failed" if result.is_failed else "done")

    def _place(self, call: Call) -> contextlib.AbstractAsyncContextManager[None]:
        tool = self.tools.get(call.name)
        return (tool and tool.places) or contextlib.nullcontext()

    async def _outcome(self, call: Call) -> Result | None:
        """What came of a call; None when a person refused it, which is told here."""
        tool = self.tools.get(call.name)
        if tool is None:
            raise ToolFailure(f"There is no tool {call.name!r}. There are: {', '.join(sorted(self.tools))}.")
        if UNREADABLE in call.arguments:
            raise ToolFailure("The arguments are not a JSON object. Write them again.")
        try:
            arguments = tool.arguments.model_validate(call.arguments)
        except ValidationError as error:
            raise ToolFailure(_in_words(error)) from None
        plan = await tool.prepare(arguments)
        if plan.asking is not None:
            asking = plan.asking
            decision = await self.host.permit(
                PermissionRequest(
                    call.id,
                    tool.name,
                    tool.kind,
                    asking.patterns,
                    asking.suggestions,
                    {**asking.details, **self.about},
                    asking.is_opaque,
                )
            )
            if not decision.is_allowed:
                if not decision.message:
                    self._refuse()
                told = Result(f"{_DENIED} {decision.message}".strip(), refusal_details(decision))
                self._end(call, told, "denied")
                return None
        return await plan.perform(Running(call.id, self._events.put_nowait, self.host))

    def _end(self, call: Call, result: Result, status: Any) -> None:
        output, is_cut = cut(result.output)
        details = {**result.details, "truncated": True} if is_cut else dict(result.details)
        self._events.put_nowait(ToolEnded(call.id, status, output, details))


def _in_words(error: ValidationError) -> str:
    """What is wrong with arguments, for the model that wrote them."""
    problems = [
        f"{'.'.join(str(place) for place in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "The arguments do not fit this tool.\n" + "\n".join(problems)
