"""Chat callers on Anthropic's Messages API: what the provider is asked."""

import json
from typing import Any

import pytest

from guildhall.core.errors import BadRequestError
from guildhall.gateway.adapters.chat_on_anthropic import ChatOnAnthropic

OLDER, NEWER = "claude-opus-4-20250514", "claude-opus-4-8"
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "北京"}'}}


def asked(model: str = OLDER, **fields: Any) -> dict[str, Any]:
    """What Anthropic gets."""
    body = {"model": "any", "messages": [{"role": "user", "content": "Hi"}], **fields}
    request: dict[str, Any] = json.loads(ChatOnAnthropic().request(json.dumps(body).encode(), model))
    return request


def turns(*messages: dict[str, Any]) -> Any:
    return asked(messages=list(messages))["messages"]


def test_the_smallest_request() -> None:
    assert asked() == {
        "model": OLDER,
        "max_tokens": 16000,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
    }


def test_instructions_become_the_system_prompt_and_keep_their_cache_marks() -> None:
    marked = {"type": "text", "text": "Long", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    messages = [{"role": "system", "content": "Be brief."}, {"role": "developer", "content": [marked]}]
    request = asked(messages=[*messages, {"role": "user", "content": "Hi"}])
    assert request["system"] == [{"type": "text", "text": "Be brief."}, marked]


def test_pictures_and_documents() -> None:
    parts = [
        {"type": "text", "text": "Look: 🖼"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO", "detail": "high"}},
        {"type": "image_url", "image_url": {"url": "https://pictures.example/a.jpg"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
    ]
    assert turns({"role": "user", "content": parts})[0]["content"] == [
        {"type": "text", "text": "Look: 🖼"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}},
        {"type": "image", "source": {"type": "url", "url": "https://pictures.example/a.jpg"}},
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
            "title": "a.pdf",
        },
    ]


def test_results_of_parallel_calls_stand_in_one_turn_with_what_the_user_says_next() -> None:
    calls = [CALL, {**CALL, "id": "functions.weather:1", "function": {"name": "weather", "arguments": ""}}]
    said = turns(
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": "Looking.", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_1", "content": "12 °C"},
        {"role": "tool", "tool_call_id": "functions.weather:1", "content": [{"type": "text", "text": "9"}]},
        {"role": "user", "content": "Well?"},
    )
    assert said[1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Looking."},
                {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "北京"}},
                {"type": "tool_use", "id": "functions_weather_1", "name": "weather", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "12 °C"},
                {
                    "type": "tool_result",
                    "tool_use_id": "functions_weather_1",
                    "content": [{"type": "text", "text": "9"}],
                },
                {"type": "text", "text": "Well?"},
            ],
        },
    ]


def test_messages_of_one_role_become_one_turn_and_empty_ones_none() -> None:
    said = turns(
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": ""},
        {"role": "user", "content": [{"type": "text", "text": "Two"}]},
    )
    assert [len(turn["content"]) for turn in said] == [2]


@pytest.mark.parametrize(
    ("choice", "parallel", "expected"),
    [
        ("auto", None, {"type": "auto"}),
        ("required", False, {"type": "any", "disable_parallel_tool_use": True}),
        ("none", False, {"type": "none"}),
        (None, False, {"type": "auto", "disable_parallel_tool_use": True}),
        ({"type": "function", "function": {"name": "weather"}}, True, {"type": "tool", "name": "weather"}),
    ],
)
def test_choosing_tools(choice: Any, parallel: bool | None, expected: Any) -> None:
    request = asked(tools=[TOOL], tool_choice=choice, parallel_tool_calls=parallel)
    assert request["tools"] == [{"name": "weather", "input_schema": {"type": "object", "properties": {}}}]
    assert request["tool_choice"] == expected


def test_limits_stops_and_sampling() -> None:
    request = asked(max_tokens=9, max_completion_tokens=7, stop="X", temperature=1.5, top_p=0.5, user="u", stream=True)
    del request["messages"]
    assert request == {
        "model": OLDER, "max_tokens": 7, "stop_sequences": ["X"], "temperature": 1.0, "top_p": 0.5,
        "metadata": {"user_id": "u"}, "stream": True,
    }  # fmt: skip


def test_newer_models_are_not_told_what_they_refuse() -> None:
    assert not {"temperature", "top_p"} & asked(NEWER, temperature=0.5, top_p=0.5).keys()
    assert "top_p" not in asked("claude-sonnet-4-5-20250929", temperature=0.5, top_p=0.5)


