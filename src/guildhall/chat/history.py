"""History: which of what was said and done an engine is told. Pure."""

from collections.abc import Sequence

from guildhall.engines.api import Spoken


def history(said: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """The conversation with empty answers left out, only the last of several answers to one question, and questions
    that were never answered joined to the one that follows."""
    told: list[Spoken] = []
    for spoken in said:
        parts = tuple(part for part in spoken.parts if part)
        if not parts:
            continue
        if told and told[-1].role == spoken.role:
            previous = told.pop()
            if spoken.role == "user":
                parts = (f"{previous.text}\n\n{spoken.text}",)
        told.append(Spoken(spoken.role, parts))
    return tuple(told)
