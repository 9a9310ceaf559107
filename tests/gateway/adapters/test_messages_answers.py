"""Callers of Anthropic's Messages API on providers of chat completions: whole answers, streams and errors."""

import json
from typing import Any

import pytest

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.messages_on_chat import MessagesOnChat
from tests.gateway.adapters.streams import DONE, carried, told, unnamed
from tests.gateway.adapters.test_messages_requests import messages

USAGE = {
    "prompt_tokens": 240, "completion_tokens": 50, "total_tokens": 290,
    "prompt_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 30},
    "completion_tokens_details": {"reasoning_tokens": 20},
}  # fmt: skip
COUNTED = {
    "input_tokens": 10, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30, "output_tokens": 50,
    "output_tokens_details": {"thinking_tokens": 20},
}  # fmt: skip


def call(call_id: str | None, arguments: str | None, **fields: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "read", "arguments": arguments}, **fields}


def answered(finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-x", "choices": [choice], "usage": USAGE}
    answer: dict[str, Any] = json.loads(MessagesOnChat().answer(json.dumps(body).encode()))
    return answer


def test_an_answer() -> None:
    answer = answered(content="你好 😀")
    assert answer.pop("id").startswith("msg_")
    assert answer == {
        "type": "message", "role": "assistant", "model": "gpt-x", "content": [{"type": "text", "text": "你好 😀"}],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": COUNTED,
    }  # fmt: skip


def test_an_answer_with_thinking_and_parallel_calls() -> None:
    calls = [call("call_1", '{"p": "ä.py"}'), call(None, "")]
    answer = answered("stop", content="Reading.", reasoning_content="Hm.", tool_calls=calls)
    assert answer["content"][3].pop("id").startswith("call_")
    assert answer["content"] == [
        {"type": "thinking", "thinking": "Hm.", "signature": ""},
        {"type": "text", "text": "Reading."},
        {"type": "tool_use", "id": "call_1", "name": "read", "input": {"p": "ä.py"}},
        {"type": "tool_use", "name": "read", "input": {}},
    ]
    assert answer["stop_reason"] == "tool_use"


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("length", "max_tokens"), ("content_filter", "refusal"), ("function_call", "tool_use"), (None, "end_turn")],
)
def test_why_an_answer_ends(finish: str | None, reason: str) -> None:
    assert answered(finish, content="Hm")["stop_reason"] == reason


def test_a_call_that_was_cut_short_has_no_input() -> None:
    answer = answered("length", tool_calls=[call("c", '{"p": "ä')])
    assert (answer["stop_reason"], answer["content"][0]["input"]) == ("max_tokens", {})
    with pytest.raises(UpstreamFailure):
        answered("tool_calls", tool_calls=[call("c", '{"p": "ä')])


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"choices":[]}', b'{"choices":[{"message":"Hi"}]}', b'"\xff"'])
def test_an_answer_that_is_none(body: bytes) -> None:
    with pytest.raises(UpstreamFailure) as failed:
        MessagesOnChat().answer(body)
    assert failed.value.reason == "not_json"


def chunk(delta: dict[str, Any], finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": "c", "model": "gpt-x", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **fields}


def grown(index: int, arguments: str, **fields: Any) -> dict[str, Any]:
    return chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments}, **fields}]})


def begun(index: int, call_id: str) -> dict[str, Any]:
    piece = {"index": index, "id": call_id, "type": "function", "function": {"name": "read", "arguments": ""}}
    return chunk({"content": None, "tool_calls": [piece]})


LAST = {"id": "c", "model": "gpt-x", "choices": [], "usage": USAGE}
SAID = [
    chunk({"role": "assistant", "content": ""}), chunk({"reasoning_content": "Hm, "}), chunk({"reasoning": "文件."}),
    chunk({"content": "Rea"}), chunk({"content": "ding. 😀"}),
    begun(0, "call_1"), grown(0, '{"p": '), grown(0, '"ä"}'), begun(1, "call_2"), grown(1, '{"p": "b"}'),
]  # fmt: skip
CLOSED = [chunk({}, "tool_calls"), LAST]


def streamed(*bodies: dict[str, Any]) -> list[dict[str, Any]]:
    return told(carried(MessagesOnChat().stream(), [*unnamed(*bodies), DONE]))


