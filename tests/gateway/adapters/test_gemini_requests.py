"""Chat callers on Google's Gemini API: what the provider is asked."""

import json
from typing import Any

import pytest

from guildhall.core.errors import BadRequestError
from guildhall.gateway.adapters.chat_on_gemini import ChatOnGemini

OLDER, NEWER = "gemini-2.5-flash", "gemini-3-pro-preview"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False, "$defs": {}}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Of a city", "parameters": SCHEMA}}
SIGNED = {"google": {"thought_signature": "c2ln"}}


def call(call_id: str, arguments: str = "{}", **fields: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "weather", "arguments": arguments}, **fields}


def asked(model: str = OLDER, **fields: Any) -> dict[str, Any]:
    """What Google gets."""
    body = {"model": "any", "messages": [{"role": "user", "content": "Hi"}], **fields}
    request: dict[str, Any] = json.loads(ChatOnGemini().request(json.dumps(body).encode(), model))
    return request


def contents(*messages: dict[str, Any], model: str = OLDER) -> Any:
    return asked(model, messages=list(messages))["contents"]


def test_the_smallest_request() -> None:
    assert asked(stream=True) == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


def test_instructions_pictures_and_documents() -> None:
    parts = [
        {"type": "text", "text": "看"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO"}},
        {"type": "image_url", "image_url": {"url": "https://pictures.example/a.JPG?x=1"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBE"}},
        {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
    ]
    request = asked(messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}])
    assert request["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert request["contents"][0]["parts"] == [
        {"text": "看"},
        {"inlineData": {"mimeType": "image/png", "data": "iVBO"}},
        {"fileData": {"fileUri": "https://pictures.example/a.JPG?x=1", "mimeType": "image/jpeg"}},
        {"inlineData": {"mimeType": "application/pdf", "data": "JVBE"}},
        {"inlineData": {"mimeType": "audio/wav", "data": "UklG"}},
    ]


def test_results_of_parallel_calls_stand_together_and_apart_from_words() -> None:
    said = contents(
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": "Looking.", "tool_calls": [call("a", '{"city": "Zürich"}'), call("b")]},
        {"role": "tool", "tool_call_id": "a", "content": "12 °C"},
        {"role": "tool", "tool_call_id": "b", "content": "gone", "is_error": True},
        {"role": "user", "content": "Well?"},
    )
    assert said[1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "Looking."},
                {"functionCall": {"id": "a", "name": "weather", "args": {"city": "Zürich"}}},
                {"functionCall": {"id": "b", "name": "weather", "args": {}}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"id": "a", "name": "weather", "response": {"output": "12 °C"}}},
                {"functionResponse": {"id": "b", "name": "weather", "response": {"error": "gone"}}},
            ],
        },
        {"role": "user", "parts": [{"text": "Well?"}]},
    ]


def test_signatures_come_back_and_calls_without_one_say_so_to_newer_models() -> None:
    turn = {"role": "assistant", "content": "Hm", "extra_content": SIGNED}
    assert contents(turn)[0]["parts"] == [{"text": "Hm", "thoughtSignature": "c2ln"}]
    calls = {"role": "assistant", "tool_calls": [call("a", extra_content=SIGNED), call("b")]}
    signed = contents(calls, model=NEWER)[0]["parts"]
    assert [part.get("thoughtSignature") for part in signed] == ["c2ln", None]
    unsigned = {"role": "assistant", "tool_calls": [call("a"), call("b")]}
    parts = contents(unsigned, model=NEWER)[0]["parts"]
    assert [part.get("thoughtSignature") for part in parts] == ["skip_thought_signature_validator", None]
    assert "thoughtSignature" not in json.dumps(contents(unsigned))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("auto", {"mode": "AUTO"}), ("none", {"mode": "NONE"}), ("required", {"mode": "ANY"}),
        ({"type": "function", "function": {"name": "weather"}},
         {"mode": "ANY", "allowedFunctionNames": ["weather"]}),
    ],
)  # fmt: skip
def test_tools_and_choosing_them(choice: Any, expected: Any) -> None:
    request = asked(tools=[TOOL, {"type": "function", "function": {"name": "now"}}], tool_choice=choice)
    assert request["tools"] == [
        {
            "functionDeclarations": [
                {"name": "weather", "description": "Of a city", "parametersJsonSchema": SCHEMA},
                {"name": "now"},
            ]
        }
    ]
    assert request["toolConfig"] == {"functionCallingConfig": expected}


def test_limits_stops_and_sampling() -> None:
    fields: dict[str, Any] = {
        "temperature": 1.5, "top_p": 0.5, "max_completion_tokens": 7, "stop": "X", "n": 2, "seed": 3,
        "presence_penalty": 0.1, "frequency_penalty": 0.2, "user": "u", "store": True,
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}},
    }  # fmt: skip
    assert asked(**fields)["generationConfig"] == {
        "temperature": 1.5, "topP": 0.5, "maxOutputTokens": 7, "stopSequences": ["X"], "candidateCount": 2, "seed": 3,
        "presencePenalty": 0.1, "frequencyPenalty": 0.2, "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
    }  # fmt: skip
    assert asked(response_format={"type": "json_object"})["generationConfig"] == {
        "responseMimeType": "application/json"
    }


@pytest.mark.parametrize(
    ("model", "effort", "expected"),
    [
        (OLDER, "high", {"thinkingBudget": 24576, "includeThoughts": True}),
        (OLDER, "none", {"thinkingBudget": 0, "includeThoughts": False}),
        (NEWER, "medium", {"thinkingLevel": "MEDIUM", "includeThoughts": True}),
        (NEWER, "minimal", {"thinkingLevel": "LOW", "includeThoughts": True}),
        ("gemini-3-flash", "none", {"thinkingLevel": "MINIMAL", "includeThoughts": False}),
    ],
)
def test_effort_becomes_a_budget_or_a_level(model: str, effort: str, expected: Any) -> None:
    assert asked(model, reasoning_effort=effort)["generationConfig"]["thinkingConfig"] == expected


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"logprobs": True}, "logprobs"), ({"logit_bias": {"1": 1}}, "logit_bias"),
        ({"tools": [TOOL], "parallel_tool_calls": False}, "parallel_tool_calls"),
        ({"tools": [{"type": "custom", "custom": {"name": "c"}}]}, "tools[0]"),
        ({"messages": [{"role": "tool", "tool_call_id": "a", "content": "12"}]}, "messages[0].tool_call_id"),
        ({"messages": [{"role": "assistant", "tool_calls": [call("a", "[1]")]}]},
         "messages[0].tool_calls[0].function.arguments"),
    ],
)  # fmt: skip
def test_the_error_names_the_field(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        asked(**fields)
    assert refused.value.details == {"param": param}
