"""Callers of OpenAI's Responses API on providers of chat completions: what the provider is asked."""

import json
from typing import Any

import pytest
from openai.types.chat import CompletionCreateParams
from pydantic import TypeAdapter

from guildhall.core.errors import BadRequestError
from guildhall.gateway.adapters.responses_on_chat import ResponsesOnChat
from guildhall.gateway.adapters.vocabulary import Vocabulary

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"type": "function", "name": "weather", "description": "Of a city", "parameters": SCHEMA, "strict": True}


def asked(known: Vocabulary | None = None, **fields: Any) -> dict[str, Any]:
    """What the provider gets, in which OpenAI's own types find nothing wrong."""
    body = {"model": "any", "input": "Hi", **fields}
    request: dict[str, Any] = json.loads(ResponsesOnChat(known).request(json.dumps(body).encode(), "gpt-x"))
    TypeAdapter(CompletionCreateParams).validate_python(request)
    return request


def messages(*items: dict[str, Any], known: Vocabulary | None = None, **fields: Any) -> Any:
    return asked(known, input=list(items), **fields)["messages"]


def called(call_id: str, arguments: str = "{}") -> dict[str, Any]:
    return {"type": "function_call", "id": "fc_1", "call_id": call_id, "name": "weather", "arguments": arguments}


def test_the_smallest_request() -> None:
    assert asked(store=False, truncation="auto", include=["reasoning.encrypted_content"]) == {
        "model": "gpt-x",
        "messages": [{"role": "user", "content": "Hi"}],
    }


def test_instructions_and_messages() -> None:
    said = messages(
        {"role": "developer", "content": "Tersely."},
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "看"},
                {"type": "input_image", "image_url": "data:image/png;base64,iVBO", "detail": "low"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBE"},
            ],
        },
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "A cat.", "annotations": []}],
        },
        {"role": "user", "content": [{"type": "input_text", "text": "And"}, {"type": "input_text", "text": "now?"}]},
        instructions="Be brief.",
    )
    assert said == [
        {"role": "system", "content": "Be brief."},
        {"role": "system", "content": "Tersely."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "看"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO", "detail": "low"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
            ],
        },
        {"role": "assistant", "content": "A cat."},
        {"role": "user", "content": "And\n\nnow?"},
    ]


def test_what_the_model_put_out_in_a_row_is_one_message() -> None:
    said = messages(
        {"role": "user", "content": "Weather?"},
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Two cities."}]},
        {"role": "assistant", "content": "Looking."},
        called("a", '{"city": "Zürich"}'),
        called("b"),
        {"type": "function_call_output", "call_id": "a", "output": "12 °C"},
        {
            "type": "function_call_output",
            "call_id": "b",
            "output": [{"type": "input_image", "image_url": "https://pictures.example/b.png"}],
        },
        called("c"),
    )
    assert said[1:5] == [
        {
            "role": "assistant",
            "content": "Looking.",
            "reasoning_content": "Two cities.",
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Zürich"}'}},
                {"id": "b", "type": "function", "function": {"name": "weather", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "12 °C"},
        {"role": "tool", "tool_call_id": "b", "content": "The result follows as a picture."},
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "https://pictures.example/b.png"}}],
        },
    ]
    assert [call["id"] for call in said[5]["tool_calls"]] == ["c"]


def test_limits_tools_and_formats() -> None:
    request = asked(
        max_output_tokens=9, temperature=0.5, top_p=0.9, user="u", metadata={"a": "b"}, store=True, stream=True,
        reasoning={"effort": "high", "summary": "auto"}, tools=[TOOL], parallel_tool_calls=False,
        tool_choice={"type": "function", "name": "weather"},
        text={"verbosity": "low", "format": {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True}},
    )  # fmt: skip
    del request["messages"]
    assert request == {
        "model": "gpt-x", "max_tokens": 9, "temperature": 0.5, "top_p": 0.9, "user": "u", "metadata": {"a": "b"},
        "stream": True, "stream_options": {"include_usage": True}, "reasoning_effort": "high",
        "tools": [{"type": "function", "function": {name: TOOL[name] for name in TOOL if name != "type"}}],
        "tool_choice": {"type": "function", "function": {"name": "weather"}}, "parallel_tool_calls": False,
        "verbosity": "low",
        "response_format": {
            "type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, "strict": True},
        },
    }  # fmt: skip
    assert asked(Vocabulary(max_completion_tokens=True), max_output_tokens=9)["max_completion_tokens"] == 9


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id", "unsupported_parameter"),
        ({"conversation": "conv_1"}, "conversation", "unsupported_parameter"),
        ({"background": True}, "background", "unsupported_parameter"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "unsupported_parameter"),
        ({"tools": [{"type": "function"}]}, "tools[0].name", "invalid_field"),
        ({"tools": [TOOL], "tool_choice": {"type": "file_search"}}, "tool_choice", "unsupported_parameter"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type", "unsupported_parameter"),
        ({"input": [{"type": "computer_call"}]}, "input[0].type", "unsupported_parameter"),
        ({"input": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "input[0].content[0]",
         "unsupported_parameter"),
        ({"input": [{"role": "user"}]}, "input[0].content", "invalid_field"),
        ({"input": [{"content": "Hi"}]}, "input[0].role", "invalid_field"),
        ({"input": [{"type": "function_call", "name": "f"}]}, "input[0]", "invalid_field"),
        ({"input": None}, "input", "invalid_field"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.schema", "invalid_field"),
    ],
)  # fmt: skip
def test_the_error_names_the_field(fields: dict[str, Any], param: str, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        asked(**fields)
    assert (refused.value.details, refused.value.code) == ({"param": param}, code)
