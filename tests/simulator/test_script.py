"""What a message may ask of the simulator."""

import pytest

from guildhall.simulator import answers, script


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("[[delay=2]]", "delay", 2.0),
        ("please [[error=429]]", "status", 429),
        ("[[drop=5]]", "drop_after", 5),
        ("[[hang]]", "hang_after", 0),
        ("[[slow=20]]", "pace", 20.0),
        ("[[words=400]]", "words", 400),
        ("[[tools=3]]", "tools", 3),
        ("[[tool]]", "tools", 1),
        ("[[say=Hello there]]", "say", "Hello there"),
    ],
)
def test_a_message_directs_the_simulator(text: str, field: str, value: object) -> None:
    assert getattr(script.read("simulated-chat", text), field) == value


def test_a_model_name_directs_the_simulator_too() -> None:
    assert script.read("simulated-instant:error=503", "hello").status == 503


def test_the_instant_model_answers_without_pause() -> None:
    assert script.read("simulated-instant", "hello").is_plain


@pytest.mark.parametrize("text", ["[[unknown]]", "[[delay=soon]]", "[[error=]]", "[[", "hello"])
def test_what_is_no_directive_is_plain_text(text: str) -> None:
    assert script.read("simulated-chat", text) == script.read("simulated-chat", "hello")


def test_answers_say_that_they_are_simulated_and_quote_the_question() -> None:
    text = answers.write("What is a hall?", None)
    assert "Simulated answer" in text
    assert "What is a hall?" in text
    assert "```python" in text


def test_a_question_in_chinese_is_answered_in_chinese() -> None:
    assert "模拟回答" in answers.write("什么是大厅？", None)


@pytest.mark.parametrize("text", ["one two  three\n\n- four", "模拟回答。Hello 世界", "", "  "])
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(answers.pieces(text)) == text
