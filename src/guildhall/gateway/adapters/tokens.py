"""Tokens: what an answer used. Every dialect counts it in its own way; chat's is the one in the middle."""

from typing import Any, NamedTuple

import msgspec

_MOST = 2**31 - 1
Tally = int | float | None


class Tokens(NamedTuple):
    """Cached and written ones are part of the prompt, and reasoning is part of the completion."""

    prompt: int = 0
    cached: int = 0
    written: int = 0  # to the provider's cache
    completion: int = 0
    reasoning: int = 0


class PromptDetails(msgspec.Struct):
    """What became of the prompt."""

    cached_tokens: Tally = None
    cache_write_tokens: Tally = None


class CompletionDetails(msgspec.Struct):
    """What the completion consists of."""

    reasoning_tokens: Tally = None


class Usage(msgspec.Struct):
    """The `usage` of a chat completion."""

    prompt_tokens: Tally = None
    completion_tokens: Tally = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


def from_chat(usage: Usage) -> Tokens:
    """What a chat provider counted."""
    prompt = usage.prompt_tokens_details or PromptDetails()
    completion = usage.completion_tokens_details or CompletionDetails()
    return Tokens(
        prompt=counted(usage.prompt_tokens),
        cached=counted(prompt.cached_tokens),
        written=counted(prompt.cache_write_tokens),
        completion=counted(usage.completion_tokens),
        reasoning=counted(completion.reasoning_tokens),
    )


def to_chat(tokens: Tokens) -> dict[str, Any]:
    """As the `usage` of a chat completion."""
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": tokens.written},
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
    }


def counted(tally: Tally) -> int:
    """A number that a provider gave, made usable."""
    return 0 if tally is None else int(min(max(0, tally), _MOST))
