"""Echo: what a response repeats of its request, as OpenAI's clients expect to read it there."""

from typing import Any

import msgspec

_DEFAULTS: dict[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "auto",
    "store": True,
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": None,
    "truncation": "disabled",
    "user": None,
}
_WHOLE = ("reasoning", "text")

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def of(request: bytes) -> dict[str, Any]:
    """What was asked, and for what was not said, what holds then."""
    try:
        given = _fields.decode(request) if request else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        given = {}
    asked = {name: given[name] for name in _DEFAULTS if name in given and bytes(given[name]) != b"null"}
    return {**_DEFAULTS, **asked, **{name: _completed(name, asked[name]) for name in _WHOLE if name in asked}}


def _completed(name: str, raw: msgspec.Raw) -> dict[str, Any]:
    """An object of which the caller may have given a part."""
    try:
        return {**_DEFAULTS[name], **_fields.decode(raw)}
    except msgspec.DecodeError:
        return {**_DEFAULTS[name]}
