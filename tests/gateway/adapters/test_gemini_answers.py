"""Chat callers on Google's Gemini API: whole answers, streams and errors."""

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.chat_on_gemini import ChatOnGemini
from tests.gateway.adapters.streams import carried, network, told
from tests.gateway.adapters.test_gemini_requests import OLDER, SIGNED

USAGE = {
    "promptTokenCount": 20, "candidatesTokenCount": 5, "thoughtsTokenCount": 7, "cachedContentTokenCount": 8,
    "totalTokenCount": 32,
}  # fmt: skip


def said(*parts: dict[str, Any], finish: str | None = None, **fields: Any) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": OLDER, "responseId": "r1", **fields}


def answered(body: dict[str, Any]) -> ChatCompletion:
    return ChatCompletion.model_validate_json(ChatOnGemini().answer(json.dumps(body).encode()))


def test_an_answer_with_thoughts_and_parallel_calls() -> None:
    answer = answered(
        said(
            {"text": "Two cities.", "thought": True},
            {"text": "Let me look. 🌦"},
            {"functionCall": {"name": "weather", "args": {"city": "Zürich"}}, "thoughtSignature": "c2ln"},
            {"functionCall": {"id": "own", "name": "weather"}},
            finish="STOP",
        )
    )
    message = answer.choices[0].message.model_dump(exclude_none=True)
    assert (answer.id, answer.model, answer.choices[0].finish_reason) == ("chatcmpl-r1", OLDER, "tool_calls")
    assert (message["content"], message["reasoning_content"]) == ("Let me look. 🌦", "Two cities.")
    first, second = message["tool_calls"]
    assert first["id"].startswith("call_")
    assert (json.loads(first["function"]["arguments"]), first["extra_content"]) == ({"city": "Zürich"}, SIGNED)
    assert (second["id"], second["function"]["arguments"], "extra_content" in second) == ("own", "{}", False)
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (20, 12, 32)
    details = answer.usage.model_dump()
    assert details["completion_tokens_details"]["reasoning_tokens"] == 7
    assert details["prompt_tokens_details"]["cached_tokens"] == 8


def test_the_signature_of_a_text_stands_beside_it() -> None:
    message = answered(said({"text": "Hi", "thoughtSignature": "c2ln"}, finish="STOP")).choices[0].message
    assert message.model_dump()["extra_content"] == SIGNED


def test_several_candidates_are_several_choices() -> None:
    body = said({"text": "One"}, finish="STOP")
    body["candidates"].append({"content": {"parts": [{"text": "Two"}]}, "finishReason": "MAX_TOKENS"})
    choices = answered(body).choices
    assert [(c.index, c.message.content, c.finish_reason) for c in choices] == [
        (0, "One", "stop"),
        (1, "Two", "length"),
    ]


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("RECITATION", "content_filter"),
        ("PROHIBITED_CONTENT", "content_filter"), ("OTHER", "stop"), (None, "stop"),
    ],
)  # fmt: skip
def test_why_an_answer_ends(finish: str | None, reason: str) -> None:
    assert answered(said({"text": "Hm"}, finish=finish)).choices[0].finish_reason == reason


def test_a_prompt_that_was_blocked_is_filtered_content() -> None:
    answer = answered({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": USAGE})
    assert (answer.choices[0].finish_reason, answer.choices[0].message.content) == ("content_filter", None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "not_json"), (b"[]", "not_json"), (b"", "not_json"), (b'{"candidates":7}', "not_json"),
        (b'{"error":{"code":500,"message":"Oh"}}', "error_body"),
        (b'{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}', "incomplete"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none(body: bytes, reason: str) -> None:
    with pytest.raises(UpstreamFailure) as failed:
        ChatOnGemini().answer(body)
    assert failed.value.reason == reason


STREAM = [
    said({"text": "Two ", "thought": True}),
    said({"text": "cities.", "thought": True}),
    said({"text": "Let me "}),
    said({"text": "look. 🌦"}),
    said(
        {"functionCall": {"name": "weather", "args": {"city": "Zürich"}}, "thoughtSignature": "c2ln"},
        {"functionCall": {"name": "weather", "args": {}}},
    ),
    said({"text": ""}, finish="STOP"),
]


def chunks(answer: bytes) -> list[ChatCompletionChunk]:
    *bodies, done = told(answer)
    assert done == {"type": "[DONE]"}
    return [ChatCompletionChunk.model_validate(body) for body in bodies]


def test_a_stream_with_thoughts_text_and_parallel_calls() -> None:
    got = chunks(carried(ChatOnGemini().stream(), network(*STREAM)))
    deltas = [chunk.choices[0].delta.model_dump(exclude_none=True) for chunk in got[:-1]]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Two cities."
    assert "".join(delta.get("content", "") for delta in deltas) == "Let me look. 🌦"
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert [(c["index"], json.loads(c["function"]["arguments"])) for c in calls] == [(0, {"city": "Zürich"}), (1, {})]
    assert calls[0]["extra_content"] == SIGNED
    assert calls[0]["id"] != calls[1]["id"]
    assert [chunk.choices[0].finish_reason for chunk in got[:-1]][-1] == "tool_calls"
    assert got[-1].usage is not None
    assert (got[-1].choices, got[-1].usage.completion_tokens) == ([], 12)


def test_a_reason_to_end_with_every_event_counts_once() -> None:
    got = chunks(
        carried(
            ChatOnGemini().stream(), network(said({"text": "A"}, finish="STOP"), said({"text": "B"}, finish="STOP"))
        )
    )
    finishes = [chunk.choices[0].finish_reason for chunk in got[:-1]]
    assert finishes == [None, None, None, "stop"]


def test_a_stream_cut_by_length_and_one_that_was_blocked() -> None:
    cut = chunks(carried(ChatOnGemini().stream(), network(said({"text": "A"}, finish="MAX_TOKENS"))))
    assert cut[-2].choices[0].finish_reason == "length"
    blocked = chunks(carried(ChatOnGemini().stream(), network({"promptFeedback": {"blockReason": "OTHER"}})))
    assert blocked[-2].choices[0].finish_reason == "content_filter"


def test_an_error_on_the_way_is_the_last_event() -> None:
    error = {"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}
    *_, last = told(carried(ChatOnGemini().stream(), network(*STREAM[:3], error, STREAM[4])))
    assert last == {"error": {"message": "Overloaded", "type": "overloaded_error", "param": None, "code": None}}


def test_streams_that_fail() -> None:
    with pytest.raises(UpstreamFailure) as early:
        ChatOnGemini().stream().feed(network({"error": {"message": "Overloaded"}})[0])
    assert early.value.reason == "error_body"
    for events in (STREAM[:3], [*STREAM[:3], said(finish="MALFORMED_FUNCTION_CALL")]):
        with pytest.raises(UpstreamFailure) as late:
            carried(ChatOnGemini().stream(), network(*events))
        assert late.value.reason == "incomplete"


def test_a_refusal_comes_in_the_callers_shape() -> None:
    body = b'[{"error":{"code":400,"message":"Bad tool","status":"INVALID_ARGUMENT"}}]'
    assert json.loads(ChatOnGemini().refusal(body)) == {
        "error": {"message": "Bad tool", "type": "invalid_request_error", "param": None, "code": None}
    }
