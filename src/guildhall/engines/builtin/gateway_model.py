"""The gateway as a model of Pydantic AI: its messages go out as chat completions, and deltas come back as its parts."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_ai.messages import (
    BinaryContent,
    FinishReason,
    ModelMessage,
    ModelResponse,
    ModelResponseStreamEvent,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext, ToolDefinition
from pydantic_ai.usage import RequestUsage

from guildhall.core.clock import now
from guildhall.engines.api import Turn
from guildhall.engines.parameters import as_chat
from guildhall.gateway.completions import (
    CompletionEvent,
    CompletionRequest,
    Completions,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)

_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_call",
}


class GatewayModel(Model[None]):
    """One model of the gateway, called for one person in one turn of a session."""

    def __init__(self, completions: Completions, turn: Turn) -> None:
        # Not the library's own __init__: it loads 6 MB of prices, and prices are the gateway's business.
        self._completions = completions
        self._model = turn.model
        self._turn = turn

    @property
    def model_name(self) -> str:
        """The name by which the gateway knows it."""
        return self._model

    @property
    def system(self) -> str:
        """Who answers, as far as this library asks."""
        return "guildhall"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The whole answer. Raises `AppError`."""
        async with self.request_stream(messages, model_settings, model_request_parameters) as answer:
            async for _ in answer:
                pass
            return answer.get()

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,  # noqa: ARG002 - the library's signature
    ) -> "AsyncGenerator[GatewayAnswer, None]":
        """The answer as it is made; reading it raises `AppError`, and leaving cancels the call at the provider."""
        settings: dict[str, Any] = dict(model_settings or {})
        request = CompletionRequest(
            model=self._model,
            messages=list(chat_messages(messages)),
            user_id=self._turn.user_id,
            session_id=self._turn.session_id,
            request_id=self._turn.id,
            params=as_chat(self._turn.parameters) | settings | _tools(model_request_parameters.function_tools),
        )
        async with aclosing(self._completions.stream(request)) as events:
            yield GatewayAnswer(model_request_parameters, self._model, events)


def chat_messages(messages: Iterable[ModelMessage]) -> Iterator[dict[str, Any]]:
    """Messages as chat completions have them."""
    for message in messages:
        if isinstance(message, ModelResponse):
            yield _said(message)
            continue
        if message.instructions:
            yield {"role": "system", "content": message.instructions}
        for part in message.parts:
            yield _told(part)


def _said(message: ModelResponse) -> dict[str, Any]:
    text = "\n\n".join(part.content for part in message.parts if isinstance(part, TextPart) and part.content)
    calls = [
        {
            "id": part.tool_call_id,
            "type": "function",
            "function": {"name": part.tool_name, "arguments": part.args_as_json_str()},
        }
        for part in message.parts
        if isinstance(part, ToolCallPart)
    ]
    return {"role": "assistant", "content": text or None} | ({"tool_calls": calls} if calls else {})


def _told(part: Any) -> dict[str, Any]:
    if isinstance(part, ToolReturnPart):
        return {"role": "tool", "tool_call_id": part.tool_call_id, "content": str(part.content)}
    if isinstance(part, SystemPromptPart):
        return {"role": "system", "content": part.content}
    if isinstance(part, UserPromptPart):
        content = part.content
        return {"role": "user", "content": content if isinstance(content, str) else [_shown(one) for one in content]}
    raise TypeError(f"The gateway has no words for {type(part).__name__}.")


def _shown(content: UserContent) -> dict[str, Any]:
    if isinstance(content, str):
        return {"type": "text", "text": content}
    if isinstance(content, BinaryContent):
        return {"type": "image_url", "image_url": {"url": content.data_uri}}
    raise TypeError(f"The gateway has no words for {type(content).__name__}.")


def _tools(tools: Sequence[ToolDefinition]) -> dict[str, Any]:
    if not tools:
        return {}
    functions = [
        {"name": tool.name, "description": tool.description or "", "parameters": tool.parameters_json_schema}
        for tool in tools
    ]
    return {"tools": [{"type": "function", "function": function} for function in functions]}


@dataclass
class GatewayAnswer(StreamedResponse):
    """One answer in the making, and what is known of it at its end."""

    _model: str
    _events: AsyncIterator[CompletionEvent]
    _began: datetime = field(default_factory=now)
    reason: str = "stop"
    """Why the answer ended, in the gateway's word."""
    tokens: tuple[int, int] | None = None
    """Tokens in and out; None until the end, and where the provider does not say."""
    _named: set[int] = field(default_factory=set)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        async for event in self._events:
            for made in self._map(event):
                yield made

    def _map(self, event: CompletionEvent) -> Iterator[ModelResponseStreamEvent]:
        parts = self._parts_manager
        if isinstance(event, TextDelta):
            yield from parts.handle_text_delta(vendor_part_id=None, content=event.text)
        elif isinstance(event, ReasoningDelta):
            yield from parts.handle_thinking_delta(vendor_part_id=None, content=event.text)
        elif isinstance(event, ToolCallDelta):
            is_first = event.name is not None and event.index not in self._named
            if is_first:
                self._named.add(event.index)
            yield from parts.handle_tool_call_delta_events(
                vendor_part_id=event.index,
                tool_name=event.name if is_first else None,  # some providers say it with every delta
                args=event.arguments or None,
                tool_call_id=event.id,
            )
        else:
            self._finish(event)

    def _finish(self, event: Finished) -> None:
        self.reason = event.reason
        self.finish_reason = _REASONS.get(event.reason, "stop")
        if event.usage is not None:
            self.tokens = (event.usage.input_tokens, event.usage.output_tokens)
            self._usage = RequestUsage(input_tokens=self.tokens[0], output_tokens=self.tokens[1])

    async def close_stream(self) -> None:
        """Nothing to do: the call ends with `request_stream`."""

    @property
    def model_name(self) -> str:
        """The name by which the gateway knows it."""
        return self._model

    @property
    def provider_name(self) -> str | None:
        """Who answers, as far as this library asks."""
        return "guildhall"

    @property
    def provider_url(self) -> str | None:
        """There is none: the gateway is in this process."""
        return None

    @property
    def timestamp(self) -> datetime:
        """When the call began."""
        return self._began
