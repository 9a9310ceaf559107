"""Server-sent events pass whole, however the provider cuts its bytes."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.edge import sse
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.sse import DONE, EventFilter


def chunk(text: str, finish: str | None = None) -> bytes:
    body = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n'
STREAM = [b": waiting\n\n", chunk("naïve"), chunk("😀 中文"), chunk('"usage":{ [DONE]'), chunk("", "stop"), USAGE, DONE]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_any_cut_gives_the_same_events_without_the_usage_nobody_asked_for(places: list[int]) -> None:
    events = EventFilter(strip_usage=True)
    passed = [events.feed(piece) for piece in cut(b"".join(STREAM), places)]
    assert b"".join(passed) + events.close() == b"".join(part for part in STREAM if part != USAGE)
    assert all(part.endswith(b"\n\n") for part in passed if part)
    assert events.usage is not None
    assert (events.usage.input_tokens, events.usage.output_tokens) == (3, 2)
    assert events.is_done


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_events_that_end_with_carriage_returns_pass_too(places: list[int]) -> None:
    stream = b"".join(STREAM).replace(b"\n", b"\r\n")
    events = EventFilter(strip_usage=False)
    assert b"".join(events.feed(piece) for piece in cut(stream, places)) + events.close() == stream
    assert events.is_done


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_no_bytes_whatever_break_the_filter(pieces: list[bytes]) -> None:
    events = EventFilter(strip_usage=True)
    for piece in pieces:
        events.feed(piece)
    try:
        events.close()
    except UpstreamFailure as failure:
        assert failure.reason == "incomplete"  # noqa: PT017 - either way is right


def test_usage_beside_the_last_words_is_kept_for_the_caller() -> None:
    event = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}\n\n'
    events = EventFilter(strip_usage=True)
    assert events.feed(event) == event
    assert events.usage is not None


def test_a_finished_answer_without_done_is_given_one() -> None:
    events = EventFilter(strip_usage=True)
    events.feed(chunk("hi", "stop"))
    assert events.close() == DONE


def test_an_unfinished_answer_is_a_failure() -> None:
    events = EventFilter(strip_usage=True)
    events.feed(chunk("hi"))
    with pytest.raises(UpstreamFailure, match="before finishing"):
        events.close()


def test_an_error_event_ends_the_stream() -> None:
    events = EventFilter(strip_usage=True)
    error = b'data: {"error":{"message":"no"}}\n\n'
    assert events.feed(chunk("hi") + error + chunk("never")) == chunk("hi") + error
    assert events.is_failed


def test_an_event_without_end_is_refused() -> None:
    events = EventFilter(strip_usage=True)
    with pytest.raises(UpstreamFailure, match="without end"):
        events.feed(b"data: " + b"x" * (sse.MAX_EVENT_BYTES + 1))
