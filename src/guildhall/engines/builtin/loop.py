"""The loop: a model answers, its tools are called, it is told what came of them, until it asks for none."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from guildhall.core.ids import new_id
from guildhall.engines.api import Delta, Ended, EngineEvent, Host, ToolCalled, ToolEnded, ToolUse, Turn
from guildhall.engines.builtin.arguments import arguments_of, cleaned
from guildhall.engines.builtin.gateway_model import GatewayModel
from guildhall.engines.builtin.repeats import MOST_REPEATS, Repeats
from guildhall.engines.builtin.step import Call, Step
from guildhall.engines.builtin.tool import Tool
from guildhall.engines.builtin.transcript import add_results, begun_messages, messages_of, returned, waiting_in
from guildhall.engines.nesting import own
from guildhall.gateway.completions import Completions

_LONGEST_ID = 200  # some providers put what they thought into it
_REPEATED = f"Not done: the same call was asked for {MOST_REPEATS} times in a row."


class Loop:
    """One turn, from its history to its `Ended`."""

    def __init__(
        self,
        completions: Completions,
        turn: Turn,
        host: Host,
        *,
        tools: Sequence[Tool],
        instructions: str,
        ids: set[str] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        """`ids` are those of calls that loops of the same turn share; `about` is what a person is told of every call
        that they are asked about."""
        self._model = GatewayModel(completions, turn)
        self._host = host
        self._tools = {tool.name: tool for tool in tools}
        self._request = ModelRequestParameters(function_tools=[_definition(tool) for tool in tools])
        self._messages: list[ModelMessage] = [
            *([ModelRequest([SystemPromptPart(instructions)])] if instructions else ()),
            *messages_of(turn.history),
            *begun_messages(own(turn.begun)),
        ]
        self._waiting = [_call_of(use) for use in waiting_in(own(turn.begun))]
        begun = [part for part in own(turn.begun) if isinstance(part, ToolUse)]
        self._steps = max((use.step + 1 for use in begun), default=0)
        self._repeats = Repeats(_call_of(use) for use in begun if use.status != "waiting")
        self._ids = ids if ids is not None else set()
        self._ids |= _ids(turn)
        self._about = about or {}
        self.tokens: tuple[int, int] | None = None
        """Of all its model calls so far: heard, said."""
        self._context: int | None = None
        self._reason = "stop"

    async def run(self) -> AsyncGenerator[EngineEvent, None]:
        """What happens, then one `Ended`. Raises what `Completions.stream` raises."""
        calls = self._waiting
        while True:
            if calls:
                step = Step(calls, self._tools, self._host, self._about)
                is_loop = max(map(self._repeats.add, calls))
                async with aclosing(step.refuse(_REPEATED) if is_loop else step.run()) as events:
                    results: list[ToolEnded] = []
                    async for event in events:
                        if isinstance(event, ToolEnded):
                            results.append(event)
                        yield event
                if is_loop or step.is_refused:
                    yield self._ended("loop" if is_loop else "denied")
                    return
                add_results(self._messages, list(_results(calls, results)))
            if not await self._host.may_call():
                yield self._ended("limit")
                return
            async with aclosing(self._ask()) as deltas:
                async for delta in deltas:
                    yield delta
            calls = self._called()
            if not calls:
                yield self._ended(self._reason)
                return
            for call in calls:
                yield ToolCalled(call.id, call.name, call.arguments, self._steps)
            self._steps += 1

    async def _ask(self) -> AsyncGenerator[Delta, None]:
        """One answer of the model, which joins the messages."""
        async with self._model.request_stream(self._messages, None, self._request) as answer:
            async for event in answer:
                delta = _delta(event)
                if delta is not None:
                    yield delta
        self._reason = answer.reason
        if answer.tokens is not None:
            before = self.tokens or (0, 0)
            self.tokens = (before[0] + answer.tokens[0], before[1] + answer.tokens[1])
            self._context = sum(answer.tokens)
        self._messages.append(answer.get())

    def _called(self) -> list[Call]:
        """The tools that the last answer asks for, each under an id that no other call of the session has."""
        answer = self._messages[-1]
        calls = []
        for part in answer.parts if isinstance(answer, ModelResponse) else ():
            if isinstance(part, ToolCallPart):
                if not _fits(part.tool_call_id) or part.tool_call_id in self._ids:
                    part.tool_call_id = new_id("call")
                part.tool_name = cleaned(part.tool_name)
                self._ids.add(part.tool_call_id)
                arguments = arguments_of(part.args)
                part.args = arguments
                calls.append(Call(part.tool_call_id, part.tool_name, arguments))
        return calls

    def _ended(self, reason: str) -> Ended:
        heard, said = self.tokens or (None, None)
        return Ended(reason, heard, said, self._context)


def _fits(call_id: str) -> bool:
    """Whether both databases can hold what a provider names a call by."""
    return 0 < len(call_id) <= _LONGEST_ID and cleaned(call_id) == call_id


def _delta(event: ModelResponseStreamEvent) -> Delta | None:
    """What a person sees of an event of the model."""
    match event:
        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return Delta("text", text) if text else None
        case PartStartEvent(part=ThinkingPart(content=text)):
            return Delta("reasoning", text) if text else None
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=thought)) if thought:
            return Delta("reasoning", thought)
    return None


def _results(calls: Sequence[Call], ended: Sequence[ToolEnded]) -> Iterator[ToolReturnPart]:
    """What the model is told, in the order in which it asked."""
    by_id = {event.id: event for event in ended}
    for call in calls:
        event = by_id[call.id]
        yield returned(call.id, call.name, event.output, failed=event.status != "done")


def _definition(tool: Tool) -> ToolDefinition:
    schema = dict(tool.schema) if tool.schema is not None else tool.arguments.model_json_schema()
    return ToolDefinition(name=tool.name, parameters_json_schema=schema, description=tool.description)


def _call_of(use: ToolUse) -> Call:
    return Call(use.id, use.name, use.arguments)


def _ids(turn: Turn) -> set[str]:
    """Of every call that there has been, those of sub-agents among them."""
    told = [*turn.begun, *(part for spoken in turn.history for part in spoken.parts)]
    return {part.id for part in told if isinstance(part, ToolUse)}
