"""Two adapters in a row: what a caller says and hears when only chat is common to both ends."""

import itertools
import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from guildhall.edge.adapter import Adapter
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.chain import Chain
from guildhall.gateway.adapters.chat_on_anthropic import ChatOnAnthropic
from guildhall.gateway.adapters.chat_on_gemini import ChatOnGemini
from guildhall.gateway.adapters.messages_on_chat import MessagesOnChat
from guildhall.gateway.adapters.pairs import between
from guildhall.gateway.adapters.responses_on_chat import ResponsesOnChat
from guildhall.gateway.adapters.vocabulary import OURS
from tests.gateway.adapters.streams import carried, named, network, told
from tests.gateway.adapters.test_anthropic_answers import WHOLE
from tests.gateway.adapters.test_gemini_answers import STREAM, said
from tests.gateway.adapters.test_messages_answers import rebuilt

CLAUDE = "claude-opus-4-20250514"
CACHE = {"type": "ephemeral"}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}
TURNS: list[dict[str, Any]] = [
    {"role": "user", "content": [{"type": "text", "text": "Read 文件.", "cache_control": CACHE}, PICTURE]},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Both.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "b3BhcXVl"},
            {"type": "text", "text": "I read both. 😀"},
            {"type": "tool_use", "id": "toolu_1", "name": "read", "input": {"p": "ä", "n": [1, {"x": None}]}},
            {"type": "tool_use", "id": "toolu_2", "name": "read", "input": {}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "12 lines"},
            {"type": "tool_result", "tool_use_id": "toolu_2", "content": "no such file", "is_error": True},
            {"type": "image", "source": {"type": "url", "url": "https://pictures.example/a.png"}},
            {"type": "text", "text": "Go on."},
        ],
    },
]
REQUEST: dict[str, Any] = {
    "model": "any", "max_tokens": 9000, "stream": True, "temperature": 0.5, "stop_sequences": ["X"],
    "system": [{"type": "text", "text": "You code.", "cache_control": CACHE}, {"type": "text", "text": "Tersely."}],
    "messages": TURNS, "metadata": {"user_id": "u"},
    "tools": [{"name": "read", "description": "d", "input_schema": {"type": "object"}, "cache_control": CACHE}],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
}  # fmt: skip


def asked(adapter: Adapter | None, body: dict[str, Any], model: str) -> dict[str, Any]:
    assert adapter is not None
    request: dict[str, Any] = json.loads(adapter.request(json.dumps(body).encode(), model))
    return request


def test_messages_to_chat_and_back_lose_nothing() -> None:
    chain = Chain(MessagesOnChat(OURS), ChatOnAnthropic())
    assert asked(chain, REQUEST, CLAUDE) == {**REQUEST, "model": CLAUDE}


def test_without_our_own_words_only_the_marks_and_the_signatures_are_lost() -> None:
    chain = Chain(MessagesOnChat(), ChatOnAnthropic())
    request = asked(chain, REQUEST, CLAUDE)
    text = json.dumps(request)
    assert "cache_control" not in text
    assert "signature" not in text
    assert [block["type"] for turn in request["messages"] for block in turn["content"]] == [
        "text", "image", "text", "tool_use", "tool_use", "tool_result", "tool_result", "image", "text",
    ]  # fmt: skip


def test_an_answer_of_anthropic_goes_through_chat_unharmed() -> None:
    content = TURNS[1]["content"]
    usage = {
        "input_tokens": 10, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30, "output_tokens": 50,
        "output_tokens_details": {"thinking_tokens": 20},
    }  # fmt: skip
    whole = {"id": "msg_1", "model": CLAUDE, "content": content, "stop_reason": "tool_use", "usage": usage}
    answer = json.loads(Chain(MessagesOnChat(OURS), ChatOnAnthropic()).answer(json.dumps(whole).encode()))
    assert (answer["content"], answer["stop_reason"], answer["usage"]) == (content, "tool_use", usage)


def test_a_stream_of_anthropic_goes_through_chat_unharmed() -> None:
    message = rebuilt(told(carried(Chain(MessagesOnChat(OURS), ChatOnAnthropic()).stream(), named(*WHOLE))))
    assert message["content"] == [
        {"type": "thinking", "thinking": "Hm, 天气.", "signature": "c2ln"},
        {"type": "text", "text": "Let me. 😀"},
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Zürich"}},
        {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}},
    ]
    assert (message["stop_reason"], message["usage"]["input_tokens"]) == ("tool_use", 25)
    assert message["usage"]["cache_read_input_tokens"] == 100


