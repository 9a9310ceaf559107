"""Callers of Anthropic's Messages API on providers of chat completions: what the provider is asked."""

import json
from typing import Any

import pytest
from openai.types.chat import CompletionCreateParams
from pydantic import TypeAdapter

from guildhall.core.errors import BadRequestError
from guildhall.gateway.adapters.messages_on_chat import MessagesOnChat
from guildhall.gateway.adapters.vocabulary import OURS, Vocabulary

PNG = {"type": "base64", "media_type": "image/png", "data": "iVBO"}
CACHE = {"type": "ephemeral"}
TOOL = {"name": "read", "description": "Read a file", "input_schema": {"type": "object", "properties": {"p": {}}}}


def asked(known: Vocabulary | None = None, **fields: Any) -> dict[str, Any]:
    """What the provider gets, in which OpenAI's own types find nothing wrong."""
    body = {"model": "any", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}], **fields}
    request: dict[str, Any] = json.loads(MessagesOnChat(known).request(json.dumps(body).encode(), "gpt-x"))
    TypeAdapter(CompletionCreateParams).validate_python(request)
    return request


def messages(*turns: dict[str, Any], known: Vocabulary | None = None, **fields: Any) -> Any:
    return asked(known, messages=list(turns), **fields)["messages"]


def test_the_smallest_request() -> None:
    assert asked() == {"model": "gpt-x", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}


def test_the_system_prompt_as_text_or_as_blocks() -> None:
    user = {"role": "user", "content": "Hi"}
    blocks = [{"type": "text", "text": "You code.", "cache_control": CACHE}, {"type": "text", "text": "Tersely."}]
    assert messages(user, system="You code.")[0] == {"role": "system", "content": "You code."}
    assert messages(user, system=blocks)[0] == {"role": "system", "content": "You code.\n\nTersely."}
    assert messages(user, system=blocks, known=OURS)[0] == {"role": "system", "content": blocks}
    assert messages(user, {"role": "system", "content": "Now."})[1] == {"role": "system", "content": "Now."}


def test_a_turn_with_thinking_and_parallel_calls() -> None:
    turn = {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "两个文件。", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "b3BhcXVl"},
            {"type": "text", "text": "I read both."},
            {"type": "tool_use", "id": "toolu_1", "name": "read", "input": {"p": "ä.py"}},
            {"type": "tool_use", "id": "toolu_2", "name": "read", "input": {}},
        ],
    }
    (message,) = messages(turn)
    arguments = [call["function"].pop("arguments") for call in message["tool_calls"]]
    assert [json.loads(text) for text in arguments] == [{"p": "ä.py"}, {}]
    assert message == {
        "role": "assistant",
        "content": "I read both.",
        "reasoning_content": "两个文件。",
        "tool_calls": [
            {"id": "toolu_1", "type": "function", "function": {"name": "read"}},
            {"id": "toolu_2", "type": "function", "function": {"name": "read"}},
        ],
    }
    assert messages(turn, known=OURS)[0]["thinking_blocks"] == turn["content"][:2]


def test_results_come_before_words_and_their_pictures_after_them() -> None:
    content = [
        {"type": "tool_result", "tool_use_id": "t1", "content": "12 lines", "cache_control": CACHE},
        {
            "type": "tool_result",
            "tool_use_id": "t2",
            "content": [
                {"type": "text", "text": "A shot"},
                {"type": "image", "source": PNG},
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "notes"}},
            ],
        },
        {"type": "tool_result", "tool_use_id": "t3", "content": [{"type": "image", "source": PNG}]},
        {"type": "tool_result", "tool_use_id": "t4", "content": "no such file", "is_error": True},
        {"type": "tool_result", "tool_use_id": "t5"},
        {"type": "text", "text": "Go on."},
    ]
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO"}}
    said = messages({"role": "user", "content": content})
    assert said == [
        {"role": "tool", "tool_call_id": "t1", "content": "12 lines"},
        {"role": "tool", "tool_call_id": "t2", "content": "A shot\n\nnotes"},
        {"role": "tool", "tool_call_id": "t3", "content": "The result follows as a picture."},
        {"role": "tool", "tool_call_id": "t4", "content": "Error: no such file"},
        {"role": "tool", "tool_call_id": "t5", "content": ""},
        {"role": "user", "content": [picture, picture, {"type": "text", "text": "Go on."}]},
    ]
    ours = messages({"role": "user", "content": content}, known=OURS)
    assert ours[3] == {"role": "tool", "tool_call_id": "t4", "content": "no such file", "is_error": True}


