"""Chat callers on Anthropic's Messages API: whole answers, streams and errors."""

import json
from functools import partial
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.chat_on_anthropic import ChatOnAnthropic
from tests.gateway.adapters.streams import carried, named, told, unnamed
from tests.gateway.adapters.test_anthropic_requests import OLDER


def answered(**fields: Any) -> ChatCompletion:
    body = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": OLDER, "stop_reason": "end_turn",
        "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 5},
        "content": [{"type": "text", "text": "Hello"}], **fields,
    }  # fmt: skip
    return ChatCompletion.model_validate_json(ChatOnAnthropic().answer(json.dumps(body).encode()))


def test_an_answer() -> None:
    answer = answered()
    assert (answer.id, answer.model, answer.object) == ("chatcmpl-msg_1", OLDER, "chat.completion")
    assert answer.choices[0].message.content == "Hello"
    assert answer.choices[0].finish_reason == "stop"


def test_an_answer_with_thinking_and_parallel_calls() -> None:
    answer = answered(
        stop_reason="tool_use",
        content=[
            {"type": "thinking", "thinking": "Both cities.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "b3BhcXVl"},
            {"type": "text", "text": "Let me look. 🌦"},
            {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Zürich"}},
            {"type": "tool_use", "id": "toolu_2", "name": "weather", "input": {}},
        ],
    )
    message = answer.choices[0].message.model_dump(exclude_none=True)
    assert answer.choices[0].finish_reason == "tool_calls"
    assert message["content"] == "Let me look. 🌦"
    assert message["reasoning_content"] == "Both cities."
    assert message["thinking_blocks"] == [
        {"type": "thinking", "thinking": "Both cities.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "b3BhcXVl"},
    ]
    assert [(c["id"], json.loads(c["function"]["arguments"])) for c in message["tool_calls"]] == [
        ("toolu_1", {"city": "Zürich"}), ("toolu_2", {})
    ]  # fmt: skip


def test_cached_tokens_count_as_part_of_the_prompt() -> None:
    usage = {
        "input_tokens": 10, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30, "output_tokens": 50,
        "output_tokens_details": {"thinking_tokens": 20},
    }  # fmt: skip
    counted = answered(usage=usage).usage
    assert counted is not None
    assert (counted.prompt_tokens, counted.completion_tokens, counted.total_tokens) == (240, 50, 290)
    assert counted.prompt_tokens_details is not None
    assert (counted.prompt_tokens_details.cached_tokens, counted.prompt_tokens_details.cache_write_tokens) == (200, 30)
    assert counted.completion_tokens_details is not None
    assert counted.completion_tokens_details.reasoning_tokens == 20


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("max_tokens", "length"), ("stop_sequence", "stop"), ("refusal", "content_filter"), ("pause_turn", "stop"),
        ("model_context_window_exceeded", "length"), ("something_new", "stop"),
    ],
)  # fmt: skip
def test_why_an_answer_ends(said: str, reason: str) -> None:
    assert answered(stop_reason=said).choices[0].finish_reason == reason


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"content":{}}', b'{"content":[{"type":5}]}', b'"\xff"']
)
def test_an_answer_that_is_none(body: bytes) -> None:
    with pytest.raises(UpstreamFailure) as failed:
        ChatOnAnthropic().answer(body)
    assert failed.value.reason == "not_json"


USAGE = {"input_tokens": 25, "cache_read_input_tokens": 100, "output_tokens": 1}
START: dict[str, Any] = {
    "type": "message_start",
    "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": OLDER, "content": [], "usage": USAGE},
}
STOP = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 89}}
END = {"type": "message_stop"}


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


THOUGHT = block(
    0, {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "thinking_delta", "thinking": "Hm, "}, {"type": "thinking_delta", "thinking": "天气."},
    {"type": "signature_delta", "signature": "c2ln"},
)  # fmt: skip
TEXT = block(
    1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Let "}, {"type": "text_delta", "text": "me. 😀"}
)
FIRST = block(
    2, {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}},
    {"type": "input_json_delta", "partial_json": ""}, {"type": "input_json_delta", "partial_json": '{"city": "Zü'},
    {"type": "input_json_delta", "partial_json": 'rich"}'},
)  # fmt: skip
SECOND = block(3, {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}})
WHOLE: list[dict[str, Any]] = [START, {"type": "ping"}, *THOUGHT, *TEXT, *FIRST, *SECOND, STOP, END]


def chunks(answer: bytes) -> list[ChatCompletionChunk]:
    *bodies, done = told(answer)
    assert done == {"type": "[DONE]"}
    return [ChatCompletionChunk.model_validate(body) for body in bodies]


