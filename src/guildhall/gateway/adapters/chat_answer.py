"""Chat answers: what a provider of chat completions says, whole or in chunks, forgiving about what is left out."""

import msgspec

from guildhall.edge.failures import UpstreamFailure
from guildhall.gateway.adapters import reading, refusals
from guildhall.gateway.adapters.chat_request import ThinkingBlock
from guildhall.gateway.adapters.reading import ABSENT, is_given
from guildhall.gateway.adapters.tokens import Usage


class Function(msgspec.Struct):
    """A function that is called, or a piece of it."""

    name: str | None = None
    arguments: str | None = None


class Call(msgspec.Struct):
    """A tool call, or a piece of one."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None
    extra_content: msgspec.Raw = ABSENT


class Message(msgspec.Struct):
    """What the model said, or the next piece of it. Providers call thinking by either name."""

    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[Call] | None = None
    thinking_blocks: list[ThinkingBlock] | None = None
    extra_content: msgspec.Raw = ABSENT

    @property
    def thinking(self) -> str:
        """What the model thought."""
        return self.reasoning_content or self.reasoning or ""


class Choice(msgspec.Struct):
    """One of the answers to choose from; a chunk has a delta."""

    index: int | None = None
    message: Message | None = None
    delta: Message | None = None
    finish_reason: str | None = None


class Answer(msgspec.Struct):
    """A whole answer or a chunk."""

    model: str | None = None
    choices: list[Choice] | None = None
    usage: Usage | None = None
    error: msgspec.Raw = ABSENT

    @property
    def has_failed(self) -> bool:
        """Whether it is an error instead."""
        return is_given(self.error)

    @property
    def choice(self) -> Choice | None:
        """The first answer; nobody here asks for more."""
        return next((choice for choice in self.choices or [] if not choice.index), None)


_answer = msgspec.json.Decoder(Answer)


def whole(body: bytes) -> tuple[Answer, Message, str | None]:
    """An answer, the message in it, and why it ends. Raises `UpstreamFailure`."""
    answer = reading.answer(_answer, body)
    if answer.has_failed:
        raise failure(body)
    choice = answer.choice
    if choice is None or choice.message is None:
        raise UpstreamFailure("not_json", "The provider's answer held no message.")
    return answer, choice.message, choice.finish_reason


def chunk(payload: bytes) -> Answer:
    """One chunk of a streamed answer. Raises `UpstreamFailure`."""
    return reading.answer(_answer, payload)


def failure(body: bytes) -> UpstreamFailure:
    """An error that came in place of an answer."""
    return UpstreamFailure("error_body", "The provider answered with an error.", said=refusals.read(body).message)
