"""Anthropic's request, made from a chat completion.

Models since Claude 4.6 are told an effort; older ones are given a budget of thinking tokens. Where the two cannot
stand together with thinking, it is what the caller said outright that stays: a tool that must be called, a history
whose thinking was not kept.
"""

from typing import Any

from guildhall.gateway.adapters import chat_request, claude, efforts, reading
from guildhall.gateway.adapters.anthropic_turns import turns
from guildhall.gateway.adapters.chat_request import ChatRequest, ResponseFormat, Tool

_CHOICES = {"auto": "auto", "required": "any", "none": "none"}
_SMALLEST_BUDGET = 1024


def translated(request: ChatRequest, model: str, usual_tokens: int) -> dict[str, Any]:
    """The body of `/v1/messages`; Anthropic wants to be told how long an answer may become, so there is a usual length.

    Raises `BadRequestError`.
    """
    _refuse(request)
    system, messages = turns(request.messages)
    body: dict[str, Any] = {"model": model, "max_tokens": request.most_tokens or usual_tokens, "messages": messages}
    if system:
        body["system"] = system
    if request.stops:
        body["stop_sequences"] = request.stops
    if request.stream:
        body["stream"] = True
    if request.user:
        body["metadata"] = {"user_id": request.user}
    if request.tools:
        body |= _tools(request, request.tools, model)
    if request.response_format is not None:
        body |= _format(request.response_format)
    return _sampling(_thinking(body, request, model), request, model)


def _refuse(request: ChatRequest) -> None:
    for param in chat_request.unspeakable(request):
        raise reading.unsupported(param)
    if request.n is not None and request.n > 1:
        raise reading.unsupported("n")
    if request.frequency_penalty:
        raise reading.unsupported("frequency_penalty")
    if request.presence_penalty:
        raise reading.unsupported("presence_penalty")


def _tools(request: ChatRequest, tools: list[Tool], model: str) -> dict[str, Any]:
    written: dict[str, Any] = {"tools": [_tool(tool, f"tools[{n}]", model) for n, tool in enumerate(tools)]}
    choice = _choice(request)
    if request.parallel_tool_calls is False and choice.get("type") != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    return {**written, "tool_choice": choice} if choice else written


def _tool(tool: Tool, where: str, model: str) -> dict[str, Any]:
    function = tool.function
    if tool.type != "function" or function is None:
        raise reading.unsupported(where)
    written: dict[str, Any] = {"name": function.name, "input_schema": {"type": "object", **(function.parameters or {})}}
    if function.description:
        written["description"] = function.description
    if function.strict and claude.keeps_to_schemas(model):
        written["strict"] = True
    if tool.cache_control is not None:
        written["cache_control"] = tool.cache_control
    return written


def _choice(request: ChatRequest) -> dict[str, Any]:
    choice = request.tool_choice
    if choice is None:
        return {}
    if isinstance(choice, str):
        return {"type": _CHOICES[choice]}
    if choice.type != "function" or choice.function is None:
        raise reading.unsupported("tool_choice")
    return {"type": "tool", "name": choice.function.name}


def _format(wanted: ResponseFormat) -> dict[str, Any]:
    if wanted.type == "text":
        return {}
    if wanted.type == "json_object" or wanted.json_schema is None or wanted.json_schema.schema is None:
        raise reading.unsupported("response_format")
    return {"output_config": {"format": {"type": "json_schema", "schema": wanted.json_schema.schema}}}


def _thinking(body: dict[str, Any], request: ChatRequest, model: str) -> dict[str, Any]:
    effort = request.reasoning_effort
    if effort in {None, "none"} or body.get("tool_choice", {}).get("type") in {"any", "tool"}:
        return body
    if claude.thinks_adaptively(model):
        effort = "low" if effort == "minimal" else effort
        effort = "high" if effort == "xhigh" and not claude.knows_highest_effort(model) else effort
        thinking = {"type": "adaptive", "display": "summarized"}
        return {**body, "thinking": thinking, "output_config": {**body.get("output_config", {}), "effort": effort}}
    budget = efforts.budget(effort or "none")
    if request.most_tokens is not None:
        budget = min(budget, request.most_tokens // 2)  # the limit counts both, and the answer needs room
    if budget < _SMALLEST_BUDGET or _has_lost_thinking(request):
        return body
    room = {} if request.most_tokens is not None else {"max_tokens": body["max_tokens"] + budget}
    return {**body, **room, "thinking": {"type": "enabled", "budget_tokens": budget}}


def _has_lost_thinking(request: ChatRequest) -> bool:
    """Whether the last turn holds results of calls that came back without their thinking: no budget is taken then."""
    has_results = False
    for message in reversed(request.messages):
        if message.role == "assistant":
            return has_results and not any(block.is_signed for block in message.thinking_blocks or [])
        has_results = has_results or message.role == "tool"
    return False


def _sampling(body: dict[str, Any], request: ChatRequest, model: str) -> dict[str, Any]:
    """Left out where the model refuses it: with thinking, and in all newer models."""
    if "thinking" in body or not claude.takes_sampling(model):
        return body
    if request.temperature is not None:
        body["temperature"] = min(max(request.temperature, 0.0), 1.0)
    if request.top_p is not None and ("temperature" not in body or claude.takes_both_samplings(model)):
        body["top_p"] = request.top_p
    if request.top_k is not None:
        body["top_k"] = request.top_k
    return body
