"""What the gateway takes and gives over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from guildhall.core.web import Input, PlainText

Kind = Literal["openai", "deepseek", "qwen", "moonshot", "zhipu", "openrouter", "ollama", "vllm", "custom", "simulator"]


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not contain control characters")
    return value


def _header_safe(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if len(secret) > 1000 or any(not "!" <= letter <= "~" for letter in secret):
        raise ValueError("must be at most 1000 visible ASCII characters, without spaces")
    return SecretStr(secret)


Name = Annotated[PlainText, Field(min_length=1, max_length=100), AfterValidator(_printable)]
ModelName = Annotated[PlainText, Field(min_length=1, max_length=200), AfterValidator(_printable)]
BaseUrl = Annotated[PlainText, Field(max_length=500)]
ApiKey = Annotated[SecretStr, AfterValidator(_header_safe)]


class ModelIn(Input):
    """A model as callers name it; `upstream_model` when the provider names it otherwise."""

    name: ModelName
    upstream_model: ModelName | None = None


def _distinct(models: list[ModelIn]) -> list[ModelIn]:
    if len({model.name for model in models}) != len(models):
        raise ValueError("must not name a model twice")
    return models


Models = Annotated[list[ModelIn], Field(max_length=500), AfterValidator(_distinct)]


class ChannelIn(Input):
    """A channel to create or to try."""

    name: Name
    kind: Kind
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    models: Models = Field(default_factory=list)
    private: bool = False
    enabled: bool = True


class ChannelChange(Input):
    """What to change of a channel; what is absent stays as it is, and a null `api_key` removes the key."""

    name: Name | None = None
    kind: Kind | None = None
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    models: Models | None = None
    private: bool | None = None
    enabled: bool | None = None

    @model_validator(mode="after")
    def _no_nulls(self) -> "ChannelChange":
        nullable = {"api_key", "base_url"}
        for field in self.model_fields_set - nullable:
            if getattr(self, field) is None:
                raise ValueError(f"{field} must not be null")
        return self


class ModelOut(BaseModel):
    """A model of a channel."""

    name: str
    upstream_model: str


class ChannelOut(BaseModel):
    """A channel; of its key only the last four characters."""

    id: str
    name: str
    kind: Kind
    base_url: str
    api_key_last4: str | None
    models: list[ModelOut]
    private: bool
    enabled: bool
    simulated: bool
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


class TestOut(BaseModel):
    """What came of trying a channel: the provider's first words, or why there were none."""

    ok: bool
    model: str | None
    latency_ms: int | None
    answer: str | None
    code: str | None
    message: str


class FetchedModelsOut(BaseModel):
    """The models that a provider says it serves."""

    models: list[str]


class ServedModelOut(BaseModel):
    """A model that can be called; `simulated` when only the simulator stands behind it."""

    name: str
    simulated: bool
