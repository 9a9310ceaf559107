"""Gemini's request, made from a chat completion. The model and whether to stream are not in it, but in its address."""

from typing import Any

from guildhall.gateway.adapters import chat_request, efforts, gemini, reading
from guildhall.gateway.adapters.chat_request import ChatRequest, ResponseFormat, Tool
from guildhall.gateway.adapters.efforts import Effort
from guildhall.gateway.adapters.gemini_contents import contents

_MODES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}
_LEVELS: dict[Effort, str] = {"low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "HIGH", "max": "HIGH"}


def translated(request: ChatRequest, model: str) -> dict[str, Any]:
    """The body of `generateContent` and `streamGenerateContent`. Raises `BadRequestError`."""
    for param in chat_request.unspeakable(request):
        raise reading.unsupported(param)
    if request.tools and request.parallel_tool_calls is False:
        raise reading.unsupported("parallel_tool_calls")
    system, said = contents(request.messages, model)
    body: dict[str, Any] = {"contents": said}
    if system:
        body["systemInstruction"] = {"parts": system}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_tool(t, f"tools[{n}]") for n, t in enumerate(request.tools)]}]
        body |= _choice(request)
    generation = _generation(request, model)
    return {**body, "generationConfig": generation} if generation else body


def _tool(tool: Tool, where: str) -> dict[str, Any]:
    function = tool.function
    if tool.type != "function" or function is None:
        raise reading.unsupported(where)
    written: dict[str, Any] = {"name": function.name}
    if function.description:
        written["description"] = function.description
    if function.parameters:
        written["parametersJsonSchema"] = function.parameters
    return written


def _choice(request: ChatRequest) -> dict[str, Any]:
    choice = request.tool_choice
    if choice is None:
        return {}
    if isinstance(choice, str):
        calling: dict[str, Any] = {"mode": _MODES[choice]}
    elif choice.type == "function" and choice.function is not None:
        calling = {"mode": "ANY", "allowedFunctionNames": [choice.function.name]}
    else:
        raise reading.unsupported("tool_choice")
    return {"toolConfig": {"functionCallingConfig": calling}}


def _generation(request: ChatRequest, model: str) -> dict[str, Any]:
    words = {
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k,
        "maxOutputTokens": request.most_tokens,
        "stopSequences": request.stops or None,
        "candidateCount": request.n,
        "seed": request.seed,
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "thinkingConfig": _thinking(request.reasoning_effort, model),
    }
    given = {name: value for name, value in words.items() if value is not None}
    return given | _format(request.response_format)


def _thinking(effort: Effort | None, model: str) -> dict[str, Any] | None:
    if effort is None:
        return None
    if not gemini.thinks_in_levels(model):
        budget = efforts.budget(effort)
        return {"thinkingBudget": budget, "includeThoughts": budget > 0}
    smallest = "LOW" if gemini.thinks_at_least_low(model) else "MINIMAL"
    return {"thinkingLevel": _LEVELS.get(effort, smallest), "includeThoughts": effort != "none"}


def _format(wanted: ResponseFormat | None) -> dict[str, Any]:
    if wanted is None or wanted.type == "text":
        return {}
    written: dict[str, Any] = {"responseMimeType": "application/json"}
    if wanted.type == "json_schema" and wanted.json_schema is not None and wanted.json_schema.schema is not None:
        written["responseJsonSchema"] = wanted.json_schema.schema
    return written
