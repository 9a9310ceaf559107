"""Callers of OpenAI's Responses API on providers of chat completions: whole answers, streams and errors."""

import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.responses_on_chat import ResponsesOnChat
from guildhall.gateway.adapters.vocabulary import OURS
from tests.gateway.adapters.streams import DONE, carried, told, unnamed
from tests.gateway.adapters.test_responses_requests import messages

EXTRA = {"google": {"thought_signature": "c2ln"}}
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
USAGE = {
    "prompt_tokens": 240, "completion_tokens": 50, "total_tokens": 290,
    "prompt_tokens_details": {"cached_tokens": 200}, "completion_tokens_details": {"reasoning_tokens": 20},
}  # fmt: skip
COUNTED = {
    "input_tokens": 240, "input_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 0},
    "output_tokens": 50, "output_tokens_details": {"reasoning_tokens": 20}, "total_tokens": 290,
}  # fmt: skip


def call(call_id: str, arguments: str, **fields: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "weather", "arguments": arguments}, **fields}


def answered(finish: str = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish}
    body = {"id": "chatcmpl-1", "model": "gpt-x", "choices": [choice], "usage": USAGE}
    answer = ResponsesOnChat().answer(json.dumps(body).encode())
    Response.model_validate_json(answer)
    whole: dict[str, Any] = json.loads(answer)
    return whole


def without_ids(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "id"} for item in items]


OUTPUT = [
    {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Two cities."}],
        "encrypted_content": None,
    },
    {
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "Let me look. 🌦", "annotations": [], "logprobs": []}],
    },
    {
        "type": "function_call",
        "status": "completed",
        "call_id": "a",
        "name": "weather",
        "arguments": '{"city": "Zürich"}',
    },
    {"type": "function_call", "status": "completed", "call_id": "b", "name": "weather", "arguments": "{}"},
]


def test_an_answer_with_reasoning_and_parallel_calls() -> None:
    calls = [call("a", '{"city": "Zürich"}'), call("b", "{}")]
    answer = answered("tool_calls", content="Let me look. 🌦", reasoning="Two cities.", tool_calls=calls)
    assert (answer["status"], answer["incomplete_details"], answer["usage"]) == ("completed", None, COUNTED)
    assert answer["id"].startswith("resp_")
    assert [item["id"].partition("_")[0] for item in answer["output"]] == ["rs", "msg", "fc", "fc"]
    assert without_ids(answer["output"]) == OUTPUT


@pytest.mark.parametrize(("finish", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
def test_an_answer_that_was_cut_is_incomplete(finish: str, reason: str) -> None:
    answer = answered(finish, content="Hm")
    assert (answer["status"], answer["incomplete_details"]) == ("incomplete", {"reason": reason})


def test_a_refusal_of_the_model_is_a_part_of_its_own() -> None:
    assert answered(refusal="No.")["output"][0]["content"] == [{"type": "refusal", "refusal": "No."}]


def test_what_a_provider_wants_back_comes_back() -> None:
    block = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    calls = [call("a", "{}", extra_content=EXTRA), call("b", "{}")]
    output = answered("tool_calls", reasoning_content="Hm.", thinking_blocks=[block], tool_calls=calls)["output"]
    assert [item["type"] for item in output] == ["reasoning", "reasoning", "function_call", "function_call"]
    (message,) = messages(*output, known=OURS)
    assert message["thinking_blocks"] == [block]
    assert [call.get("extra_content") for call in message["tool_calls"]] == [EXTRA, None]
    assert "thinking_blocks" not in messages(*output)[0]


@pytest.mark.parametrize("foreign", ["gAAAAAB-of-openai", "guildhall.!!", "guildhall.e30", "guildhall.W10=", ""])
def test_what_others_encrypted_is_left_alone(foreign: str) -> None:
    item = {"type": "reasoning", "summary": [], "encrypted_content": foreign}
    assert messages(item, {"role": "assistant", "content": "Hi"}) == [{"role": "assistant", "content": "Hi"}]


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"id": "c", "model": "gpt-x", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def piece(index: int, arguments: str, **fields: Any) -> dict[str, Any]:
    return chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments, **fields}}]})


