"""What a model wrote as arguments."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.engines.builtin.arguments import UNREADABLE, arguments_of


@pytest.mark.parametrize("written", ["", "{}", None, {}])
def test_nothing_written_is_no_arguments(written: object) -> None:
    assert arguments_of(written) == {}


@pytest.mark.parametrize("written", ["[1]", '"text"', "{", "null", "[" * 100_000])
def test_what_is_no_object_is_kept_as_it_was_written(written: str) -> None:
    assert arguments_of(written) == {UNREADABLE: written}


def test_numbers_that_readers_disagree_about_become_text() -> None:
    assert arguments_of('{"a": 1e999, "b": 12345678901234567890123, "c": NaN, "d": 7}') == {
        "a": "inf",
        "b": "12345678901234567890123",
        "c": "nan",
        "d": 7,
    }


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_beyond_every_machine_becomes_text_too(sign: str) -> None:
    number = f"{sign}1{'0' * 400}"
    assert arguments_of(f'{{"a": [{number}]}}') == {"a": [number]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=4) | st.text())
def test_whatever_was_written_every_part_of_the_house_can_take_it(written: object) -> None:
    found = arguments_of(written if isinstance(written, str) else json.dumps(written))
    # A backslash that was written is two in JSON, and no beginning of an escape.
    assert "\\u0000" not in orjson.dumps(found).decode().replace("\\\\", "")
