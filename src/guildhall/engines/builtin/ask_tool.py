"""The tool for asking the person: ask_user."""

from pydantic import ConfigDict, Field, field_validator

from guildhall.engines.api import Answers, Option, Question, QuestionItem
from guildhall.engines.builtin.tool import Arguments, Plan, Result, Running, Tool

_NOBODY = "Nobody answered. Decide yourself, say what you have decided, and go on."
_UNANSWERED = "(not answered: decide yourself)"


class OptionArguments(Arguments):
    """One suggested answer."""

    model_config = ConfigDict(str_strip_whitespace=True)

    label: str = Field(min_length=1, max_length=100, description="The answer itself, in a few words.")
    description: str = Field("", max_length=500, description="What choosing it means.")


class QuestionArguments(Arguments):
    """One question."""

    model_config = ConfigDict(str_strip_whitespace=True)

    question: str = Field(min_length=1, max_length=1000, description="The whole question.")
    header: str = Field("", max_length=40, description="What it is about, in a word or two.")
    options: list[OptionArguments] = Field(
        min_length=2,
        max_length=6,
        description="Suggested answers. The person can always answer in their own words, so suggest no `other`.",
    )
    multiple: bool = Field(False, description="Whether several may be chosen.")

    @field_validator("options")
    @classmethod
    def _are_different(cls, options: list[OptionArguments]) -> list[OptionArguments]:
        if len({option.label for option in options}) < len(options):
            raise ValueError("each needs a label of its own")
        return options


class AskArguments(Arguments):
    """What `ask_user` takes."""

    questions: list[QuestionArguments] = Field(min_length=1, max_length=4)


def tool() -> Tool:
    """Needs no leave: asking is what it does."""
    return Tool(
        "ask_user",
        "other",
        "Ask the person, and wait for their answer: for what only they can know or decide, before you act on a guess. "
        "Ask what belongs together at once. They may answer in their own words, or leave it to you.",
        AskArguments,
        _plan,
    )


async def _plan(asked: AskArguments) -> Plan:
    items = tuple(
        QuestionItem(
            each.question,
            each.header,
            tuple(Option(option.label, option.description) for option in each.options),
            each.multiple,
        )
        for each in asked.questions
    )

    async def perform(running: Running) -> Result:
        answers = await running.host.ask(Question(running.id, items))
        chosen = None if answers is None else [list(each) for each in answers.chosen]
        return Result(_in_words(items, answers), {"answers": chosen})

    return Plan(None, perform)


def _in_words(items: tuple[QuestionItem, ...], answers: Answers | None) -> str:
    if answers is None:
        return _NOBODY
    told = [
        f"{item.text}\nAnswer: {'; '.join(chosen) or _UNANSWERED}"
        for item, chosen in zip(items, answers.chosen, strict=True)
    ]
    return "\n\n".join(told)
