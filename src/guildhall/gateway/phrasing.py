"""Phrasing: parameters of the house's own calls, in the words that a model's providers take. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from guildhall.gateway.catalog import Entry
from guildhall.gateway.presets import preset_of

# Of which model, and what is to be said.
Phrase = Callable[[str, Mapping[str, Any]], dict[str, Any]]


def phrased(entry: Entry | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with the limit of the answer under the name that all who serve the model know.

    OpenAI's reasoning models refuse `max_tokens`; many who speak as OpenAI does know nothing else.
    """
    said = dict(params)
    servings = entry.servings if entry else ()
    knows_newer = bool(servings) and all(preset_of(one.kind).vocabulary.max_completion_tokens for one in servings)
    if knows_newer and "max_tokens" in said:
        said["max_completion_tokens"] = said.pop("max_tokens")
    return said