def rebuilt(events: list[dict[str, Any]]) -> dict[str, Any]:
    """The message as a client puts it together; a block ends before the next begins."""
    start, *rest, stop, end = events
    assert (start["type"], stop["type"], end) == ("message_start", "message_delta", {"type": "message_stop"})
    message: dict[str, Any] = start["message"]
    for event in rest:
        if event["type"] == "content_block_start":
            assert event["index"] == len(message["content"])
            message["content"].append(event["content_block"] | {"open": ""})
            continue
        block = message["content"][-1]
        assert event["index"] == len(message["content"]) - 1
        if event["type"] == "content_block_stop":
            text = block.pop("open")
            if block["type"] == "tool_use":
                block["input"] = json.loads(text or "{}")
            continue
        delta = event["delta"]
        name = {"input_json_delta": "open", "text_delta": "text", "thinking_delta": "thinking"}.get(delta["type"])
        if name is None:
            block["signature"] = delta["signature"]
        else:
            block[name] += delta["partial_json" if name == "open" else name]
    assert not any("open" in block for block in message["content"])
    return {**message, **stop["delta"], "usage": stop["usage"]}


def test_a_stream_with_thinking_text_and_parallel_calls() -> None:
    events = streamed(*SAID, *CLOSED)
    assert [event["type"] for event in events[:3]] == ["message_start", "content_block_start", "content_block_delta"]
    assert events[1]["content_block"] == {"type": "thinking", "thinking": "", "signature": ""}
    message = rebuilt(events)
    assert message.pop("id").startswith("msg_")
    assert message == {
        "type": "message", "role": "assistant", "model": "gpt-x", "stop_reason": "tool_use", "stop_sequence": None,
        "usage": COUNTED,
        "content": [
            {"type": "thinking", "thinking": "Hm, 文件.", "signature": ""},
            {"type": "text", "text": "Reading. 😀"},
            {"type": "tool_use", "id": "call_1", "name": "read", "input": {"p": "ä"}},
            {"type": "tool_use", "id": "call_2", "name": "read", "input": {"p": "b"}},
        ],
    }  # fmt: skip


def test_words_are_told_as_they_come() -> None:
    stream = MessagesOnChat().stream()
    said = [told(stream.feed(event))[-1] for event in unnamed(*SAID[3:8])]
    assert [event["delta"] for event in said if event["type"] == "content_block_delta"] == [
        {"type": "text_delta", "text": "Rea"}, {"type": "text_delta", "text": "ding. 😀"},
        {"type": "input_json_delta", "partial_json": '{"p": '}, {"type": "input_json_delta", "partial_json": '"ä"}'},
    ]  # fmt: skip


def test_calls_that_grow_in_turn_are_told_one_after_the_other() -> None:
    turns = [begun(0, "a"), begun(1, "b"), grown(0, '{"p"'), grown(1, '{"p":'), grown(0, ": 1}"), grown(1, " 2}")]
    content = rebuilt(streamed(*turns, *CLOSED))["content"]
    assert [(block["id"], block["input"]) for block in content] == [("a", {"p": 1}), ("b", {"p": 2})]


def test_calls_that_all_have_the_number_0_or_none_are_told_apart_by_their_ids() -> None:
    for number in (0, None):
        pieces = [chunk({"tool_calls": [call(name, '{"p": 1}', index=number)]}) for name in ("a", "b")]
        content = rebuilt(streamed(*pieces, *CLOSED))["content"]
        assert [(block["id"], block["input"]) for block in content] == [("a", {"p": 1}), ("b", {"p": 1})]


def test_a_call_that_is_complete_takes_nothing_more() -> None:
    stream = MessagesOnChat().stream()
    stream.feed(b"".join(unnamed(begun(0, "a"), grown(0, '{"p": 1}'), chunk({"content": "Hm"}), grown(0, " \n"))))
    with pytest.raises(UpstreamFailure) as failed:
        stream.feed(unnamed(grown(0, "}"))[0])
    assert failed.value.reason == "not_json"


def test_calls_without_number_and_id_are_told_apart_by_their_names() -> None:
    pieces = [chunk({"tool_calls": [{"function": {"name": "read", "arguments": a}}]}) for a in ("{}", '{"p": 1}')]
    assert [block["input"] for block in rebuilt(streamed(*pieces, *CLOSED))["content"]] == [{}, {"p": 1}]


