"""Output: whatever is written in whatever pieces, what is kept is bounded, whole and in order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from guildhall.workspaces.output import Output

_TEXT = st.text(alphabet="aé€\U0001f600\n", max_size=200)


def _pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    return [content[begin:end] for begin, end in itertools.pairwise(places)]


@given(_TEXT, st.lists(st.integers(min_value=0), max_size=20))
def test_a_reader_who_follows_gets_every_character_once(text: str, cuts: list[int]) -> None:
    output, offset, read = Output(10_000), 0, ""
    for piece in _pieces(text.encode(), cuts):
        output.append(piece)
        found = output.since(offset)
        assert found.left_out == 0
        offset, read = found.next_offset, read + found.text
    output.close()
    assert read + output.since(offset).text == text == output.text


@given(st.binary(max_size=2000), st.lists(st.integers(min_value=0), max_size=10), st.integers(4, 100))
def test_what_is_kept_is_bounded_and_the_rest_counted(content: bytes, cuts: list[int], most: int) -> None:
    output = Output(most)
    for piece in _pieces(content, cuts):
        output.append(piece)
        assert output.total_bytes - output.left_out <= 1.5 * most + 1
    output.close()
    assert output.total_bytes - output.left_out == min(len(content), most)
    assert output.total_bytes == len(content)
    assert "\0" not in output.text


@given(
    st.binary(max_size=2000), st.lists(st.integers(min_value=0), max_size=10), st.integers(4, 100), st.integers(1, 5)
)
def test_a_reader_who_falls_behind_is_told_how_much_is_missing(
    content: bytes, cuts: list[int], most: int, every: int
) -> None:
    output, offset, missing = Output(most), 0, 0
    for number, piece in enumerate(_pieces(content, cuts)):
        output.append(piece)
        if number % every == 0:
            found = output.since(offset)
            assert offset <= found.next_offset <= output.total_bytes
            offset, missing = found.next_offset, missing + found.left_out
    output.close()
    for _ in range(2):  # the first part, and what follows the gap
        found = output.since(offset)
        offset, missing = found.next_offset, missing + found.left_out
    assert offset == len(content)
    assert missing <= len(content)
    assert output.since(offset).text == ""


def test_the_gap_is_said_in_the_text() -> None:
    output = Output(10)
    output.append(b"0123456789" * 10)
    output.close()
    assert output.text == "01234\n[… 90 bytes left out …]\n56789"
