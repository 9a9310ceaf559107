"""Callers of Anthropic's Messages API, such as Claude Code, on a provider of chat completions."""

import msgspec

from guildhall.gateway.adapters import messages_answer, messages_request, messages_turns, reading, refusals
from guildhall.gateway.adapters.events import Stream
from guildhall.gateway.adapters.messages_events import MessageEvents
from guildhall.gateway.adapters.vocabulary import Vocabulary


class MessagesOnChat:
    """An `Adapter`.

    Thinking goes to the provider as `reasoning_content`, without the signatures; `top_k` and hints are dropped;
    Anthropic's own tools, containers and MCP servers are refused. A signature that the provider adds to its tool calls
    reaches the caller as a block of `redacted_thinking`, and comes back with it: see `keepsakes`.
    """

    def __init__(self, known: Vocabulary | None = None) -> None:
        """`known` is what may be said to the provider; `vocabulary.OURS` when another adapter follows."""
        self._known = known or Vocabulary()

    def request(self, body: bytes, model: str) -> bytes:
        """A chat completion. Raises `BadRequestError`."""
        request = reading.request(messages_request.REQUEST, body)
        messages = messages_turns.messages(request, self._known)
        words = messages_request.words(request, self._known)
        return msgspec.json.encode({"model": model, "messages": messages, **words})

    def answer(self, body: bytes, _request: bytes = b"") -> bytes:
        """A message. Raises `UpstreamFailure`."""
        return messages_answer.translated(body)

    def refusal(self, body: bytes) -> bytes:
        """A provider's error in Anthropic's shape."""
        return msgspec.json.encode(refusals.to_messages(refusals.read(body)))

    def stream(self, _request: bytes = b"") -> Stream:
        """Events of a message."""
        return Stream(MessageEvents())
