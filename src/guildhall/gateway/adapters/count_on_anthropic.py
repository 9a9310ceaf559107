"""Callers who count the tokens of a response on a provider with Anthropic's Messages API."""

import msgspec

from guildhall.edge.adapter import Adapter, StreamAdapter
from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import reading

# What counting takes of a message's request; it refuses the rest.
_COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking")

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Count(msgspec.Struct):
    input_tokens: int


_count = msgspec.json.Decoder(_Count)


class CountOnAnthropic:
    """An `Adapter` around the one for responses."""

    def __init__(self, responses: Adapter) -> None:
        self._responses = responses

    def request(self, body: bytes, model: str) -> bytes:
        """The body of `/v1/messages/count_tokens`. Raises `BadRequestError`."""
        fields = _fields.decode(self._responses.request(body, model))
        return msgspec.json.encode({name: fields[name] for name in _COUNTED if name in fields})

    def answer(self, body: bytes, _request: bytes = b"") -> bytes:
        """OpenAI's count. Raises `UpstreamFailure`."""
        tokens = reading.answer(_count, body).input_tokens
        return msgspec.json.encode({"object": "response.input_tokens", "input_tokens": tokens})

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in OpenAI's shape."""
        return self._responses.refusal(body)

    def stream(self, _request: bytes = b"") -> StreamAdapter:
        """Nobody streams a count. Raises `UpstreamFailure`."""
        raise UpstreamFailure("protocol", "The provider streamed what is one number.")
