"""Exact edits, and the difference they make."""

import pytest

from guildhall.engines.builtin import edits
from guildhall.engines.builtin.edits import Edit, EditError


def test_an_edit_replaces_a_text_that_is_there_once() -> None:
    assert edits.apply("one two three\n", [Edit("two", "2")]) == "one 2 three\n"


def test_a_text_has_as_many_lines_as_an_editor_shows() -> None:
    assert [edits.size(text) for text in ("", "a", "a\n", "a\nb", "a\n\n")] == [
        "0 lines", "1 line", "1 line", "2 lines", "2 lines",
    ]  # fmt: skip


def test_edits_come_one_after_the_other() -> None:
    assert edits.apply("a", [Edit("a", "b"), Edit("b", "c")]) == "c"


def test_all_places_are_replaced_when_asked() -> None:
    assert edits.apply("a a a", [Edit("a", "b", is_for_all=True)]) == "b b b"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("missing", "x"), "is not in the file"),
        (Edit("a", "x"), "2 times"),
        (Edit("", "x"), "is empty"),
        (Edit("a", "a"), "are the same"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_in_words(edit: Edit, words: str) -> None:
    with pytest.raises(EditError, match=words):
        edits.apply("a a", [edit])


def test_which_of_several_edits_failed_is_told() -> None:
    with pytest.raises(EditError, match="Edit 2"):
        edits.apply("a", [Edit("a", "b"), Edit("a", "c")])


def test_line_ends_of_windows_are_kept() -> None:
    assert edits.apply("one\r\ntwo\r\n", [Edit("one\ntwo", "1\n2")]) == "1\r\n2\r\n"
    assert edits.apply("one\r\ntwo\n", [Edit("two\n", "2\n")]) == "one\r\n2\n"


def test_the_difference_tells_of_a_missing_last_line_end() -> None:
    told = edits.diff("a.txt", "one\n", "two")
    assert told.splitlines()[:2] == ["--- a/a.txt", "+++ b/a.txt"]
    assert told.endswith("-one\n+two\n\\ No newline at end of file\n")
    assert edits.counted(told) == "1 lines added, 1 removed"
    assert edits.diff("a.txt", "same", "same") == ""


def test_a_very_long_difference_is_cut() -> None:
    told = edits.diff("a.txt", "", "line\n" * 5000)
    assert told.endswith("more lines]\n")