def test_words_in_the_middle_of_a_call_follow_it() -> None:
    content = rebuilt(streamed(begun(0, "a"), chunk({"content": "…"}), grown(0, '{"p": 1}'), *CLOSED))["content"]
    assert [block["type"] for block in content] == ["tool_use", "text"]
    assert content[0]["input"] == {"p": 1}


def test_an_answer_cut_by_length_ends_in_the_middle_of_a_call() -> None:
    events = streamed(begun(0, "a"), grown(0, '{"p": "'), chunk({}, "length"), LAST)
    assert events[-2]["delta"]["stop_reason"] == "max_tokens"
    assert [event["type"] for event in events[-3:]] == ["content_block_stop", "message_delta", "message_stop"]


def test_a_stream_without_its_last_mark_is_complete_when_its_reason_was_given() -> None:
    events = told(carried(MessagesOnChat().stream(), unnamed(*SAID, *CLOSED)))
    assert rebuilt(events)["usage"] == COUNTED


def test_usage_may_come_with_every_chunk() -> None:
    events = streamed(*({**body, "usage": USAGE} for body in SAID), chunk({}, "stop", usage=USAGE))
    assert rebuilt(events)["usage"] == COUNTED


def test_a_stream_that_says_nothing_is_still_a_message() -> None:
    assert rebuilt(streamed(chunk({}, "stop")))["content"] == []


def test_an_error_on_the_way_is_the_last_event() -> None:
    error = {"error": {"message": "Gone", "type": "server_error", "code": 500}}
    assert streamed(*SAID, error, *CLOSED)[-1] == {"type": "error", "error": {"type": "api_error", "message": "Gone"}}


def test_an_error_before_anything_was_said_fails_the_attempt() -> None:
    with pytest.raises(UpstreamFailure) as failed:
        MessagesOnChat().stream().feed(unnamed({"error": {"message": "Gone"}})[0])
    assert (failed.value.reason, failed.value.said) == ("error_body", "Gone")


def test_a_stream_that_breaks_off() -> None:
    stream = MessagesOnChat().stream()
    stream.feed(b"".join(unnamed(*SAID)))
    with pytest.raises(UpstreamFailure) as failed:
        stream.close()
    assert failed.value.reason == "incomplete"


@pytest.mark.parametrize("odd", [b"data: {\n\n", b"data: 7\n\n", b'data: {"choices": {}}\n\n', b'data: "\xff"\n\n'])
def test_unreadable_events_fail(odd: bytes) -> None:
    with pytest.raises(UpstreamFailure) as failed:
        MessagesOnChat().stream().feed(odd)
    assert failed.value.reason == "not_json"


def test_what_a_provider_wants_back_with_a_call_comes_back_with_it() -> None:
    extra = {"google": {"thought_signature": "c2ln"}}
    whole = answered("tool_calls", tool_calls=[call("a", "{}", extra_content=extra), call("b", "{}")])
    content = rebuilt(streamed(chunk({"tool_calls": [call("a", "{}", extra_content=extra)]}), *CLOSED))["content"]
    for kept in (whole["content"][:2], content):
        assert [block["type"] for block in kept] == ["redacted_thinking", "tool_use"]
        (message,) = messages({"role": "assistant", "content": kept})
        assert message["tool_calls"][0]["extra_content"] == extra
    (message,) = messages({"role": "assistant", "content": answered(content="Hi", extra_content=extra)["content"]})
    assert (message["content"], message["extra_content"]) == ("Hi", extra)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({"message": "Bad", "type": "invalid_request_error", "code": None}, "invalid_request_error", "Bad"),
        ({"message": "Slow down", "type": "requests", "code": "rate_limit_exceeded"}, "rate_limit_error", "Slow down"),
        ({"message": "1 + 2 > 2", "code": "context_length_exceeded"}, "invalid_request_error",
         "prompt is too long: 1 + 2 > 2"),
        ("Nope", "invalid_request_error", "Nope"),
    ],
)  # fmt: skip
def test_a_refusal_comes_in_the_callers_shape(body: Any, kind: str, message: str) -> None:
    refused = json.loads(MessagesOnChat().refusal(json.dumps({"error": body}).encode()))
    assert refused == {"type": "error", "error": {"type": kind, "message": message}}
