"""A tool: what it is called, what it takes, what it would do (so that a person can decide), and how it does it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from guildhall.engines.api import EngineEvent, Host, ToolKind

_MOST_CHARACTERS = 50_000
_TAIL_CHARACTERS = 15_000


class Arguments(BaseModel):
    """What a tool takes; its fields' descriptions are the model's manual."""

    model_config = ConfigDict(extra="forbid")


class ToolFailure(Exception):  # noqa: N818 - ordinary in an agent's work: the model is told and goes on
    """A call that could not be done, in words for the model."""


class Refused(Exception):  # noqa: N818 - a person's word, and no fault
    """A person refused, without words, something that the call would have done on its way: the turn ends."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call: for the model, and for people (`details`, as in `ToolEnded`)."""

    output: str
    details: Mapping[str, Any] = field(default_factory=dict)
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A call while it runs: its id, where its events go, and whom it may ask."""

    id: str
    emit: Callable[[EngineEvent], None]
    host: Host


@dataclass(frozen=True, slots=True)
class Asking:
    """What a person is asked before a call: as in `PermissionRequest`."""

    patterns: tuple[str, ...]
    suggestions: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    is_opaque: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call would do. Nobody is asked about what touches nothing."""

    asking: Asking | None
    perform: Callable[[Running], Awaitable[Result]]
    """Raises `ToolFailure`, `AppError` and `Refused`."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, bound to what it works on."""

    name: str
    kind: ToolKind
    description: str
    arguments: type[BaseModel]
    prepare: Callable[[Any], Awaitable[Plan]]
    """From arguments of its own type to a plan, touching nothing. Raises `ToolFailure` and `AppError`."""
    is_read_only: bool = False
    """Whether several may run at once."""
    only_reads: Callable[[Mapping[str, Any]], bool] | None = None
    """The same by the arguments of a call, as the model wrote them, where it is not so of every call."""
    places: asyncio.Semaphore | None = None
    """How many calls of it there may be at once. Others wait, before anybody is asked: they have not begun."""
    schema: Mapping[str, Any] | None = None
    """What it takes, where somebody else says so."""


def cut(text: str) -> tuple[str, bool]:
    """A text that a model can be told, and whether something was left out of it."""
    clean = text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if len(clean) <= _MOST_CHARACTERS:
        return clean, False
    head, tail = clean[: _MOST_CHARACTERS - _TAIL_CHARACTERS], clean[-_TAIL_CHARACTERS:]
    left_out = len(clean) - len(head) - len(tail)
    return f"{head}\n\n[{left_out:,} characters are left out here]\n\n{tail}", True
