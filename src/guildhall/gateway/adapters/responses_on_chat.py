"""Callers of OpenAI's Responses API on a provider of chat completions."""

import msgspec

from guildhall.gateway.adapters import (
    reading,
    refusals,
    responses_answer,
    responses_echo,
    responses_items,
    responses_request,
)
from guildhall.gateway.adapters.events import Stream
from guildhall.gateway.adapters.responses_events import ResponseEvents
from guildhall.gateway.adapters.vocabulary import Vocabulary


class ResponsesOnChat:
    """An `Adapter`.

    OpenAI's own tools, stored conversations and prompts, background work and logprobs are refused; `truncation`,
    `include` and other hints are dropped. Reasoning comes as a summary; what a provider wants back unread is in
    `encrypted_content`: see `keepsakes`.
    """

    def __init__(self, known: Vocabulary | None = None) -> None:
        """`known` is what may be said to the provider; `vocabulary.OURS` when another adapter follows."""
        self._known = known or Vocabulary()

    def request(self, body: bytes, model: str) -> bytes:
        """A chat completion. Raises `BadRequestError`."""
        request = reading.request(responses_request.REQUEST, body)
        messages = responses_items.messages(request, self._known)
        words = responses_request.words(request, self._known)
        return msgspec.json.encode({"model": model, "messages": messages, **words})

    def answer(self, body: bytes, request: bytes = b"") -> bytes:
        """A response, with what was asked. Raises `UpstreamFailure`."""
        return responses_answer.translated(body, responses_echo.of(request))

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in OpenAI's shape."""
        return msgspec.json.encode(refusals.to_chat(refusals.read(body)))

    def stream(self, request: bytes = b"") -> Stream:
        """Events of a response, with what was asked."""
        return Stream(ResponseEvents(responses_echo.of(request)))
