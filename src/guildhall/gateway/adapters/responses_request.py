"""Responses requests: what a caller of OpenAI's `/v1/responses` says, and that as a chat completion.

Who answers for stored responses resolves `previous_response_id` before this: here it is refused. They are stored in
this house, so that `store` is not passed on either.
"""

from typing import Any, Literal

import msgspec

from guildhall.gateway.adapters import reading
from guildhall.gateway.adapters.chat_request import Count, Schema
from guildhall.gateway.adapters.efforts import Effort
from guildhall.gateway.adapters.reading import ABSENT, is_given
from guildhall.gateway.adapters.vocabulary import Vocabulary


class Part(msgspec.Struct):
    """One part of an item's content."""

    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None
    detail: str | None = None
    file_data: str | None = None
    filename: str | None = None


class Item(msgspec.Struct):
    """One item of the input: a message, or something that an earlier response put out."""

    type: str | None = None
    role: Literal["user", "assistant", "system", "developer"] | None = None
    content: str | list[Part] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[Part] | None = None
    summary: list[Part] | None = None
    encrypted_content: str | None = None


class Tool(msgspec.Struct):
    """Something that the model may use; only functions are the caller's own."""

    type: str
    name: str | None = None
    description: str | None = None
    parameters: Schema | None = None
    strict: bool | None = None


class ToolChoice(msgspec.Struct):
    """A tool that must be used."""

    type: str
    name: str | None = None


class Format(msgspec.Struct):
    """What the answer must be."""

    type: Literal["text", "json_object", "json_schema"]
    name: str | None = None
    description: str | None = None
    schema: Schema | None = None
    strict: bool | None = None


class Text(msgspec.Struct):
    """How to write."""

    format: Format | None = None
    verbosity: str | None = None


class Reasoning(msgspec.Struct):
    """How to think."""

    effort: Effort | None = None


class ResponsesRequest(msgspec.Struct):
    """What is missing here is a hint that chat has no word for, such as `truncation` or `include`."""

    input: str | list[Item]
    instructions: str | None = None
    stream: bool | None = None
    max_output_tokens: Count | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_logprobs: Count | None = None
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    text: Text | None = None
    reasoning: Reasoning | None = None
    metadata: dict[str, str] | None = None
    user: str | None = None
    background: bool | None = None
    previous_response_id: msgspec.Raw = ABSENT
    conversation: msgspec.Raw = ABSENT
    prompt: msgspec.Raw = ABSENT


REQUEST = msgspec.json.Decoder(ResponsesRequest)


def words(request: ResponsesRequest, known: Vocabulary) -> dict[str, Any]:
    """All of a chat completion but its messages. Raises `BadRequestError`."""
    _refuse(request)
    body: dict[str, Any] = {
        "max_completion_tokens" if known.max_completion_tokens else "max_tokens": request.max_output_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "response_format": _format(request.text.format if request.text else None),
        "verbosity": request.text.verbosity if request.text else None,
        "reasoning_effort": request.reasoning.effort if request.reasoning and known.reasoning_effort else None,
        "metadata": request.metadata or None,
        "user": request.user or None,
    }
    if request.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if request.tools:
        body["tools"] = [_tool(tool, f"tools[{n}]") for n, tool in enumerate(request.tools)]
        body["tool_choice"] = _choice(request.tool_choice)
        body["parallel_tool_calls"] = request.parallel_tool_calls
    return {name: value for name, value in body.items() if value is not None}


def _refuse(request: ResponsesRequest) -> None:
    for param in ("previous_response_id", "conversation", "prompt"):
        if is_given(getattr(request, param)):
            raise reading.unsupported(param)
    if request.background:
        raise reading.unsupported("background")
    if request.top_logprobs:
        raise reading.unsupported("top_logprobs")


def _tool(tool: Tool, where: str) -> dict[str, Any]:
    if tool.type != "function":
        raise reading.unsupported(f"{where}.type")
    if tool.name is None:
        raise reading.invalid(f"{where}.name", "must be given")
    words = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": tool.strict,
    }
    return {"type": "function", "function": {name: value for name, value in words.items() if value is not None}}


def _choice(choice: str | ToolChoice | None) -> str | dict[str, Any] | None:
    if choice is None or isinstance(choice, str):
        return choice
    if choice.type != "function" or choice.name is None:
        raise reading.unsupported("tool_choice")
    return {"type": "function", "function": {"name": choice.name}}


def _format(wanted: Format | None) -> dict[str, Any] | None:
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return {"type": "json_object"}
    if wanted.schema is None:
        raise reading.invalid("text.format.schema", "must be given")
    words = {
        "name": wanted.name or "answer",
        "description": wanted.description,
        "schema": wanted.schema,
        "strict": wanted.strict,
    }
    return {"type": "json_schema", "json_schema": {name: value for name, value in words.items() if value is not None}}
