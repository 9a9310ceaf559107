"""What models and prices look like over HTTP. Money is in billionths of the currency's unit, and whole."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from guildhall.core.clock import now
from guildhall.core.web import Input, Moment
from guildhall.gateway.pricing import Rates, Tier
from guildhall.gateway.schemas import ModelName

Capability = Literal[
    "chat", "completion", "embedding", "rerank", "moderation", "image", "speech", "transcription", "tools", "vision",
    "reasoning", "structured_output", "files", "audio_input", "audio_output", "caching", "web_search",
]  # fmt: skip
_MOST_RATE = 10**16  # ten million units: a token of the dearest model, in the smallest currency, costs far less
_MOST_TOKENS = 2**31 - 1
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=3650)


def _in_our_time(since: datetime) -> datetime:
    if not _FIRST <= since <= now() + _AHEAD:
        raise ValueError("must lie between the year 2000 and ten years from now")
    return since


def _ascending(tiers: list["TierIn"]) -> list["TierIn"]:
    bounds = [tier.above for tier in tiers]
    if bounds != sorted(set(bounds)):
        raise ValueError("must be in ascending order of `above`, each once")
    return tiers


Rate = Annotated[int, Field(ge=0, le=_MOST_RATE, strict=True)]
Tokens = Annotated[int, Field(ge=1, le=_MOST_TOKENS, strict=True)]
Since = Annotated[Moment, AfterValidator(_in_our_time)]


class TierIn(Input):
    """Other rates for the whole call once its prompt has more than `above` tokens; what is absent is as without it."""

    above: Tokens
    input: Rate | None = None
    cached_input: Rate | None = None
    cache_write: Rate | None = None
    output: Rate | None = None
    reasoning: Rate | None = None


class RatesIn(Input):
    """Rates for a million tokens, for a call, an image, a second or a million characters; at least one.

    Cached and written tokens are part of the input and reasoning is part of the output: absent, they cost the same.
    """

    input: Rate | None = None
    cached_input: Rate | None = None
    cache_write: Rate | None = None
    output: Rate | None = None
    reasoning: Rate | None = None
    per_call: Rate | None = None
    per_image: Rate | None = None
    per_audio_second: Rate | None = None
    per_million_characters: Rate | None = None
    tiers: Annotated[list[TierIn], Field(max_length=8), AfterValidator(_ascending)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> "RatesIn":
        if not self.rates().are_known:
            raise ValueError("must have at least one rate")
        return self

    def rates(self) -> Rates:
        """As a value to count with."""
        tiers = tuple(Tier(**tier.model_dump()) for tier in self.tiers)
        return Rates(**self.model_dump(exclude={"tiers"}), tiers=tiers)


class PriceIn(Input):
    """What a model costs from a moment on; without one, from now on."""

    model: ModelName
    since: Since | None = None
    rates: RatesIn


class TierOut(BaseModel):
    """Rates above so many tokens of prompt."""

    above: int
    input: int | None
    cached_input: int | None
    cache_write: int | None
    output: int | None
    reasoning: int | None


class RatesOut(BaseModel):
    """Rates in billionths of the currency's unit: for a million tokens, a call, an image, a second, or a million
    characters. Null where there is none."""

    input: int | None
    cached_input: int | None
    cache_write: int | None
    output: int | None
    reasoning: int | None
    per_call: int | None
    per_image: int | None
    per_audio_second: int | None
    per_million_characters: int | None
    tiers: list[TierOut]


class QuoteOut(BaseModel):
    """A price for display; `since` is null for one that came with the product."""

    id: str
    currency: str
    since: datetime | None
    source: str
    rates: RatesOut


class PriceOut(QuoteOut):
    """A price of the hall's own."""

    model: str
    created_at: datetime


class ModelPricesOut(BaseModel):
    """The prices of one model: what it costs now (null when nobody knows), and every price it had or will have."""

    model: str
    current: QuoteOut | None
    history: list[PriceOut]


class ImportProblem(BaseModel):
    """What is wrong with one line of a file (or one entry of a JSON file, counted from 1)."""

    line: int
    model: str | None
    message: str


class PriceImportOut(BaseModel):
    """What an import did, or would do. With problems nothing is imported; at most a hundred are listed."""

    applied: bool
    added: int
    unchanged: int
    models: list[str]
    problem_count: int
    problems: list[ImportProblem]


class CurrencyOut(BaseModel):
    """The hall's currency, by its three letters."""

    currency: str


class ServedModelOut(BaseModel):
    """A model that can be called; `simulated` when only the simulator stands behind it."""

    name: str
    simulated: bool
    context_tokens: int | None
    output_tokens: int | None
    capabilities: list[Capability]
    price: QuoteOut | None


class ModelServingOut(BaseModel):
    """A channel that serves a model."""

    channel_id: str
    channel: str
    enabled: bool
    upstream_model: str


class ModelFactsOut(BaseModel):
    """Context length, answer length and abilities; null is not known, or not said."""

    context_tokens: int | None
    output_tokens: int | None
    capabilities: list[Capability] | None


class ModelEntryOut(ServedModelOut):
    """A model with what admins see: `said` by an admin, `known` from the list that came with the product."""

    visible: bool
    fallbacks: list[str]
    sticky: bool
    channels: list[ModelServingOut]
    said: ModelFactsOut
    known: ModelFactsOut | None


class ModelSaidIn(Input):
    """What to say of a model; what is null is left to the list that came with the product."""

    visible: bool = True
    context_tokens: Tokens | None = None
    output_tokens: Tokens | None = None
    capabilities: list[Capability] | None = Field(None, max_length=17)
    fallbacks: list[ModelName] = Field(default_factory=list, max_length=10)
    sticky: bool = Field(
        default=False, description="Calls with the same key and system message go to the same channel while it is well."
    )