def test_thinking_that_is_not_shown_keeps_its_signature() -> None:
    hidden = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "eA=="}},
        {"type": "content_block_stop", "index": 1},
    ]
    events = named(WHOLE[0], *hidden, *WHOLE[-2:])
    message = rebuilt(told(carried(Chain(MessagesOnChat(OURS), ChatOnAnthropic()).stream(), events)))
    assert message["content"] == [
        {"type": "thinking", "thinking": "", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "eA=="},
    ]


def test_claude_code_on_gemini_keeps_the_signatures_of_its_tool_calls() -> None:
    adapter = between("messages", "gemini")
    assert adapter is not None
    message = rebuilt(told(carried(adapter.stream(), network(*STREAM))))
    assert [block["type"] for block in message["content"]] == [
        "thinking", "text", "redacted_thinking", "tool_use", "tool_use",
    ]  # fmt: skip
    calls = [block["id"] for block in message["content"] if block["type"] == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call_id, "content": "12"} for call_id in calls]
    turns = [{"role": "assistant", "content": message["content"]}, {"role": "user", "content": results}]
    request = asked(adapter, {"max_tokens": 9, "messages": turns}, "gemini-3-pro")
    model, user = request["contents"]
    assert [part.get("thoughtSignature") for part in model["parts"]] == [None, "c2ln", None]
    assert [part["functionResponse"]["name"] for part in user["parts"]] == ["weather", "weather"]


def test_a_responses_caller_on_gemini_keeps_them_too() -> None:
    adapter = between("responses", "gemini")
    assert adapter is not None
    events = told(carried(adapter.stream(), network(*STREAM)))
    for event in events:
        TypeAdapter[Any](ResponseStreamEvent).validate_python(event)
    whole = said(*itertools.chain.from_iterable(c["candidates"][0]["content"]["parts"] for c in STREAM), finish="STOP")
    answer = adapter.answer(json.dumps(whole).encode())
    Response.model_validate_json(answer)
    for output in (events[-1]["response"]["output"], json.loads(answer)["output"]):
        calls = [item["call_id"] for item in output if item["type"] == "function_call"]
        results = [{"type": "function_call_output", "call_id": call_id, "output": "12"} for call_id in calls]
        request = asked(adapter, {"input": [*output, *results]}, "gemini-3-pro")
        signatures = [part.get("thoughtSignature") for part in request["contents"][0]["parts"]]
        assert signatures == [None, "c2ln", None]


def test_a_responses_caller_on_anthropic_keeps_the_thinking() -> None:
    adapter = between("responses", "messages")
    assert adapter is not None
    output = told(carried(adapter.stream(), named(*WHOLE)))[-1]["response"]["output"]
    request = asked(adapter, {"input": output}, CLAUDE)
    assert request["messages"][0]["content"][0] == {"type": "thinking", "thinking": "Hm, 天气.", "signature": "c2ln"}


def test_errors_go_all_the_way() -> None:
    chain = Chain(MessagesOnChat(OURS), ChatOnGemini())
    refused = json.loads(chain.refusal(b'{"error":{"code":404,"message":"No such model","status":"NOT_FOUND"}}'))
    assert refused == {"type": "error", "error": {"type": "not_found_error", "message": "No such model"}}
    overloaded = {"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}
    events = told(carried(chain.stream(), network(*STREAM[:2], overloaded)))
    assert events[-1] == {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    stream = chain.stream()
    stream.feed(network(STREAM[0])[0])
    with pytest.raises(UpstreamFailure):
        stream.close()


def test_pairs() -> None:
    assert between("chat", "chat") is None
    assert between("messages", "messages") is None
    assert isinstance(between("chat", "messages"), ChatOnAnthropic)
    assert isinstance(between("chat", "gemini"), ChatOnGemini)
    assert isinstance(between("messages", "chat"), MessagesOnChat)
    assert isinstance(between("responses", "chat"), ResponsesOnChat)
    assert isinstance(between("responses", "messages"), Chain)