def test_a_stream_with_thinking_text_and_parallel_calls() -> None:
    said = chunks(carried(ChatOnAnthropic().stream(), named(*WHOLE)))
    deltas = [chunk.choices[0].delta.model_dump(exclude_none=True) for chunk in said[:-1]]
    assert {chunk.id for chunk in said} == {"chatcmpl-msg_1"}
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Hm, 天气."
    assert [delta["thinking_blocks"] for delta in deltas if "thinking_blocks" in delta] == [
        [{"type": "thinking", "thinking": "Hm, 天气.", "signature": "c2ln"}]
    ]
    assert "".join(delta.get("content", "") for delta in deltas) == "Let me. 😀"
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert [(c["index"], c["id"], c["function"]["name"]) for c in calls if "id" in c] == [
        (0, "toolu_1", "weather"), (1, "toolu_2", "now"),
    ]  # fmt: skip
    assert ["".join(c["function"]["arguments"] for c in calls if c["index"] == i) for i in (0, 1)] == [
        '{"city": "Zürich"}', "{}",
    ]  # fmt: skip
    assert said[-2].choices[0].finish_reason == "tool_calls"
    assert said[-1].choices == []
    assert said[-1].usage is not None
    assert (said[-1].usage.prompt_tokens, said[-1].usage.completion_tokens) == (125, 89)


def test_it_makes_no_difference_how_events_are_fed() -> None:
    events = named(*WHOLE)
    at_once = ChatOnAnthropic().stream()
    network = ChatOnAnthropic().stream()
    expected = [chunk.choices for chunk in chunks(carried(ChatOnAnthropic().stream(), events))]
    assert [chunk.choices for chunk in chunks(at_once.feed(b"".join(events)) + at_once.close())] == expected
    crlf = [event.replace(b"\n", b"\r\n") for event in events]
    assert [chunk.choices for chunk in chunks(carried(network, crlf))] == expected


def test_input_that_comes_with_the_beginning_of_its_block() -> None:
    call = block(0, {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bern"}})
    said = chunks(carried(ChatOnAnthropic().stream(), named(START, *call, STOP, END)))
    arguments = [
        call.function.arguments
        for chunk in said[:-1]
        for call in chunk.choices[0].delta.tool_calls or []
        if call.function and call.function.arguments
    ]
    assert [json.loads(text) for text in arguments] == [{"city": "Bern"}]


def test_an_error_on_the_way_is_the_last_event() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    *_, last = told(carried(ChatOnAnthropic().stream(), named(START, *TEXT, error, *SECOND, STOP, END)))
    assert last == {"error": {"message": "Overloaded", "type": "overloaded_error", "param": None, "code": None}}


def test_an_error_before_anything_was_said_fails_the_attempt() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(UpstreamFailure) as failed:
        ChatOnAnthropic().stream().feed(named(error)[0])
    assert (failed.value.reason, failed.value.said) == ("error_body", "Overloaded")


def test_a_stream_that_breaks_off() -> None:
    stream = ChatOnAnthropic().stream()
    stream.feed(b"".join(named(START, *TEXT)))
    with pytest.raises(UpstreamFailure) as failed:
        stream.close()
    assert failed.value.reason == "incomplete"


def test_a_stream_without_its_last_event_is_complete_when_its_reason_was_given() -> None:
    said = chunks(carried(ChatOnAnthropic().stream(), named(START, *TEXT, STOP)))
    assert said[-1].usage is not None


def test_unknown_events_and_empty_ones_are_passed_over() -> None:
    odd = [
        b": keep-alive\n\n", b"data:\n\n", b"event: ping\ndata: {}\n\n", *unnamed({"type": "news"}),
        *named({"type": "content_block_delta", "index": 1, "delta": {"type": "citations_delta", "citation": {}}}),
    ]  # fmt: skip
    plain = chunks(carried(ChatOnAnthropic().stream(), named(START, *TEXT, STOP, END)))
    events = named(START, *TEXT[:1]) + odd + named(*TEXT[1:], STOP, END)
    assert [chunk.choices for chunk in chunks(carried(ChatOnAnthropic().stream(), events))] == [
        chunk.choices for chunk in plain
    ]


def test_what_came_before_an_unreadable_event_is_passed_on_first() -> None:
    stream = ChatOnAnthropic().stream()
    passed = stream.feed(b"".join(named(START, *TEXT)) + b'data: {"type":\n\n')
    assert "me. 😀" in passed.decode()
    for again in (partial(stream.feed, b""), stream.close):
        with pytest.raises(UpstreamFailure) as failed:
            again()
        assert failed.value.reason == "not_json"


def test_words_that_come_with_the_beginning_of_their_block() -> None:
    blocks = [*block(0, {"type": "thinking", "thinking": "Hm."}), *block(1, {"type": "text", "text": "Hi."})]
    said = chunks(carried(ChatOnAnthropic().stream(), named(START, *blocks, STOP, END)))
    deltas = [chunk.choices[0].delta.model_dump(exclude_none=True) for chunk in said[1:-2]]
    assert deltas == [{"reasoning_content": "Hm."}, {"content": "Hi."}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too big"}}',
         ("max_tokens: too big", "invalid_request_error", None)),
        (b'{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens"}}',
         ("prompt is too long: 9 tokens", "invalid_request_error", "context_length_exceeded")),
        (b"<html>", ("The provider refused the request.", "invalid_request_error", None)),
        (b'{"error":7}', ("The provider refused the request.", "invalid_request_error", None)),
        (b'{"detail":"No."}', ("No.", "invalid_request_error", None)),
    ],
)  # fmt: skip
def test_a_refusal_comes_in_the_callers_shape(body: bytes, expected: tuple[str, str, str | None]) -> None:
    error = json.loads(ChatOnAnthropic().refusal(body))["error"]
    assert (error["message"], error["type"], error["code"]) == expected
    assert error["param"] is None