def test_pictures_and_documents() -> None:
    content = [
        {"type": "text", "text": "Look"},
        {"type": "image", "source": {"type": "url", "url": "https://pictures.example/a.png"}, "cache_control": CACHE},
        {"type": "document", "title": "a.pdf", "source": {**PNG, "media_type": "application/pdf"}},
    ]
    (message,) = messages({"role": "user", "content": content}, known=OURS)
    assert message["content"] == [
        {"type": "text", "text": "Look"},
        {
            "type": "image_url",
            "image_url": {"url": "https://pictures.example/a.png"},
            "cache_control": CACHE,
        },
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,iVBO"}},
    ]
    assert "cache_control" not in json.dumps(messages({"role": "user", "content": content}))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        (
            {"type": "any", "disable_parallel_tool_use": True},
            {"tool_choice": "required", "parallel_tool_calls": False},
        ),
        ({"type": "tool", "name": "read"}, {"tool_choice": {"type": "function", "function": {"name": "read"}}}),
        (None, {}),
    ],
)
def test_tools_and_choosing_them(choice: Any, expected: Any) -> None:
    request = asked(tools=[{**TOOL, "cache_control": CACHE}], tool_choice=choice)
    function = {"name": "read", "description": "Read a file", "parameters": TOOL["input_schema"]}
    assert request["tools"] == [{"type": "function", "function": function}]
    assert {name: request[name] for name in ("tool_choice", "parallel_tool_calls") if name in request} == expected
    assert asked(OURS, tools=[{**TOOL, "cache_control": CACHE}])["tools"][0]["cache_control"] == CACHE


def test_limits_stops_and_sampling() -> None:
    fields: dict[str, Any] = {
        "temperature": 0.5, "top_p": 0.9, "top_k": 40, "stop_sequences": ["X"], "metadata": {"user_id": "u"},
        "stream": True, "service_tier": "auto", "context_management": {"edits": []},
    }  # fmt: skip
    request = asked(**fields)
    del request["messages"]
    assert request == {
        "model": "gpt-x", "max_tokens": 100, "temperature": 0.5, "top_p": 0.9, "stop": ["X"], "user": "u",
        "stream": True, "stream_options": {"include_usage": True},
    }  # fmt: skip
    newer = asked(Vocabulary(max_completion_tokens=True))
    assert (newer["max_completion_tokens"], "max_tokens" in newer) == (100, False)


@pytest.mark.parametrize(
    ("fields", "effort"),
    [
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "low"),
        ({"thinking": {"type": "enabled", "budget_tokens": 10000}}, "medium"),
        ({"thinking": {"type": "enabled", "budget_tokens": 31999}}, "high"),
        ({"thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}}, "xhigh"),
        ({"thinking": {"type": "adaptive"}}, None),
        ({"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}}, None),
        ({}, None),
    ],
)
def test_thinking_becomes_an_effort(fields: dict[str, Any], effort: str | None) -> None:
    assert asked(**fields).get("reasoning_effort") == effort
    assert "reasoning_effort" not in asked(Vocabulary(reasoning_effort=False), **fields)


def test_a_schema_for_the_answer() -> None:
    schema = {"type": "object", "additionalProperties": False}
    request = asked(output_config={"format": {"type": "json_schema", "schema": schema}})
    assert request["response_format"]["json_schema"] == {"name": "answer", "schema": schema, "strict": True}


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type", "unsupported_parameter"),
        ({"tools": [{"input_schema": {}}]}, "tools[0].name", "invalid_field"),
        ({"mcp_servers": [{}]}, "mcp_servers", "unsupported_parameter"),
        ({"max_tokens": None}, "max_tokens", "invalid_field"),
        ({"system": 7}, "system", "invalid_field"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result", "content": []}]}]},
         "messages[0].content[0].type", "unsupported_parameter"),
        ({"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file", "file_id": "f"}}]}]},
         "messages[0].content[0].source", "unsupported_parameter"),
        ({"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [5]}]}]},
         "messages[0].content[0].content[0]", "invalid_field"),
        ({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]},
         "messages[0].content[0].tool_use_id", "invalid_field"),
        ({"messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "t"}]}]},
         "messages[0].content[0]", "invalid_field"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_field"),
        ({"tools": [TOOL], "tool_choice": {"type": "tool"}}, "tool_choice.name", "invalid_field"),
    ],
)  # fmt: skip
def test_the_error_names_the_field(fields: dict[str, Any], param: str, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        asked(**fields)
    assert (refused.value.details, refused.value.code) == ({"param": param}, code)
