"""History: which of what was said an engine is told. Pure."""

from collections.abc import Sequence

from guildhall.engines.api import Spoken


def history(said: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """The conversation with empty answers left out, only the last of several answers to one question, and questions
    that were never answered joined to the one that follows."""
    told: list[Spoken] = []
    for spoken in said:
        if not spoken.text:
            continue
        if told and told[-1].role == spoken.role:
            previous = told.pop()
            if spoken.role == "user":
                spoken = Spoken("user", f"{previous.text}\n\n{spoken.text}")  # noqa: PLW2901
        told.append(spoken)
    return tuple(told)
