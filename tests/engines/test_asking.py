"""The built-in engine's tool for asking the person."""

from typing import Any

import pytest

from guildhall.engines.api import Answers, Option, Question, QuestionItem, ToolUse
from tests.engines.stage import Stage, call, say
from tests.fakes.host import FakeHost

pytestmark = pytest.mark.slow

OPTIONS: list[dict[str, Any]] = [{"label": "Red", "description": "warm"}, {"label": "Blue"}]
COLOUR = {"question": "Which colour?", "header": "Colour", "options": OPTIONS}
ROOMS = {"question": "Which rooms?", "options": [{"label": "Hall"}, {"label": "Attic"}], "multiple": True}


async def test_answers_are_told_to_the_model_in_plain_words_and_kept_for_people(desk: Stage) -> None:
    host = FakeHost(answers=Answers((("Green",), ("Hall", "Attic"))))
    told = await desk.play(call("ask_user", questions=[COLOUR, ROOMS]), say("Painted."), host=host)
    assert [question.items for question in host.questions] == [
        (
            QuestionItem("Which colour?", "Colour", (Option("Red", "warm"), Option("Blue"))),
            QuestionItem("Which rooms?", "", (Option("Hall"), Option("Attic")), is_multiple=True),
        )
    ]
    assert told.outputs == ["Which colour?\nAnswer: Green\n\nWhich rooms?\nAnswer: Hall; Attic"]
    assert told.ends[0].details == {"answers": [["Green"], ["Hall", "Attic"]]}
    assert told.tale == [("called", "ask_user"), ("done", "ask_user"), ("text", "Painted."), ("ended", "stop")]
    assert not host.asked


async def test_without_an_answer_the_agent_decides_itself(desk: Stage) -> None:
    told = await desk.play(call("ask_user", questions=[COLOUR]), say("Red, then."), host=FakeHost())
    assert told.outputs == ["Nobody answered. Decide yourself, say what you have decided, and go on."]
    assert told.ends[0].details == {"answers": None}
    half = FakeHost(answers=Answers(((), ("Hall",))))
    told = await desk.play(call("ask_user", questions=[COLOUR, ROOMS]), say("Done."), host=half)
    assert told.outputs[0].startswith("Which colour?\nAnswer: (not answered: decide yourself)\n\n")


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([], "questions: List should have at least 1 item"),
        ([COLOUR] * 5, "questions: List should have at most 4 items"),
        ([COLOUR | {"options": OPTIONS[:1]}], "questions.0.options: List should have at least 2 items"),
        ([COLOUR | {"options": [{"label": str(n)} for n in range(7)]}], "at most 6 items"),
        ([COLOUR | {"options": [{"label": "Red"}, {"label": " Red "}]}], "each needs a label of its own"),
        ([COLOUR | {"question": "  "}], "questions.0.question: String should have at least 1 character"),
        ([COLOUR | {"question": "x" * 1001}], "at most 1000 characters"),
        ("Which colour?", "questions: Input should be a valid list"),
    ],
)
async def test_what_is_no_question_is_told_to_the_model_and_asked_of_nobody(
    desk: Stage, questions: Any, words: str
) -> None:
    host = FakeHost()
    told = await desk.play(call("ask_user", questions=questions), say("Done."), host=host)
    assert told.ends[0].status == "failed"
    assert words in told.outputs[0]
    assert not host.questions


async def test_a_plan_may_be_asked_about_and_a_plain_conversation_has_nothing_to_ask_with(desk: Stage) -> None:
    host = FakeHost(answers=Answers((("Red",),)))
    told = await desk.play(call("ask_user", questions=[COLOUR]), say("Planned."), host=host, mode="plan")
    assert told.ends[0].status == "done"
    told = await desk.play(call("ask_user", questions=[COLOUR]), say("Oh."), host=host, workspace_id=None)
    assert told.ends[0].status == "failed"
    assert len(host.questions) == 1


async def test_a_question_that_waited_when_the_turn_was_cut_off_is_asked_again_under_its_id(desk: Stage) -> None:
    host = FakeHost(answers=Answers((("Blue",),)))
    waiting = ToolUse("call_1", "ask_user", {"questions": [COLOUR]}, "waiting", "", 0)
    told = await desk.play(call("ask_user", questions=[COLOUR]), say("Blue it is."), host=host, begun=(waiting,))
    assert host.questions == [
        Question("call_1", (QuestionItem("Which colour?", "Colour", (Option("Red", "warm"), Option("Blue"))),))
    ]
    assert told.tale == [("done", "begun before"), ("text", "Blue it is."), ("ended", "stop")]
