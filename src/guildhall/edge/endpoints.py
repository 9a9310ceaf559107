"""Endpoints: the addresses under `/v1` that call a model, and what a request for each must hold."""

from dataclasses import dataclass
from typing import Literal

Manner = Literal["openai", "anthropic"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that calls a model."""

    path: str
    needs: tuple[str, ...]
    """Fields that a request must have, besides the model."""
    can_stream: bool = False
    manner: Manner = "openai"
    """Whose shape errors have."""


CHAT = Endpoint("/v1/chat/completions", ("messages",), can_stream=True)
COMPLETIONS = Endpoint("/v1/completions", ("prompt",), can_stream=True)
EMBEDDINGS = Endpoint("/v1/embeddings", ("input",))
RERANK = Endpoint("/v1/rerank", ("query", "documents"))
MODERATIONS = Endpoint("/v1/moderations", ("input",))
RESPONSES = Endpoint("/v1/responses", ("input",), can_stream=True)
MESSAGES = Endpoint("/v1/messages", ("messages",), can_stream=True, manner="anthropic")
COUNT_TOKENS = Endpoint("/v1/messages/count_tokens", ("messages",), manner="anthropic")

# Asked of providers by ourselves; callers have ours answered.
MODELS = Endpoint("/v1/models", ())

ENDPOINTS = {
    each.path: each for each in (CHAT, COMPLETIONS, EMBEDDINGS, RERANK, MODERATIONS, RESPONSES, MESSAGES, COUNT_TOKENS)
}
