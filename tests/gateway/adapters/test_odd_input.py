"""Whatever callers and providers send, an adapter answers with JSON or with the one error that is meant for it."""

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.edge.adapter import Adapter
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters.pairs import Asked, Spoken, between
from guildhall.gateway.adapters.vocabulary import OURS
from tests.gateway.adapters import test_anthropic_answers, test_chain, test_gemini_answers, test_messages_answers
from tests.gateway.adapters.streams import told

pytestmark = pytest.mark.slow  # made-up input, a lot of it

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.sampled_from(["", "text", "function", "tool_use", "thinking", 10**30, -1, 1e300]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["type"]), inner, max_size=3)
    ),
    max_leaves=8,
)
CALL = {
    "id": "c",
    "type": "function",
    "function": {"name": "f", "arguments": '{"a": 1}'},
    "extra_content": {"google": {}},
}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
CHAT = {
    "model": "m", "stream": True, "max_tokens": 10, "max_completion_tokens": 9, "temperature": 0.5, "top_p": 0.5,
    "top_k": 3, "seed": 1, "stop": ["X"], "n": 1, "frequency_penalty": 0, "presence_penalty": 0, "logit_bias": {},
    "logprobs": False, "top_logprobs": 0, "parallel_tool_calls": True, "reasoning_effort": "low", "user": "u",
    "modalities": ["text"], "audio": None, "metadata": {}, "stream_options": {},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}},
    "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA, "strict": True},
               "cache_control": {"type": "ephemeral"}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "messages": [
        {"role": "system", "content": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}]},
        {"role": "user", "name": "n", "content": [
            {"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}},
            {"type": "file", "file": {"filename": "f", "file_data": "data:application/pdf;base64,AA"}},
        ]},
        {"role": "assistant", "content": "a", "refusal": None, "reasoning_content": "r", "tool_calls": [CALL],
         "thinking_blocks": [{"type": "thinking", "thinking": "t", "signature": "s"}],
         "extra_content": {"google": {"thought_signature": "s"}}},
        {"role": "tool", "tool_call_id": "c", "content": "r", "is_error": False},
    ],
}  # fmt: skip
MESSAGES = {
    **test_chain.REQUEST,
    "thinking": {"type": "enabled", "budget_tokens": 2000},
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
    "tool_choice": {"type": "tool", "name": "f"},
}
RESPONSES = {
    "model": "m", "instructions": "i", "stream": True, "max_output_tokens": 9, "temperature": 1, "top_p": 1,
    "user": "u", "top_logprobs": 0, "parallel_tool_calls": True, "store": True, "metadata": {"a": "b"},
    "background": False,
    "previous_response_id": None, "reasoning": {"effort": "low"}, "tool_choice": {"type": "function", "name": "f"},
    "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True}},
    "tools": [{"type": "function", "name": "f", "description": "d", "parameters": SCHEMA, "strict": False}],
    "input": [
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "t"},
            {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "low"},
            {"type": "input_file", "filename": "f", "file_data": "data:application/pdf;base64,AA"},
        ]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "t"}], "encrypted_content": "e"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "r"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "t"}]},
    ],
}  # fmt: skip
REQUESTS = {"chat": CHAT, "messages": MESSAGES, "responses": RESPONSES}
EVENTS: dict[Spoken, list[Any]] = {
    "chat": [
        *test_messages_answers.SAID, *test_messages_answers.CLOSED,
        {"choices": [{"index": 0, "delta": {"refusal": "r", "tool_calls": [{**CALL, "index": 0}], "thinking_blocks": [
            {"type": "thinking", "thinking": "t", "signature": "s"}], "extra_content": {"a": 1}}}]},
    ],
    "messages": test_anthropic_answers.WHOLE,
    "gemini": test_gemini_answers.STREAM,
}  # fmt: skip
ANSWERS: dict[Spoken, Any] = {
    "chat": {
        "id": "i", "model": "m", "usage": test_messages_answers.USAGE, "created": 1,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": "c", "refusal": None, "reasoning_content": "r", "tool_calls": [CALL],
            "thinking_blocks": [{"type": "thinking", "thinking": "t", "signature": "s"}], "extra_content": {"a": 1}}}],
    },
    "messages": {
        "id": "i", "model": "m", "type": "message", "role": "assistant", "stop_reason": "tool_use",
        "content": test_chain.TURNS[1]["content"],
        "usage": {"input_tokens": 1, "output_tokens": 2, "cache_read_input_tokens": 3,
                  "output_tokens_details": {"thinking_tokens": 4}},
    },
    "gemini": test_gemini_answers.said(
        {"text": "t", "thought": True}, {"text": "t"}, {"functionCall": {"id": "i", "name": "f", "args": {"a": 1}}},
        finish="STOP", promptFeedback={"blockReason": None},
    ),
}  # fmt: skip
WAYS: list[tuple[Asked, Spoken]] = [
    ("chat", "messages"), ("chat", "gemini"), ("messages", "chat"), ("responses", "chat"), ("messages", "gemini"),
    ("responses", "messages"),
]  # fmt: skip
ODD: list[Any] = [
    None, True, 7, -1.5, 10**25, "", "\0🙂", [], [None], [[]], {}, {"type": "x"}, [{"type": 7}], [{"type": "text"}],
]  # fmt: skip


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value inside."""
    if above:
        yield above
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*above, key))


def spoilt(whole: Any, place: tuple[Any, ...], odd: Any) -> bytes:
    whole = copy.deepcopy(whole)
    inner = whole
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    return json.dumps(whole).encode()


def adapter_of(way: tuple[Asked, Spoken]) -> Adapter:
    adapter = between(*way, known=OURS)
    assert adapter is not None
    return adapter


def check_request(adapter: Adapter, body: bytes, model: str = "gemini-3-pro") -> None:
    try:
        json.loads(adapter.request(body, model))
    except BadRequestError as error:
        assert error.code in {"invalid_field", "missing_field", "unsupported_parameter", "invalid_json"}  # noqa: PT017
        assert error.code == "invalid_json" or error.details["param"]  # noqa: PT017


def check_answer(adapter: Adapter, body: bytes) -> None:
    try:
        json.loads(adapter.answer(body))
    except UpstreamFailure as failure:
        assert failure.reason in {"not_json", "error_body", "incomplete"}  # noqa: PT017


def check_stream(adapter: Adapter, events: list[bytes]) -> None:
    stream = adapter.stream()
    passed = b""
    try:
        for event in events:
            passed += stream.feed(event)
        passed += stream.close()
    except UpstreamFailure as failure:
        assert failure.reason in {"not_json", "error_body", "incomplete"}  # noqa: PT017
    assert not passed or told(passed)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_request_that_is_wrong_in_one_place(way: tuple[Asked, Spoken], data: st.DataObject) -> None:
    whole = REQUESTS[way[0]]
    check_request(adapter_of(way), spoilt(whole, data.draw(st.sampled_from(list(places(whole)))), data.draw(ANY_JSON)))


@pytest.mark.parametrize("way", WAYS)
def test_a_request_that_is_wrong_in_any_place(way: tuple[Asked, Spoken]) -> None:
    adapter, whole = adapter_of(way), REQUESTS[way[0]]
    check_request(adapter, json.dumps(whole).encode())
    for place in places(whole):
        for odd in ODD:
            check_request(adapter, spoilt(whole, place, odd), "claude-opus-4-8")


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_is_wrong_in_any_place(way: tuple[Asked, Spoken]) -> None:
    adapter, whole = adapter_of(way), ANSWERS[way[1]]
    json.loads(adapter.answer(json.dumps(whole).encode()))
    for place in places(whole):
        for odd in ODD:
            check_answer(adapter, spoilt(whole, place, odd))


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_stream_that_is_wrong_in_one_place(way: tuple[Asked, Spoken], data: st.DataObject) -> None:
    events = EVENTS[way[1]]
    number = data.draw(st.integers(0, len(events) - 1))
    odd = spoilt(events[number], data.draw(st.sampled_from(list(places(events[number])))), data.draw(ANY_JSON))
    bodies = [odd if n == number else json.dumps(event).encode() for n, event in enumerate(events)]
    check_stream(adapter_of(way), [b"data: " + body + b"\n\n" for body in bodies])


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40, deadline=None)
@given(body=ANY_JSON.map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_anything_at_all(way: tuple[Asked, Spoken], body: bytes) -> None:
    adapter = adapter_of(way)
    check_request(adapter, body)
    check_answer(adapter, body)
    check_stream(adapter, [b"data: " + body.replace(b"\n", b"") + b"\n\n"])
    assert json.loads(adapter.refusal(body))["error"]["message"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("deep", [b"[" * 3000 + b"]" * 3000, b'{"a":' * 3000 + b"1" + b"}" * 3000, b"9" * 6000])
def test_nothing_is_too_deep_or_too_long(way: tuple[Asked, Spoken], deep: bytes) -> None:
    adapter = adapter_of(way)
    for place in ("messages", "tools", "max_tokens", "seed", "metadata", "input", "error", "choices", "usage", "args"):
        body = b'{"%b":%b}' % (place.encode(), deep)
        check_request(adapter, body)
        check_answer(adapter, body)
        check_stream(adapter, [b"data: " + body + b"\n\n"])
        adapter.refusal(body)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), cuts=st.lists(st.integers(0, 40)))
def test_text_survives_however_events_are_fed(text: str, cuts: list[int]) -> None:
    start, *_, stop, end = test_anthropic_answers.WHOLE
    deltas = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": c}} for c in text]
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    events = [b"data: " + json.dumps(body).encode() + b"\r\n\r\n" for body in (start, block, *deltas, stop, end)]
    bounds = [0, *sorted(min(cut, len(events)) for cut in cuts), len(events)]
    stream = adapter_of(("responses", "messages")).stream()
    passed = b"".join(stream.feed(b"".join(events[a:b])) for a, b in itertools.pairwise(bounds))
    (item,) = told(passed + stream.close())[-1]["response"]["output"]
    assert item["content"][0]["text"] == text
