"""Callers of chat completions on a provider with Google's Gemini API."""

import msgspec

from guildhall.gateway.adapters import chat_request, gemini_answer, gemini_request, reading, refusals
from guildhall.gateway.adapters.events import Stream
from guildhall.gateway.adapters.gemini_events import GeminiEvents


class ChatOnGemini:
    """An `Adapter`.

    The model and whether to stream are in Gemini's address, which somebody else writes: `generateContent`, or
    `streamGenerateContent?alt=sse`. Hints such as `store`, `metadata` or `user` are dropped; what would change the
    answer and cannot be said (`logprobs`, `logit_bias`, one tool call at a time, pictures in tool results) is refused.
    How the signatures of thoughts come back to Gemini stands in `gemini_contents`.
    """

    def request(self, body: bytes, model: str) -> bytes:
        """The body of `generateContent`. Raises `BadRequestError`."""
        request = reading.request(chat_request.REQUEST, body)
        return msgspec.json.encode(gemini_request.translated(request, model))

    def answer(self, body: bytes, _request: bytes = b"") -> bytes:
        """A chat completion. Raises `UpstreamFailure`."""
        return gemini_answer.translated(body)

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in OpenAI's shape."""
        return msgspec.json.encode(refusals.to_chat(refusals.read(body)))

    def stream(self, _request: bytes = b"") -> Stream:
        """Chunks of a chat completion."""
        return Stream(GeminiEvents())
