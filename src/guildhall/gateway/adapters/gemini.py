"""Gemini: what a model of Google's takes, by its generation; one that tells none is taken for an older one."""

import re

_GENERATION = re.compile(r"gemini-(\d{1,2})(?!\d)", re.IGNORECASE)


def thinks_in_levels(model: str) -> bool:
    """Whether it is told a level instead of a budget."""
    return _generation(model) >= 3


def thinks_at_least_low(model: str) -> bool:
    """Whether the smallest level of thinking is refused."""
    return "pro" in model.lower()


def wants_signatures(model: str) -> bool:
    """Whether it refuses tool calls of the present turn without the signature of its thought."""
    return _generation(model) >= 3


def _generation(model: str) -> int:
    found = _GENERATION.search(model)
    return int(found[1]) if found else 0
