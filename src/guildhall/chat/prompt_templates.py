r"""Prompt templates: the places in a prompt that are filled in when it is used. Pure.

`{{name}}` is a place, `{{name=what stands there otherwise}}` one with a default; `\{{` is two braces and no more.
"""

import re
from dataclasses import dataclass

MOST_VARIABLES = 20
_OPENING = re.compile(r"\\?\{\{")
_PLACE = re.compile(r"\s*(\w[\w .-]{0,39}?)\s*(?:=(.*))?", re.DOTALL)
_LONGEST_DEFAULT = 1000
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """What is asked for when a prompt is used; without a default it has to be said."""

    name: str
    default: str | None


class TemplateError(ValueError):
    """Braces that mean nothing, in words for whoever wrote them."""


def variables_of(*texts: str) -> list[Variable]:
    """The variables of several texts together, in the order in which they first come; the first default counts.

    Raises `TemplateError`.
    """
    found: dict[str, str | None] = {}
    for text in texts:
        at = 0
        while opening := _OPENING.search(text, at):
            at = opening.end()
            if opening[0].startswith("\\"):
                continue
            name, default, at = _place(text, opening.start())
            if found.get(name) is None:
                found[name] = default
    if len(found) > MOST_VARIABLES:
        raise TemplateError(f"there can be {MOST_VARIABLES} variables at most")
    return [Variable(name, default) for name, default in found.items()]


def _place(text: str, start: int) -> tuple[str, str | None, int]:
    """Name and default of the place that begins there, and where it ends."""
    end = text.find("}}", start)
    where = f"on line {text.count(chr(10), 0, start) + 1}"
    if end < 0:
        raise TemplateError(f"a variable that begins {where} has no }}}}; write \\{{{{ for braces that stay")
    inside = text[start + 2 : end]
    place = _PLACE.fullmatch(inside)
    if place is None or "{{" in inside:
        raise TemplateError(
            f"{{{{{inside[:_SHOWN]}}}}} {where} is no variable: its name is letters, digits, spaces, dots and hyphens; "
            "write \\{{ for braces that stay"
        )
    default = None if place[2] is None else place[2].strip()
    if default is not None and len(default) > _LONGEST_DEFAULT:
        raise TemplateError(f"the default of {place[1]} has more than {_LONGEST_DEFAULT} characters")
    return place[1], default, end + 2
