"""Messages requests: what a caller of Anthropic's `/v1/messages` says, and that as a chat completion."""

from typing import Any, Literal

import msgspec

from guildhall.gateway.adapters import efforts, reading
from guildhall.gateway.adapters.chat_request import CacheControl, Count, Schema
from guildhall.gateway.adapters.efforts import Effort
from guildhall.gateway.adapters.reading import ABSENT, is_given
from guildhall.gateway.adapters.vocabulary import Vocabulary

_CHOICES = {"auto": "auto", "any": "required", "none": "none"}


class Source(msgspec.Struct):
    """Where the content of a block is."""

    type: str
    media_type: str | None = None
    data: str | None = None
    url: str | None = None


class Block(msgspec.Struct):
    """One block of content."""

    type: str
    text: str | None = None
    source: Source | str | None = None
    title: str | None = None
    id: str | None = None
    name: str | None = None
    input: Schema | None = None
    tool_use_id: str | None = None
    content: "str | list[Block] | None" = None
    is_error: bool | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None
    cache_control: CacheControl | None = None


class Turn(msgspec.Struct):
    """One message of the conversation."""

    role: Literal["user", "assistant", "system"]
    content: str | list[Block]

    @property
    def blocks(self) -> list[Block]:
        """Its content as blocks, whichever way it was written."""
        return [Block(type="text", text=self.content)] if isinstance(self.content, str) else self.content


class Tool(msgspec.Struct):
    """Something that the model may use; one of Anthropic's own has a type."""

    name: str | None = None
    type: str | None = None
    description: str | None = None
    input_schema: Schema | None = None
    strict: bool | None = None
    cache_control: CacheControl | None = None


class ToolChoice(msgspec.Struct):
    """How the tools are to be used."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class Metadata(msgspec.Struct):
    """About the request."""

    user_id: str | None = None


class Thinking(msgspec.Struct):
    """Whether to think, and how much."""

    type: str
    budget_tokens: Count | None = None


class OutputFormat(msgspec.Struct):
    """What the answer must look like."""

    type: Literal["json_schema"]
    schema: Schema


class OutputConfig(msgspec.Struct):
    """How to answer."""

    effort: Effort | None = None
    format: OutputFormat | None = None


class MessagesRequest(msgspec.Struct):
    """What is missing here is a hint that chat has no word for, such as `top_k`."""

    messages: list[Turn]
    max_tokens: Count
    system: str | list[Block] | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    metadata: Metadata | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    container: msgspec.Raw = ABSENT
    mcp_servers: msgspec.Raw = ABSENT


REQUEST = msgspec.json.Decoder(MessagesRequest)


def words(request: MessagesRequest, known: Vocabulary) -> dict[str, Any]:
    """All of a chat completion but its messages. Raises `BadRequestError`."""
    for param in ("container", "mcp_servers"):
        if is_given(getattr(request, param)):
            raise reading.unsupported(param)
    body: dict[str, Any] = {
        "max_completion_tokens" if known.max_completion_tokens else "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stop": request.stop_sequences or None,
        "user": (request.metadata.user_id if request.metadata else None) or None,
        "reasoning_effort": _effort(request) if known.reasoning_effort else None,
        "response_format": _format(request.output_config),
    }
    if request.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if request.tools:
        body["tools"] = [_tool(tool, f"tools[{n}]", known) for n, tool in enumerate(request.tools)]
        body |= _choice(request.tool_choice)
    return {name: value for name, value in body.items() if value is not None}


def _effort(request: MessagesRequest) -> Effort | None:
    """None leaves it to the model, as Anthropic's callers do who say nothing."""
    thinking = request.thinking
    if thinking is not None and thinking.type == "disabled":
        return None
    if thinking is not None and thinking.budget_tokens is not None:
        return efforts.effort(thinking.budget_tokens)
    return request.output_config.effort if request.output_config else None


def _format(config: OutputConfig | None) -> dict[str, Any] | None:
    if config is None or config.format is None:
        return None
    schema = {"name": "answer", "schema": config.format.schema, "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def _tool(tool: Tool, where: str, known: Vocabulary) -> dict[str, Any]:
    if tool.type not in {None, "custom"}:
        raise reading.unsupported(f"{where}.type")
    if tool.name is None:
        raise reading.invalid(f"{where}.name", "must be given")
    function: dict[str, Any] = {"name": tool.name}
    if tool.description:
        function["description"] = tool.description
    function["parameters"] = tool.input_schema or {"type": "object", "properties": {}}
    if tool.strict is not None:
        function["strict"] = tool.strict
    written: dict[str, Any] = {"type": "function", "function": function}
    if tool.cache_control is not None and known.extensions:
        written["cache_control"] = tool.cache_control
    return written


def _choice(choice: ToolChoice | None) -> dict[str, Any]:
    if choice is None:
        return {}
    if choice.type != "tool":
        written: dict[str, Any] = {"tool_choice": _CHOICES[choice.type]}
    elif choice.name is None:
        raise reading.invalid("tool_choice.name", "must be given")
    else:
        written = {"tool_choice": {"type": "function", "function": {"name": choice.name}}}
    return {**written, "parallel_tool_calls": False} if choice.disable_parallel_tool_use else written
