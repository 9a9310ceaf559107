"""Claude: what a model of Anthropic's takes, by its generation; one that tells none is taken for an older one."""

import re

_GENERATION = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?", re.IGNORECASE)


def thinks_adaptively(model: str) -> bool:
    """Whether it is told an effort instead of a budget."""
    return _generation(model) >= (4, 6)


def knows_highest_effort(model: str) -> bool:
    """Whether there is an effort above high."""
    return _generation(model) >= (4, 7)


def takes_sampling(model: str) -> bool:
    """Whether temperature, top_p and top_k are taken at all."""
    return _generation(model) < (4, 7)


def takes_both_samplings(model: str) -> bool:
    """Whether temperature and top_p are taken together."""
    return _generation(model) < (4, 1)


def keeps_to_schemas(model: str) -> bool:
    """Whether it can be bound to the schema of a tool."""
    return _generation(model) >= (4, 5)


def _generation(model: str) -> tuple[int, int]:
    found = _GENERATION.search(model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
