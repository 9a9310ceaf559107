"""Estimates count what was said, in every dialect, and never what stands around it."""

import json
from typing import Any

import pytest

from guildhall.edge.endpoints import CHAT, EMBEDDINGS, MESSAGES, RERANK
from guildhall.edge.estimates import Heard, tokens_in, usage_of
from guildhall.edge.usage import Usage

WORDS = "four bytes are one token, more or less" * 10
TOOL = {"function": {"name": "find", "arguments": '{"a":1}'}}


def event(body: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def heard(*pieces: bytes) -> Heard:
    found = Heard()
    for piece in pieces:
        found.take(piece)
    return found


@pytest.mark.parametrize(
    ("answer", "size"),
    [
        ({"id": "x" * 99, "choices": [{"message": {"role": "assistant", "content": WORDS}}]}, len(WORDS)),
        ({"choices": [{"message": {"content": None, "reasoning": "abc", "tool_calls": [TOOL]}}]}, 3 + 4 + 7),
        ({"choices": [{"text": "ab", "logprobs": {"content": [{"text": "ab"}]}}]}, 2),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "x" * 99},
                    {"type": "text", "text": "ja"},
                ]
            },
            4,
        ),
        ({"content": [{"type": "tool_use", "name": "find", "input": {"a": 1}}]}, 4 + 7),
        ({"instructions": WORDS, "output": [{"content": [{"text": "你好"}]}]}, 6),
        ({"candidates": [{"content": {"parts": [{"text": "ab"}, {"functionCall": {"name": "f", "args": {}}}]}}]}, 3),
        ({"object": "list", "data": [{"embedding": [0.1, 0.2]}]}, 0),
    ],
)
def test_the_words_of_a_whole_answer_are_found_in_every_dialect(answer: dict[str, Any], size: int) -> None:
    assert Heard(json.dumps(answer).encode()).word_bytes() == size


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe", b"[1, 2]", b"12"])
def test_what_cannot_be_read_counts_by_its_bytes(body: bytes) -> None:
    assert Heard(body).word_bytes() == len(body)


def test_a_stream_counts_its_deltas_once() -> None:
    chat = [event({"choices": [{"delta": {"content": word}}]}) for word in ("one", " two")]
    assert heard(*chat, b"data: [DONE]\n\n").word_bytes() == 7
    said = event({"type": "response.output_text.delta", "delta": "one two"})
    done = event({"type": "response.output_text.done", "text": "one two"})
    item = event({"type": "response.output_item.done", "item": {"content": [{"text": "one two"}]}})
    assert heard(said, done, item).word_bytes() == 7
    message = event({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "one two"}})
    assert heard(event({"type": "message_start", "message": {"content": []}}), message).word_bytes() == 7


def test_a_long_stream_is_judged_by_its_beginning_and_held_no_longer() -> None:
    one = event({"choices": [{"delta": {"content": "word "}}], "padding": "x" * 100})
    long = heard(*[one] * 10_000)
    assert long.word_bytes() == pytest.approx(5 * 10_000, rel=0.01)
    assert sum(len(piece) for piece in long._head) <= 8 * 1024
    whole_piece = heard(one * 10_000)
    assert whole_piece.word_bytes() == pytest.approx(5 * 10_000, rel=0.01)


def test_a_stream_cut_inside_its_first_event_counts_by_its_bytes() -> None:
    assert heard(b"data: {").word_bytes() == 7
    assert heard().word_bytes() == 0


def test_what_the_provider_told_before_it_stopped_is_kept() -> None:
    said = Heard(json.dumps({"content": [{"text": WORDS}]}).encode())
    written = tokens_in(len(WORDS))
    assert usage_of(MESSAGES, b"x" * 400, said, None) == Usage(100, 0, written, 0)
    assert usage_of(MESSAGES, b"x" * 400, said, Usage(7, 3, 1, 0, 2)) == Usage(7, 3, written, 0, 2)
    assert usage_of(MESSAGES, b"x" * 400, said, Usage(7, 3, 1000, 9)) == Usage(7, 3, 1000, 9)


def test_nothing_is_written_where_no_model_writes() -> None:
    found = Heard(json.dumps({"output": [{"text": WORDS}]}).encode())
    assert usage_of(EMBEDDINGS, b"x" * 8, found, None) == usage_of(RERANK, b"x" * 8, found, None) == Usage(2, 0, 0, 0)


def test_a_picture_in_a_request_is_not_counted_by_its_bytes() -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 50_000
    body = json.dumps({"messages": [{"content": [{"image_url": {"url": picture}}, {"text": "what is it?"}]}]}).encode()
    assert usage_of(CHAT, body, Heard(b"{}"), None).input_tokens < 1100
