"""Nesting: which calls of a turn are the agent's own, and which are those of its sub-agents. Pure.

A call that a sub-agent makes names as its `parent` the call of the agent that the sub-agent works for. There is one
level: whatever works below a sub-agent works for the same call of the agent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from guildhall.engines.api import ToolUse


def own(parts: Iterable[str | ToolUse]) -> tuple[str | ToolUse, ...]:
    """What an agent said and did itself."""
    return tuple(part for part in parts if isinstance(part, str) or part.parent is None)


def below(parts: Iterable[str | ToolUse], call_id: str) -> tuple[ToolUse, ...]:
    """What the sub-agent that works for a call has done, as its own."""
    return tuple(replace(part, parent=None) for part in parts if isinstance(part, ToolUse) and part.parent == call_id)


def cut_off(parts: Sequence[str | ToolUse]) -> tuple[list[ToolUse], tuple[str | ToolUse, ...]]:
    """Of a turn that was cut off: the calls that no sub-agent is left for, those of its own that wait among them, and
    the agent's own part with such calls as interrupted."""
    begun = {part.parent for part in parts if isinstance(part, ToolUse) and part.parent is not None}
    calls = [part for part in parts if isinstance(part, ToolUse)]
    lost = [call for call in calls if call.status == "waiting" and (call.parent is not None or call.id in begun)]
    gone = {call.id for call in lost}
    left = (
        replace(part, status="interrupted") if isinstance(part, ToolUse) and part.id in gone else part for part in parts
    )
    return lost, own(left)
