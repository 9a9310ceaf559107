"""What opencode tells of a turn, beside the events of the house: what it waits for, and how far it is."""

from dataclasses import dataclass

from guildhall.core.errors import AppError
from guildhall.engines.api import EngineEvent, PermissionRequest, Question


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """opencode waits for leave. Without a request it is about no call that is shown: `permission` says what."""

    id: str
    permission: str
    request: PermissionRequest | None


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """opencode waits for answers to as many things. Without a question they can't be asked."""

    id: str
    count: int
    question: Question | None


@dataclass(frozen=True, slots=True)
class Retrying:
    """A model call failed and is tried again, for the `attempt`th time."""

    attempt: int
    message: str


@dataclass(frozen=True, slots=True)
class Stepped:
    """A model call has ended, the `count`th of the turn, and its tools have been called."""

    count: int


@dataclass(frozen=True, slots=True)
class Idle:
    """The turn is over. `error` is what ended it, if something did."""

    reason: str
    error: AppError | None


Told = EngineEvent | PermissionAsked | QuestionAsked | Retrying | Stepped | Idle
