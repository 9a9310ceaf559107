"""What a response repeats of its request, and the counting of its tokens."""

import json
from typing import Any

import pytest

from guildhall.core.errors import BadRequestError
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import pairs, responses_echo
from guildhall.gateway.adapters.responses_on_chat import ResponsesOnChat
from tests.gateway.adapters.streams import DONE, carried, told, unnamed

TOOL = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
ASKED = {
    "model": "m", "input": "hello", "instructions": "Be brief.", "temperature": 0.5, "top_p": None, "tools": [TOOL],
    "parallel_tool_calls": False, "text": {"verbosity": "low"}, "previous_response_id": "resp_0", "store": False,
}  # fmt: skip
SAID = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}


def test_whole_and_streamed_repeat_the_same() -> None:
    adapter, request = ResponsesOnChat(), json.dumps(ASKED).encode()
    chat = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}
    whole: dict[str, Any] = json.loads(adapter.answer(json.dumps(chat).encode(), request))
    events = told(carried(adapter.stream(request), [*unnamed(SAID), DONE]))
    for response in (whole, events[0]["response"], events[-1]["response"]):
        echoed = {name: response[name] for name in ASKED if name not in {"model", "input"}}
        assert echoed == {
            **{name: ASKED[name] for name in echoed},
            "text": {"format": {"type": "text"}, "verbosity": "low"},
        }
        assert (response["tool_choice"], response["truncation"], response["background"]) == ("auto", "disabled", False)


@pytest.mark.parametrize("request_body", [b"", b"[]", b"{", b"\xff", b'{"text":7,"reasoning":"x"}', b"[" * 100_000])
def test_odd_requests_leave_the_defaults(request_body: bytes) -> None:
    asked = responses_echo.of(request_body)
    assert asked["text"] == {"format": {"type": "text"}}
    assert asked["reasoning"] == {"effort": None, "summary": None}


def test_counting_takes_what_it_knows_and_says_it_as_openai_does() -> None:
    adapter = pairs.counting_on_anthropic()
    counted = json.loads(adapter.request(json.dumps(ASKED | {"previous_response_id": None}).encode(), "claude"))
    assert set(counted) == {"model", "messages", "system", "tools", "tool_choice"}
    assert json.loads(adapter.answer(b'{"input_tokens":12}')) == {"object": "response.input_tokens", "input_tokens": 12}
    for odd in (b"{}", b"[]", b'{"input_tokens":"many"}', b"\xff"):
        with pytest.raises(UpstreamFailure):
            adapter.answer(odd)
    with pytest.raises(BadRequestError):
        adapter.request(b'{"input":7}', "claude")
