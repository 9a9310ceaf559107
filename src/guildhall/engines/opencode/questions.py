"""Questions of opencode in the words of the house, and answers in its own. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from guildhall.engines.api import Answers, Option, Question, QuestionItem

_NOBODY = "Nobody answered. Decide yourself, say what you have decided, and go on."
_MOST_ITEMS, _MOST_OPTIONS = 10, 20
_LONGEST_TEXT, _LONGEST_HEADER, _LONGEST_LABEL = 2_000, 80, 200


def question_of(call_id: str, given: object) -> Question | None:
    """What it asks the person; None when it is too much, or nothing, to be asked. Long words lose their end."""
    asked = given if isinstance(given, list) else []
    items = tuple(_item(each) for each in asked if isinstance(each, Mapping))
    is_askable = 0 < len(items) == len(asked) <= _MOST_ITEMS and all(item.text for item in items)
    return Question(call_id, items) if is_askable else None


def reply_of(answers: Answers | None, count: int) -> list[list[str]]:
    """What it is answered: one list for each of the `count` things it asked."""
    if answers is None:
        return [[_NOBODY]] * count  # a refusal would end its turn
    return [list(chosen) for chosen in answers.chosen]


def _item(given: Mapping[str, Any]) -> QuestionItem:
    found = given.get("options")
    options = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return QuestionItem(
        _text(given.get("question"), _LONGEST_TEXT),
        _text(given.get("header"), _LONGEST_HEADER),
        tuple(_options(options[:_MOST_OPTIONS])),
        given.get("multiple") is True,
    )


def _options(given: Sequence[Mapping[str, Any]]) -> list[Option]:
    """Each label once: by it an answer is known."""
    by_label = {
        label: Option(label, _text(each.get("description"), _LONGEST_TEXT))
        for each in given
        if (label := _text(each.get("label"), _LONGEST_LABEL))
    }
    return list(by_label.values())


def _text(given: object, longest: int) -> str:
    return given.replace("\x00", "").strip()[:longest] if isinstance(given, str) else ""
