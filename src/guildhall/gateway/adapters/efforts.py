"""Efforts: how hard a model should think, in words or in tokens."""

from typing import Literal

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

_BUDGETS: dict[Effort, int] = {
    "none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576, "max": 24576,
}  # fmt: skip


def budget(effort: Effort) -> int:
    """The tokens that a model may spend on thinking."""
    return _BUDGETS[effort]


def effort(budget_tokens: int) -> Effort:
    """The word that comes closest to so many tokens."""
    if budget_tokens < 4096:
        return "low"
    return "medium" if budget_tokens < 16384 else "high"
