"""Endpoints: the addresses under `/v1` that call a model, and what a request for each must hold."""

from dataclasses import dataclass
from typing import Literal

Manner = Literal["openai", "anthropic"]
Form = Literal["json", "multipart", "either"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that calls a model."""

    path: str
    needs: tuple[str, ...]
    """Fields that a request must have, besides the model."""
    can_stream: bool = False
    manner: Manner = "openai"
    """Whose shape errors have."""
    form: Form = "json"
    """How a request is written."""


CHAT = Endpoint("/v1/chat/completions", ("messages",), can_stream=True)
COMPLETIONS = Endpoint("/v1/completions", ("prompt",), can_stream=True)
EMBEDDINGS = Endpoint("/v1/embeddings", ("input",))
RERANK = Endpoint("/v1/rerank", ("query", "documents"))
MODERATIONS = Endpoint("/v1/moderations", ("input",))
RESPONSES = Endpoint("/v1/responses", ("input",), can_stream=True)
INPUT_TOKENS = Endpoint("/v1/responses/input_tokens", ("input",))
MESSAGES = Endpoint("/v1/messages", ("messages",), can_stream=True, manner="anthropic")
COUNT_TOKENS = Endpoint("/v1/messages/count_tokens", ("messages",), manner="anthropic")

COUNTING = frozenset({INPUT_TOKENS, COUNT_TOKENS})
"""They only say how many tokens something would be."""
WITHOUT_OUTPUT = frozenset({*COUNTING, EMBEDDINGS, MODERATIONS, RERANK})
"""No model writes anything there."""

# Passed on as they arrive, in both directions.
IMAGES = Endpoint("/v1/images/generations", ("prompt",))
IMAGE_EDITS = Endpoint("/v1/images/edits", ("prompt",), form="either")
IMAGE_VARIATIONS = Endpoint("/v1/images/variations", (), form="multipart")
SPEECH = Endpoint("/v1/audio/speech", ("input",))
TRANSCRIPTIONS = Endpoint("/v1/audio/transcriptions", (), form="multipart")
TRANSLATIONS = Endpoint("/v1/audio/translations", (), form="multipart")

# Asked of providers by ourselves; callers have ours answered, in the manner they ask in.
MODELS = Endpoint("/v1/models", ())

ENDPOINTS = {
    each.path: each
    for each in (
        *(CHAT, COMPLETIONS, EMBEDDINGS, RERANK, MODERATIONS),
        *(RESPONSES, INPUT_TOKENS, MESSAGES, COUNT_TOKENS),
    )
}
PASSAGES = {each.path: each for each in (IMAGES, IMAGE_EDITS, IMAGE_VARIATIONS, SPEECH, TRANSCRIPTIONS, TRANSLATIONS)}