def begun(index: int, call_id: str, arguments: str = "") -> dict[str, Any]:
    return chunk({"tool_calls": [call(call_id, arguments, index=index)]})


LAST = {"id": "c", "model": "gpt-x", "choices": [], "usage": USAGE}
SAID = [
    chunk({"role": "assistant", "content": ""}), chunk({"reasoning_content": "Two "}),
    chunk({"reasoning_content": "cities."}), chunk({"content": "Let me "}), chunk({"content": "look. 🌦"}),
    begun(0, "a"), piece(0, '{"city": '), piece(0, '"Zürich"}'), begun(1, "b", "{}"),
]  # fmt: skip


def streamed(*bodies: dict[str, Any]) -> list[dict[str, Any]]:
    events = told(carried(ResponsesOnChat().stream(), [*unnamed(*bodies), DONE]))
    for number, event in enumerate(events):
        assert event["sequence_number"] == number
        EVENT.validate_python(event)
    return events


def test_a_stream_with_reasoning_text_and_parallel_calls() -> None:
    events = streamed(*SAID, chunk({}, "tool_calls"), LAST)
    assert [event["type"].removeprefix("response.") for event in events] == [
        "created", "in_progress",
        "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.delta", "reasoning_summary_text.done", "reasoning_summary_part.done",
        "output_item.done",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.done",
        "content_part.done", "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta",
        "function_call_arguments.done", "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "completed",
    ]  # fmt: skip
    response = events[-1]["response"]
    assert without_ids(response["output"]) == OUTPUT
    assert (response["status"], response["usage"]) == ("completed", COUNTED)
    assert {event["response"]["id"] for event in events if "response" in event} == {response["id"]}
    for event in events[2:-1]:
        item = response["output"][event["output_index"]]
        assert event.get("item_id", event.get("item", {}).get("id")) == item["id"]


def test_calls_that_grow_in_turn_and_their_provider_wants_something_back() -> None:
    signed = chunk({"tool_calls": [{**call("a", '{"city"', index=0), "extra_content": EXTRA}]})
    events = streamed(signed, begun(1, "b"), piece(0, ': "A"}'), piece(1, "{}"), chunk({}, "tool_calls"), LAST)
    output = events[-1]["response"]["output"]
    assert [item.get("arguments") for item in output] == [None, '{"city": "A"}', "{}"]
    (message,) = messages(*output)
    assert message["tool_calls"][0]["extra_content"] == EXTRA


def test_a_refusal_of_the_model_is_streamed() -> None:
    events = streamed(chunk({"refusal": "No"}), chunk({"refusal": "."}), chunk({}, "stop"))
    assert [event["type"] for event in events if "refusal" in event["type"]] == [
        "response.refusal.delta", "response.refusal.delta", "response.refusal.done",
    ]  # fmt: skip


def test_an_answer_cut_by_length_is_incomplete() -> None:
    last = streamed(chunk({"content": "Hm"}), chunk({}, "length"), LAST)[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_an_error_on_the_way_is_the_last_event() -> None:
    last = streamed(*SAID[:5], {"error": {"message": "Gone", "type": "server_error"}}, *SAID[5:])[-1]
    assert last["type"] == "response.failed"
    assert without_ids(last["response"]["output"]) == OUTPUT[:1]
    assert (last["response"]["status"], last["response"]["error"]) == (
        "failed", {"code": "server_error", "message": "Gone"},
    )  # fmt: skip


def test_streams_that_fail() -> None:
    with pytest.raises(UpstreamFailure) as early:
        ResponsesOnChat().stream().feed(unnamed({"error": "Gone"})[0])
    assert (early.value.reason, early.value.said) == ("error_body", "Gone")
    stream = ResponsesOnChat().stream()
    stream.feed(b"".join(unnamed(*SAID)))
    with pytest.raises(UpstreamFailure) as late:
        stream.close()
    assert late.value.reason == "incomplete"


def test_a_refusal_comes_in_the_callers_shape() -> None:
    body = b'{"error":{"message":"Bad","type":"invalid_request_error","param":"messages","code":"bad"}}'
    assert json.loads(ResponsesOnChat().refusal(body)) == json.loads(body)
