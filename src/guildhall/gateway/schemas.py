"""What the gateway takes and gives over HTTP."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from guildhall.core.web import Input, PlainText

Kind = Literal[
    "openai", "anthropic", "gemini", "azure", "deepseek", "qwen", "moonshot", "zhipu", "doubao", "siliconflow",
    "mistral", "groq", "openrouter", "ollama", "vllm", "custom", "simulator",
]  # fmt: skip

# Headers that the gateway writes itself, or that are about one connection.
_OUR_HEADERS = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "cookie", "expect",
    "host", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    "x-api-key", "x-goog-api-key", "api-key",
})  # fmt: skip
_OUR_PARAMETERS = frozenset({"model", "messages", "stream", "stream_options", "prompt", "input", "contents"})
_PARAMETERS_BYTES = 16 * 1024
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not contain control characters")
    return value


def _header_safe(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if len(secret) > 1000 or any(not "!" <= letter <= "~" for letter in secret):
        raise ValueError("must be at most 1000 visible ASCII characters, without spaces")
    return SecretStr(secret)


def _header_value(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if not secret or len(secret) > 1000 or any(not " " <= letter <= "~" for letter in secret):
        raise ValueError("must be 1 to 1000 visible ASCII characters")
    return SecretStr(secret)


def _header_name(value: str) -> str:
    name = value.lower()
    if not _TOKEN.fullmatch(name):
        raise ValueError("must be the name of a header")
    if name in _OUR_HEADERS:
        raise ValueError("is written by the gateway itself")
    return name


def _parameters(value: dict[str, Any]) -> dict[str, Any]:
    ours = sorted(_OUR_PARAMETERS & set(value))
    if ours:
        raise ValueError(f"must not name {ours[0]}, which is the caller's")
    try:
        size = len(orjson.dumps(value))
    except (TypeError, ValueError):
        raise ValueError("must be JSON") from None
    if size > _PARAMETERS_BYTES:
        raise ValueError("must be at most 16 KB of JSON")
    return value


Name = Annotated[PlainText, Field(min_length=1, max_length=100), AfterValidator(_printable)]
ModelName = Annotated[PlainText, Field(min_length=1, max_length=200), AfterValidator(_printable)]
BaseUrl = Annotated[PlainText, Field(max_length=500)]
ApiKey = Annotated[SecretStr, AfterValidator(_header_safe)]
HeaderName = Annotated[PlainText, Field(min_length=1, max_length=64), AfterValidator(_header_name)]
HeaderValue = Annotated[SecretStr, AfterValidator(_header_value)]
Parameters = Annotated[dict[PlainText, Any], AfterValidator(_parameters)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000_000)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class ModelIn(Input):
    """A model as callers name it; `upstream_model` when the provider names it otherwise."""

    name: ModelName
    upstream_model: ModelName | None = None


def _distinct(models: list[ModelIn]) -> list[ModelIn]:
    if len({model.name for model in models}) != len(models):
        raise ValueError("must not name a model twice")
    return models


Models = Annotated[list[ModelIn], Field(max_length=500), AfterValidator(_distinct)]


class ChannelLimits(Input):
    """How much a channel may be asked for, and how long it may take; null is no limit, or the usual patience."""

    calls_per_minute: PerMinute | None = None
    tokens_per_minute: PerMinute | None = None
    parallel_calls: PerMinute | None = None
    connect_seconds: Seconds | None = None
    first_byte_seconds: Seconds | None = None
    idle_seconds: Seconds | None = None
    total_seconds: Seconds | None = None


LIMITS = tuple(ChannelLimits.model_fields)
NULLABLE = {"api_key", "base_url", *LIMITS}


class ChannelIn(ChannelLimits):
    """A channel to create or to try."""

    name: Name
    kind: Kind
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    models: Models = Field(default_factory=list)
    private: bool = False
    enabled: bool = True
    weight: int = Field(1, ge=1, le=1000)
    priority: int = Field(0, ge=-100, le=100)
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict, max_length=20)
    parameters: Parameters = Field(default_factory=dict)


class ChannelChange(ChannelLimits):
    """What to change of a channel; what is absent stays as it is.

    An `api_key` becomes the only key, and a null one removes all of them. Headers that are not named go; one whose
    value is null stays as it is.
    """

    name: Name | None = None
    kind: Kind | None = None
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    models: Models | None = None
    private: bool | None = None
    enabled: bool | None = None
    weight: int | None = Field(None, ge=1, le=1000)
    priority: int | None = Field(None, ge=-100, le=100)
    headers: dict[HeaderName, HeaderValue | None] | None = Field(None, max_length=20)
    parameters: Parameters | None = None

    @model_validator(mode="after")
    def _no_nulls(self) -> "ChannelChange":
        for field in self.model_fields_set - NULLABLE:
            if getattr(self, field) is None:
                raise ValueError(f"{field} must not be null")
        return self


class ChannelKeyOut(BaseModel):
    """A key of a channel; of itself only the last four characters. One that was refused says why and since when."""

    id: str
    last4: str
    off_reason: str | None
    off_at: datetime | None


class ChannelKeyIn(Input):
    """A further key for a channel."""

    api_key: ApiKey


class OrderIn(Input):
    """Channels in the order in which they are to be shown."""

    channel_ids: list[Annotated[PlainText, Field(max_length=32)]] = Field(min_length=1, max_length=1000)


class ModelOut(BaseModel):
    """A model of a channel."""

    name: str
    upstream_model: str


class TestOut(BaseModel):
    """What came of trying a channel: the provider's first words, or why there were none."""

    ok: bool
    model: str | None
    latency_ms: int | None
    answer: str | None
    code: str | None
    message: str


class ChannelOut(BaseModel):
    """A channel; of its keys only the last four characters, of its headers only the names."""

    id: str
    name: str
    kind: Kind
    base_url: str
    keys: list[ChannelKeyOut]
    models: list[ModelOut]
    private: bool
    enabled: bool
    simulated: bool
    position: int
    weight: int
    priority: int
    calls_per_minute: int | None
    tokens_per_minute: int | None
    parallel_calls: int | None
    connect_seconds: int | None
    first_byte_seconds: int | None
    idle_seconds: int | None
    total_seconds: int | None
    headers: list[str]
    parameters: dict[str, Any]
    off_reason: str | None
    off_at: datetime | None
    tested_at: datetime | None
    test: TestOut | None
    created_at: datetime
    updated_at: datetime


class PresetOut(BaseModel):
    """A provider we know: what a new channel for it looks like."""

    kind: Kind
    name: str
    base_url: str
    needs_key: bool
    models: list[str]
    simulated: bool


class FetchedModelsOut(BaseModel):
    """The models that a provider says it serves."""

    models: list[str]
