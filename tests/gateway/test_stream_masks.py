"""What is to be taken out of a kept answer is found although it came in pieces."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.gateway.masks import Masks, masks_of
from guildhall.gateway.stream_masks import masked_answer

PIECES = ["Write to jo", "hn@exam", "ple.org", ", or call."]


def stream(events: Sequence[Any]) -> bytes:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode() + b"data: [DONE]\n\n"


def events_of(body: bytes) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in body.decode().split("\n") if line.startswith("data:")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def chat(text: str, index: int = 0) -> Any:
    return {"id": "chatcmpl-1", "choices": [{"index": index, "delta": {"content": text}}]}


def anthropic(text: str) -> Any:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


def arguments(text: str) -> Any:
    called = {"index": 0, "function": {"arguments": text}}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [called]}}]}


def response(text: str) -> Any:
    return {"type": "response.output_text.delta", "item_id": "i", "output_index": 0, "content_index": 0, "delta": text}


def gemini(text: str) -> Any:
    return {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}]}


@pytest.mark.parametrize("dialect", [chat, anthropic, arguments, response, gemini])
def test_what_is_spread_over_events_is_taken_out_in_every_dialect(dialect: Any) -> None:
    kept = masked_answer(stream([dialect(piece) for piece in PIECES]), Masks())
    assert events_of(kept) == [dialect(text) for text in ("Write to [e-mail], or call.", "", "", "")]
    assert kept.endswith(b"data: [DONE]\n\n")


def test_texts_that_run_beside_each_other_are_not_joined() -> None:
    mixed = [chat("a@exam", 0), chat("4111 1111", 1), chat("ple.org", 0), chat(" 1111 1111", 1)]
    kept = [event["choices"][0]["delta"]["content"] for event in events_of(masked_answer(stream(mixed), Masks()))]
    assert kept == ["[e-mail]", "[card]", "", ""]


def test_a_stream_without_anything_to_take_out_and_what_is_no_stream_stay_as_they_are() -> None:
    plain = stream([chat("Hello"), chat(" there")])
    assert masked_answer(plain, Masks()) == plain
    assert masked_answer(b'{"content":"a@example.org"}', Masks()) == b'{"content":"[e-mail]"}'
    assert masked_answer(b"data: a@example.org\xff", masks_of(emails=False, keys=False, cards=False, own=[])).endswith(
        b"\xff"
    )


def test_what_was_cut_off_or_is_not_json_is_masked_as_it_is() -> None:
    cut = stream([chat("Hello")])[:-14] + b'data: {"choices":[{"delta":{"content":"b@example.org'
    assert b"[e-mail]" in masked_answer(cut, Masks())
    assert masked_answer(b"event: error\ndata: a@example.org\n\n", Masks()) == b"event: error\ndata: [e-mail]\n\n"
    assert masked_answer(b"data: " + b"[" * 100_000, Masks())
    deep = b'data: {"a":' + b"[" * 900 + b'"b@example.org"' + b"]" * 900 + b"}"
    assert b"[e-mail]" in masked_answer(deep, Masks())


@given(st.integers(0, 40), st.integers(0, 40))
def test_wherever_a_text_is_parted_nothing_of_the_address_is_kept(one: int, other: int) -> None:
    text = "Write to john.doe@mail.example.org today"
    first, second = sorted((one, other))
    kept = masked_answer(stream([chat(text[:first]), chat(text[first:second]), chat(text[second:])]), Masks())
    assert "".join(event["choices"][0]["delta"]["content"] for event in events_of(kept)) == "Write to [e-mail] today"
