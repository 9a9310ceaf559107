"""Parameters: how a model is asked to answer, as a session has them set. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is sent along with every model call of a turn; what is None is the provider's affair."""

    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    reasoning_effort: Effort | None = None
    stop: tuple[str, ...] = ()


NONE_SET = Parameters()


def as_chat(parameters: Parameters) -> dict[str, Any]:
    """As chat completions name them; only those that are set."""
    named = {
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "max_tokens": parameters.max_output_tokens,
        "reasoning_effort": parameters.reasoning_effort,
        "stop": list(parameters.stop) or None,
    }
    return {name: value for name, value in named.items() if value is not None}
