"""Chat requests: what a caller of chat completions may say, as far as other dialects have words for it.

Beyond OpenAI's own fields, these are understood where a caller gives them back: `reasoning_content`,
`thinking_blocks` (Anthropic's blocks with their signatures), `extra_content` (Google's), `cache_control` on parts and
tools, and `is_error` on tool results.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from guildhall.gateway.adapters.efforts import Effort
from guildhall.gateway.adapters.reading import ABSENT, is_given

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Seed = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Schema = dict[str, msgspec.Raw]


class CacheControl(msgspec.Struct, omit_defaults=True):
    """Anthropic's mark for where its cache ends."""

    type: str
    ttl: str | None = None


class ThinkingBlock(msgspec.Struct, omit_defaults=True):
    """Thinking as Anthropic signed or encrypted it."""

    type: Literal["thinking", "redacted_thinking"]
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None

    @property
    def is_signed(self) -> bool:
        """Whether Anthropic would take it back."""
        return bool(self.signature or self.data)


class ImageUrl(msgspec.Struct):
    """Where an image is."""

    url: str


class File(msgspec.Struct):
    """A document inside the request, or known to OpenAI."""

    file_data: str | None = None
    filename: str | None = None


class Audio(msgspec.Struct):
    """A recording in base64."""

    data: str
    format: str


class Part(msgspec.Struct):
    """One part of a message's content."""

    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: ImageUrl | None = None
    file: File | None = None
    input_audio: Audio | None = None
    cache_control: CacheControl | None = None


class Google(msgspec.Struct):
    """What Google adds to a message or a tool call."""

    thought_signature: str | None = None


class ExtraContent(msgspec.Struct):
    """What providers add, each under its own name."""

    google: Google | None = None

    @property
    def signature(self) -> str | None:
        """Gemini's signature of its thought."""
        return self.google.thought_signature if self.google else None


class Function(msgspec.Struct):
    """A function that the model has called."""

    name: str
    arguments: str


class ToolCall(msgspec.Struct):
    """One call of a tool."""

    id: str
    function: Function | None = None
    extra_content: ExtraContent | None = None


class Message(msgspec.Struct):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None
    refusal: str | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    is_error: bool | None = None
    thinking_blocks: list[ThinkingBlock] | None = None
    extra_content: ExtraContent | None = None

    @property
    def parts(self) -> list[Part]:
        """Its content as parts, whichever way it was written."""
        if isinstance(self.content, str):
            return [Part(type="text", text=self.content)]
        return self.content or []


class ToolFunction(msgspec.Struct):
    """A function that the model may call."""

    name: str
    description: str | None = None
    parameters: Schema | None = None
    strict: bool | None = None


class Tool(msgspec.Struct):
    """Something that the model may use."""

    type: str
    function: ToolFunction | None = None
    cache_control: CacheControl | None = None


class ChosenFunction(msgspec.Struct):
    """The function that must be called."""

    name: str


class ToolChoice(msgspec.Struct):
    """A tool that must be used."""

    type: str
    function: ChosenFunction | None = None


class JsonSchema(msgspec.Struct):
    """What the answer must look like."""

    schema: Schema | None = None


class ResponseFormat(msgspec.Struct):
    """What the answer must be."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class ChatRequest(msgspec.Struct):
    """A chat completion. What is missing here is a hint that no other dialect has a word for."""

    messages: list[Message]
    stream: bool | None = None
    max_tokens: Count | None = None
    max_completion_tokens: Count | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: Count | None = None
    seed: Seed | None = None
    stop: str | list[str] | None = None
    n: Count | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    logprobs: bool | None = None
    top_logprobs: Count | None = None
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: Effort | None = None
    modalities: list[str] | None = None
    user: str | None = None
    audio: msgspec.Raw = ABSENT
    web_search_options: msgspec.Raw = ABSENT
    functions: msgspec.Raw = ABSENT
    function_call: msgspec.Raw = ABSENT

    @property
    def stops(self) -> list[str]:
        """Where the answer must stop."""
        return [self.stop] if isinstance(self.stop, str) else self.stop or []

    @property
    def most_tokens(self) -> int | None:
        """How long the answer may become."""
        return self.max_tokens if self.max_completion_tokens is None else self.max_completion_tokens


REQUEST = msgspec.json.Decoder(ChatRequest)


def unspeakable(request: ChatRequest) -> Iterator[str]:
    """Parameters that would change the answer, and that no provider of another dialect has a word for."""
    if request.logprobs:
        yield "logprobs"
    if request.top_logprobs:
        yield "top_logprobs"
    if request.logit_bias:
        yield "logit_bias"
    if request.modalities and request.modalities != ["text"]:
        yield "modalities"
    for name in ("audio", "web_search_options", "functions", "function_call"):
        if is_given(getattr(request, name)):
            yield name
