"""What the edge reads and changes of OpenAI's JSON, and that nothing else is touched."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.errors import BadRequestError
from guildhall.edge import wire
from guildhall.edge.endpoints import CHAT
from guildhall.edge.usage import Usage

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_a_body_of_any_bytes_is_read_or_refused(body: bytes) -> None:
    try:
        wire.read_request(CHAT, body)
    except BadRequestError as error:
        assert error.status == 400  # noqa: PT017 - either way is right


@given(ANY_JSON)
def test_whatever_a_provider_calls_usage_becomes_figures_or_none(usage: Any) -> None:
    read = wire.read_usage(raw(usage))
    assert (read is None) is not isinstance(usage, dict)


def test_usage_is_read_with_its_details() -> None:
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 7.0,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    assert wire.read_usage(raw(usage)) == Usage(10, 4, 7, 5)


@pytest.mark.parametrize("odd", ["null", '"7"', "-3", "true", "[]", "{}"])
def test_odd_numbers_of_tokens_count_as_none(odd: str) -> None:
    assert wire.read_usage(msgspec.Raw(b'{"prompt_tokens": %b}' % odd.encode())) == Usage(0, 0, 0, 0)


@pytest.mark.parametrize(
    "body", [b"", b"NaN", b'{"prompt_tokens": 1e400}', b'{"prompt_tokens": 1', b'"\xff"', b"[" * 2000]
)
def test_what_is_no_json_at_all_is_no_usage(body: bytes) -> None:
    assert wire.read_usage(msgspec.Raw(body)) is None


def test_rewriting_leaves_every_other_field_as_it_was() -> None:
    body = b'{"n": 1.0, "model":"a", "seed": 12345678901234567890, "x": "\\u00e9 \xc3\xa9", "messages": [ ]}'
    changed = wire.rewritten(
        body, {"model": wire.as_raw("b"), "stream_options": wire.as_raw({"include_usage": wire.TRUE})}
    )
    assert b'"n":1.0' in changed
    assert b'"seed":12345678901234567890' in changed
    assert b'"x":"\\u00e9 \xc3\xa9"' in changed
    read = json.loads(changed)
    assert (read["model"], read["stream_options"]) == ("b", {"include_usage": True})


def test_a_field_is_taken_away_by_nothing() -> None:
    assert wire.rewritten(b'{"a":1,"b":2}', {"a": None, "c": None}) == b'{"b":2}'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":{"message":"no money"}}', "no money"),
        (b'{"error":"no"}', "no"),
        (b'{"message":"gone"}', "gone"),
        (b'{"error":{"message":7}}', None),
        (b"<html>", None),
        (b"[]", None),
    ],
)
def test_the_sentence_in_a_providers_error_is_found(body: bytes, words: str | None) -> None:
    assert wire.error_words(body) == words


def test_a_model_with_nul_is_refused() -> None:
    with pytest.raises(BadRequestError) as caught:
        wire.read_request(CHAT, b'{"model":"a\\u0000b","messages":[]}')
    assert caught.value.code == "invalid_field"


@pytest.mark.parametrize("value", ["1" * 40, "[" * 300 + "]" * 300, '"\\ud83d\\ude00"'])
def test_stream_options_keep_their_very_bytes(value: str) -> None:
    body = f'{{"model":"a","messages":[],"stream":true,"stream_options":{{"x":{value}}}}}'.encode()
    options = wire.read_stream_options(wire.read_request(CHAT, body))
    changed = wire.rewritten(body, {"stream_options": wire.as_raw({**options, "include_usage": wire.TRUE})})
    assert f'{{"x":{value},"include_usage":true}}'.encode() in changed


@pytest.mark.parametrize("options", ["7", "[]", '"x"', "true"])
def test_stream_options_are_an_object(options: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        wire.read_stream_options(
            wire.read_request(CHAT, b'{"model":"a","messages":[],"stream_options":%s}' % options.encode())
        )
    assert caught.value.code == "invalid_field"
