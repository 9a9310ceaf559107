"""History: which of what was said and done an engine is told. Pure."""

from collections.abc import Sequence

from guildhall.engines.api import Spoken

_SUMMARY = "All that was said before is summed up here, to make room. Go on from it.\n\n<summary>\n{}\n</summary>"


def history(said: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """The conversation with empty answers left out, only the last of several answers to one question, and questions
    that were never answered joined to the one that follows."""
    told: list[Spoken] = []
    for spoken in said:
        parts = tuple(part for part in spoken.parts if part)
        if not parts and not spoken.pictures:
            continue
        if told and told[-1].role == spoken.role:
            previous = told.pop()
            if spoken.role == "user":
                text = "\n\n".join(words for words in (previous.text, spoken.text) if words)
                told.append(Spoken("user", (text,), (*previous.pictures, *spoken.pictures)))
                continue
        told.append(Spoken(spoken.role, parts, spoken.pictures))
    return tuple(told)


def summed_up(summary: str) -> tuple[str]:
    """What is told of a summary: it goes before what the person says next."""
    return (_SUMMARY.format(summary.replace("</summary>", "")),)
