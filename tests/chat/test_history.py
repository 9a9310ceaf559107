"""What an engine is told of what was said."""

from guildhall.chat.history import history
from guildhall.chat.sessions import title_from
from guildhall.engines.api import Spoken


def test_the_conversation_is_told_in_order() -> None:
    said = [Spoken("user", "Hi"), Spoken("assistant", "Hello"), Spoken("user", "Bye")]
    assert history(said) == tuple(said)


def test_answers_without_words_are_left_out_and_questions_are_joined() -> None:
    said = [Spoken("user", "One"), Spoken("assistant", ""), Spoken("user", "Two")]
    assert history(said) == (Spoken("user", "One\n\nTwo"),)


def test_of_several_answers_to_one_question_the_last_counts() -> None:
    said = [Spoken("user", "One"), Spoken("assistant", "Bad"), Spoken("assistant", "Good"), Spoken("user", "Two")]
    assert history(said) == (Spoken("user", "One"), Spoken("assistant", "Good"), Spoken("user", "Two"))


def test_a_title_is_one_short_line() -> None:
    assert title_from(" How\n\tare  you? ") == "How are you?"
    assert len(title_from("word " * 100)) <= 60
    assert title_from("word " * 100).endswith("…")
