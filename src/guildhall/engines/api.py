"""The contract of an agent engine: a turn goes in, typed events come out."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

PartKind = Literal["text", "reasoning"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What an engine is asked: go on with this conversation, for this person, with this model."""

    id: str
    session_id: str
    user_id: str
    model: str
    history: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer; a change of `kind` begins a new part."""

    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of a turn that was not cut off. Tokens are None when the provider did not say."""

    reason: str
    input_tokens: int | None
    output_tokens: int | None


EngineEvent = Delta | Ended


class Engine(Protocol):
    """An agent runtime. Closing the generator stops the turn and whatever it started."""

    name: str

    def run(self, turn: Turn) -> AsyncGenerator[EngineEvent, None]:
        """Deltas as they are made, then one `Ended`. Raises `AppError` with what went wrong in plain words."""
