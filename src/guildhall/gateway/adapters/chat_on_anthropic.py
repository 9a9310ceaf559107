"""Callers of chat completions on a provider with Anthropic's Messages API."""

import msgspec

from guildhall.gateway.adapters import anthropic_answer, anthropic_request, chat_request, reading, refusals
from guildhall.gateway.adapters.anthropic_events import AnthropicEvents
from guildhall.gateway.adapters.events import Stream


class ChatOnAnthropic:
    """An `Adapter`.

    Hints such as `seed`, `store`, `metadata` or `verbosity` are dropped; what would change the answer and cannot be
    said (`n`, `logprobs`, `logit_bias`, penalties, audio, JSON without a schema) is refused. Thinking comes as
    `reasoning_content`, and once more as signed `thinking_blocks`: give these back with tool results, and it goes on.
    """

    def __init__(self, usual_tokens: int = 16_000) -> None:
        """`usual_tokens` is how long an answer may become when the caller sets no limit."""
        self._usual_tokens = usual_tokens

    def request(self, body: bytes, model: str) -> bytes:
        """The body of `/v1/messages`. Raises `BadRequestError`."""
        request = reading.request(chat_request.REQUEST, body)
        return msgspec.json.encode(anthropic_request.translated(request, model, self._usual_tokens))

    def answer(self, body: bytes, _request: bytes = b"") -> bytes:
        """A chat completion. Raises `UpstreamFailure`."""
        return anthropic_answer.translated(body)

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in OpenAI's shape."""
        return msgspec.json.encode(refusals.to_chat(refusals.read(body)))

    def stream(self, _request: bytes = b"") -> Stream:
        """Chunks of a chat completion."""
        return Stream(AnthropicEvents())
