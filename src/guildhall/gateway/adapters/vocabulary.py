"""Vocabulary: which words a chat provider knows, beyond those that all of them do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What an adapter may say to a provider. Many refuse a request for one unknown word."""

    reasoning_effort: bool = True
    max_completion_tokens: bool = False
    """OpenAI's newer name for `max_tokens`, and the only one that its reasoning models take."""
    extensions: bool = False
    """`cache_control`, `thinking_blocks` and `is_error`, which are not OpenAI's: see `chat_request`."""


OURS = Vocabulary(extensions=True)
"""What our own adapters know, so that nothing is lost in a `Chain`."""
