"""Keepsakes: what a provider wants back unread, wrapped up so that a caller of another dialect hands it back.

Anthropic signs its thinking and Gemini its tool calls, and both want the signature again with the next request. In
chat completions they travel in `thinking_blocks` and in `extra_content`. Callers of other dialects know neither, but
every dialect has one opaque field that callers return as it is: Anthropic's `redacted_thinking.data` and OpenAI's
`reasoning.encrypted_content`.
"""

import base64
import binascii

import msgspec

from guildhall.gateway.adapters.chat_request import ThinkingBlock
from guildhall.gateway.adapters.reading import ABSENT, is_given

_MARK = "guildhall."


class Keepsake(msgspec.Struct, omit_defaults=True):
    """Extra content belongs to the tool call of that id, or to the whole message."""

    call_id: str | None = None
    extra_content: msgspec.Raw = ABSENT
    thinking_blocks: list[ThinkingBlock] = []


_keepsake = msgspec.json.Decoder(Keepsake)


def wrap(keepsake: Keepsake) -> str:
    """As one opaque text."""
    return _MARK + base64.urlsafe_b64encode(msgspec.json.encode(keepsake)).decode()


def unwrap(text: str) -> Keepsake | None:
    """What `wrap` was given; None when the text is none of ours."""
    if not text.startswith(_MARK):
        return None
    try:
        inside = base64.urlsafe_b64decode(text.removeprefix(_MARK).encode()).decode()
        return _keepsake.decode(inside)
    except (binascii.Error, UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return None


def by_call(keepsake: Keepsake) -> dict[str | None, msgspec.Raw]:
    """The extra content, by the id of the call that it belongs to."""
    return {keepsake.call_id: keepsake.extra_content} if is_given(keepsake.extra_content) else {}