def test_effort_becomes_a_budget_or_an_effort() -> None:
    older = asked(reasoning_effort="high", temperature=0.2)
    assert older["thinking"] == {"type": "enabled", "budget_tokens": 24576}
    assert older["max_tokens"] == 16000 + 24576
    assert "temperature" not in older
    assert asked(reasoning_effort="high", max_tokens=4000)["thinking"]["budget_tokens"] == 2000
    assert "thinking" not in asked(reasoning_effort="high", max_tokens=1000)
    newer = asked(NEWER, reasoning_effort="xhigh")
    assert newer["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert newer["output_config"] == {"effort": "xhigh"}


def test_thinking_gives_way_to_a_tool_that_must_be_called_and_to_calls_that_lost_theirs() -> None:
    assert "thinking" not in asked(reasoning_effort="low", tools=[TOOL], tool_choice="required")
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "12"},
    ]
    for more in ([], [{"role": "user", "content": "Well?"}]):
        assert "thinking" not in asked(messages=[*messages, *more], reasoning_effort="low", tools=[TOOL])
    block = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    messages[1] |= {"reasoning_content": "Hm.", "thinking_blocks": [block]}
    request = asked(messages=messages, reasoning_effort="low", tools=[TOOL])
    assert request["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert request["messages"][1]["content"][0] == block


def test_a_schema_becomes_an_output_format() -> None:
    schema = {"type": "object", "additionalProperties": False}
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    assert asked(response_format=wanted)["output_config"] == {"format": {"type": "json_schema", "schema": schema}}


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("n", 2), ("logprobs", True), ("top_logprobs", 3), ("logit_bias", {"50256": -100}), ("frequency_penalty", 0.1),
        ("presence_penalty", -1), ("modalities", ["text", "audio"]), ("audio", {"voice": "alloy"}),
        ("web_search_options", {}), ("functions", [{"name": "f"}]), ("response_format", {"type": "json_object"}),
    ],
)  # fmt: skip
def test_what_would_change_the_answer_is_refused(param: str, value: Any) -> None:
    with pytest.raises(BadRequestError) as refused:
        asked(**{param: value})
    assert (refused.value.code, refused.value.details) == ("unsupported_parameter", {"param": param})


def test_hints_and_defaults_are_dropped() -> None:
    hints: dict[str, Any] = {
        "n": 1, "logprobs": False, "logit_bias": {}, "frequency_penalty": 0, "modalities": ["text"], "seed": 7,
        "store": True, "metadata": {"a": "b"}, "service_tier": "auto", "verbosity": "low", "prompt_cache_key": "k",
        "safety_identifier": "s", "prediction": {"type": "content", "content": "x"}, "audio": None,
        "parallel_tool_calls": True, "response_format": {"type": "text"}, "stream_options": {"include_usage": True},
    }  # fmt: skip
    assert asked(**hints) == asked()


@pytest.mark.parametrize(
    ("messages", "param", "code"),
    [
        ([{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "A", "format": "wav"}}]}],
         "messages[0].content[0]", "unsupported_parameter"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "ftp://a"}}]}],
         "messages[0].content[0].image_url.url", "invalid_field"),
        ([{"role": "user", "content": [{"type": "text", "text": 7}]}], "messages[0].content[0].text", "invalid_field"),
        ([{"role": "user", "content": [{"type": "text"}]}], "messages[0].content[0].text", "invalid_field"),
        ([{"role": "tool", "content": "12"}], "messages[0].tool_call_id", "invalid_field"),
        ([{"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{"}}]}],
         "messages[0].tool_calls[0].function.arguments", "invalid_field"),
        ([{"role": "assistant", "tool_calls": [{"id": "a", "type": "custom", "custom": {}}]}],
         "messages[0].tool_calls[0]", "unsupported_parameter"),
        ([{"role": "function", "name": "f", "content": "12"}], "messages[0].role", "unsupported_parameter"),
        ([{"role": "wizard"}], "messages[0].role", "invalid_field"),
        ([{"content": "Hi"}], "messages[0].role", "missing_field"),
        (None, "messages", "invalid_field"),
    ],
)  # fmt: skip
def test_the_error_names_the_field(messages: Any, param: str, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        asked(messages=messages)
    assert (refused.value.details, refused.value.code) == ({"param": param}, code)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages":', b'"\xff"', b'{"a":' + b"[" * 5000, b'{"a":"\xff"}'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        ChatOnAnthropic().request(body, OLDER)
