"""What an engine is told of what was said."""

from guildhall.chat.history import history
from guildhall.chat.sessions import title_from
from guildhall.engines.api import Spoken, ToolUse


def test_the_conversation_is_told_in_order() -> None:
    said = [Spoken("user", ("Hi",)), Spoken("assistant", ("Hello",)), Spoken("user", ("Bye",))]
    assert history(said) == tuple(said)


def test_answers_without_words_are_left_out_and_questions_are_joined() -> None:
    said = [Spoken("user", ("One",)), Spoken("assistant", ("",)), Spoken("user", ("Two",))]
    assert history(said) == (Spoken("user", ("One\n\nTwo",)),)


def test_of_several_answers_to_one_question_the_last_counts() -> None:
    said = [
        Spoken("user", ("One",)),
        Spoken("assistant", ("Bad",)),
        Spoken("assistant", ("Good",)),
        Spoken("user", ("Two",)),
    ]
    assert history(said) == (Spoken("user", ("One",)), Spoken("assistant", ("Good",)), Spoken("user", ("Two",)))


def test_what_was_done_is_told_without_words_too() -> None:
    use = ToolUse("call_1", "read", {"path": "a.txt"}, "done", "hello", 1)
    said = [Spoken("user", ("Read it",)), Spoken("assistant", (use, "")), Spoken("user", ("Thanks",))]
    assert history(said) == (said[0], Spoken("assistant", (use,)), said[2])


def test_a_title_is_one_short_line() -> None:
    assert title_from(" How\n\tare  you? ") == "How are you?"
    assert len(title_from("word " * 100)) <= 60
    assert title_from("word " * 100).endswith("…")
