"""The policy for turns: how much the making of one answer may take before it is stopped."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.chat.tables import ChatSession
from guildhall.gateway.pricing import NANO

MOST_CHARACTERS = 2_000_000  # several times what models can say at once: whoever says more never ends


class TurnPolicy(Document):
    """How much one answer of an agent may take. Sessions may take less, never more."""

    name: ClassVar[str] = "turns"
    title: ClassVar[str] = "Answers of agents"

    calls_per_turn: int = Field(50, ge=1, le=1000, description="Model calls that the making of one answer may take.")
    cost_per_turn: str | None = Field(
        None,
        pattern=r"^[0-9]{1,6}(\.[0-9]{1,9})?$",
        max_length=20,
        description="What its calls may cost together, in the hall's currency; empty: any amount.",
    )


@dataclass(frozen=True)
class TurnLimits:
    """What a turn may take: model calls, and nano-units of the hall's currency (None: any amount)."""

    calls: int
    cost_nano: int | None


def limits_of(policy: TurnPolicy, row: ChatSession) -> TurnLimits:
    """The hall's limits, or the session's where they are lower."""
    whole = None if policy.cost_per_turn is None else int(Fraction(policy.cost_per_turn) * NANO)
    costs = [cost for cost in (whole, row.most_cost_nano) if cost is not None]
    return TurnLimits(min(policy.calls_per_turn, row.most_calls or policy.calls_per_turn), min(costs, default=None))


def calls_reached(limits: TurnLimits) -> dict[str, str]:
    """Why the turn ended."""
    return {
        "code": "turn_call_limit",
        "message": f"The answer was stopped after {limits.calls} model calls, as many as one may take.",
    }


def cost_reached() -> dict[str, str]:
    """Why the turn ended."""
    return {"code": "turn_cost_limit", "message": "The answer was stopped at the amount that one may cost."}


def length_reached() -> dict[str, str]:
    """Why the turn ended."""
    return {"code": "turn_length_limit", "message": f"The answer was stopped after {MOST_CHARACTERS:,} characters."}


def call_repeated() -> dict[str, str]:
    """Why the turn ended."""
    return {
        "code": "turn_call_repeated",
        "message": "The answer was stopped: it asked for the same call again and again.",
    }
