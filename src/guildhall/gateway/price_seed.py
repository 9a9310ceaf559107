"""The seed: prices, context lengths and abilities of models as they were known on one day; part of the product.

`scripts/make_price_seed.py` makes it; nothing is ever fetched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from guildhall.gateway.pricing import Rates, rates_of

FILE = Path(__file__).with_name("seed") / "prices.json"
# How the list names models of a provider.
_PREFIXES = {
    "gemini": "gemini/",
    "azure": "azure/",
    "deepseek": "deepseek/",
    "qwen": "dashscope/",
    "moonshot": "moonshot/",
    "zhipu": "zai/",
    "doubao": "volcengine/",
    "mistral": "mistral/",
    "groq": "groq/",
    "openrouter": "openrouter/",
    "ollama": "ollama/",
}
# Whoever runs a model knows what it costs: these have no list price.
_OWN_MACHINES = frozenset({"ollama", "vllm"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the list says of a model."""

    context_tokens: int | None
    output_tokens: int | None
    capabilities: tuple[str, ...]
    rates: Rates | None
    """In nano-US-dollars."""


class Seed:
    """The list, read once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.date: str = content["date"]
        self.id = f"seed_{self.date}"
        self._models: Mapping[str, Any] = content["models"]

    def known(self, model: str, upstream: str, kind: str) -> Known | None:
        """What is known of a public model that a channel of this kind calls `upstream`."""
        found = [self._models[name] for name in _names(model, upstream, kind) if name in self._models]
        if not found:
            return None
        rates = next((entry["rates"] for entry in found if "rates" in entry), None)
        first = found[0]
        return Known(
            first.get("context"),
            first.get("output"),
            tuple(first.get("can", ())),
            None if rates is None or kind in _OWN_MACHINES else rates_of(rates),
        )


@cache
def seed() -> Seed:
    """The list that came with this version."""
    return Seed(orjson.loads(FILE.read_bytes()))


def _names(model: str, upstream: str, kind: str) -> Iterator[str]:
    """Where to look: by the public name, then by the provider's, each with and without the provider before it."""
    prefix = _PREFIXES.get(kind, "")
    for name in dict.fromkeys((model, upstream)):
        if prefix and not name.startswith(prefix):
            yield prefix + name
        yield name
        if "/" in name:
            yield name.rsplit("/", 1)[1]
