"""Make the vendored list of prices from litellm's file: `make_price_seed.py FILE VERSION DATE`.

The file is `model_prices_and_context_window_backup.json` of the PyPI package litellm (MIT licence, see the header that
is written). What is kept: models that this house can call, their rates in whole nano-US-dollars, context and abilities.
"""

import hashlib
import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "src/guildhall/gateway/seed"
LICENCE = "MIT, Copyright (c) 2023 Berri AI; see LICENSE beside this file"
SIZED = re.compile(r"\d+-x-\d+/|(low|medium|high|standard|hd)/")  # one picture size of a model that is listed itself
PROVIDERS = frozenset({
    "openai", "text-completion-openai", "anthropic", "gemini", "azure", "azure_ai", "deepseek", "dashscope", "moonshot",
    "zai", "volcengine", "mistral", "codestral", "groq", "openrouter", "ollama", "xai", "perplexity", "together_ai",
    "fireworks_ai", "fireworks_ai-embedding-models", "deepinfra", "cohere", "cohere_chat", "voyage", "jina_ai",
    "cerebras", "sambanova", "nebius", "novita", "minimax", "hyperbolic", "lambda_ai", "nvidia_nim", "meta_llama",
    "ai21", "tencent", "xiaomi_mimo", "scaleway", "ovhcloud",
})  # fmt: skip
KINDS = {
    "chat": "chat",
    "responses": "chat",
    "completion": "completion",
    "embedding": "embedding",
    "rerank": "rerank",
    "moderation": "moderation",
    "image_generation": "image",
    "image_edit": "image",
    "audio_transcription": "transcription",
    "audio_speech": "speech",
}
ABILITIES = {
    "supports_function_calling": "tools",
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "structured_output",
    "supports_pdf_input": "files",
    "supports_audio_input": "audio_input",
    "supports_audio_output": "audio_output",
    "supports_prompt_caching": "caching",
    "supports_web_search": "web_search",
}
TOKENS = {
    "input": "input_cost_per_token{}",
    "cached_input": "cache_read_input_token_cost{}",
    "cache_write": "cache_creation_input_token_cost{}",
    "output": "output_cost_per_token{}",
    "reasoning": "output_cost_per_reasoning_token{}",
}
ABOVE = re.compile(r"_above_(\d+)k_tokens$")
NANO = 10**9


def main(source: Path, version: str, date: str) -> None:
    """Write the seed and its digest."""
    content = source.read_bytes()
    header = {
        "source": f"litellm {version}",
        "source_sha256": hashlib.sha256(content).hexdigest(),
        "date": date,
        "licence": LICENCE,
        "currency": "USD",
    }
    found = json.loads(content, parse_float=Decimal)
    models = {name: entry for name in sorted(found) if (entry := kept(name, found[name]))}
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}" for name, entry in models.items()
    )
    text = f'{json.dumps(header, indent=0)[:-2]},\n"models":{{\n{lines}\n}}}}\n'
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "prices.json").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (FOLDER / "prices.json.sha256").write_text(f"{digest}  prices.json\n")
    priced = sum("rates" in entry for entry in models.values())
    print(f"{len(models)} models, {priced} with prices, {len(text)} bytes, sha256 {digest}")


def kept(name: str, entry: dict[str, Any]) -> dict[str, Any] | None:
    """What the house wants to know of a model; None of what it cannot call."""
    kind = KINDS.get(entry.get("mode") or "")
    if kind is None or entry.get("litellm_provider") not in PROVIDERS or len(name) > 200 or SIZED.match(name):
        return None
    abilities = sorted({ability for field, ability in ABILITIES.items() if entry.get(field) is True})
    known = {
        "context": _count(entry.get("max_input_tokens") or entry.get("max_tokens")),
        "output": _count(entry.get("max_output_tokens")) if kind in {"chat", "completion"} else None,
        "can": [kind, *abilities],
        "rates": rates(entry, kind),
    }
    return {field: value for field, value in known.items() if value}


def rates(entry: dict[str, Any], kind: str) -> dict[str, Any]:
    """Its rates; none where all of them are zero, which mostly means that nobody knew."""
    found = _tokens(entry, "")
    if kind == "image":
        found.setdefault("output", _nano(entry.get("output_cost_per_image_token"), 10**6))
    found |= {
        "per_call": _nano(entry.get("input_cost_per_query") or entry.get("input_cost_per_request"), 1),
        "per_image": _nano(entry.get("output_cost_per_image"), 1) if kind == "image" else None,
        "per_audio_second": _nano(entry.get("input_cost_per_second"), 1) if kind == "transcription" else None,
        "per_million_characters": _nano(entry.get("input_cost_per_character"), 10**6) if kind == "speech" else None,
    }
    ranges = sorted(entry.get("tiered_pricing") or (), key=lambda one: one["range"][0])
    if ranges and found.get("input") is None:
        found |= _tokens(ranges[0], "")
    tiers = [tier for one in ranges[1:] if (tier := _tokens(one, "", above=int(one["range"][0])))]
    if not tiers:
        above = sorted({int(seen[1]) for field in entry if (seen := ABOVE.search(field))})
        tiers = [_tokens(entry, f"_above_{each}k_tokens", above=each * 1000) for each in above]
    found = {name: value for name, value in found.items() if value is not None}
    if not any(found.values()) and kind != "moderation":
        return {}
    tiers = [tier for tier in tiers if any(value for name, value in tier.items() if name != "above")]
    return found | ({"tiers": tiers} if tiers else {})


def _tokens(entry: dict[str, Any], suffix: str, **more: int) -> dict[str, Any]:
    found = {name: _nano(entry.get(field.format(suffix)), 10**6) for name, field in TOKENS.items()}
    if found["cache_write"] == 0:  # not free: not told apart from other input
        found["cache_write"] = None
    return {name: value for name, value in found.items() if value is not None} | more


def _nano(dollars: Any, times: int) -> int | None:
    """US dollars for one, as whole nano-dollars for so many."""
    return None if dollars is None else round(Decimal(dollars) * NANO * times)


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | Decimal) and 0 < value < 2**31 else None


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
