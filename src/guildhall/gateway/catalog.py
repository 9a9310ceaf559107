"""The catalog: every model by its public name, with what serves it and what is known of it. Values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guildhall.gateway.price_book import PriceBook, Quote
from guildhall.gateway.price_seed import Known, Seed
from guildhall.gateway.tables import Channel, Model

CAPABILITIES = (
    "chat",
    "completion",
    "embedding",
    "rerank",
    "moderation",
    "image",
    "speech",
    "transcription",
    "tools",
    "vision",
    "reasoning",
    "structured_output",
    "files",
    "audio_input",
    "audio_output",
    "caching",
    "web_search",
)


@dataclass(frozen=True, slots=True)
class Serving:
    """A channel that serves a model, and its own name for it."""

    channel_id: str
    channel: str
    kind: str
    enabled: bool
    upstream_model: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an admin says of a model; None leaves it to the list."""

    visible: bool = True
    context_tokens: int | None = None
    output_tokens: int | None = None
    capabilities: tuple[str, ...] | None = None
    fallbacks: tuple[str, ...] = ()
    sticky: bool = False


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Entry:
    """A public model."""

    name: str
    said: Said = NOTHING_SAID
    known: Known | None = None
    servings: tuple[Serving, ...] = field(default=())

    @property
    def simulated(self) -> bool:
        """Whether only the simulator stands behind it."""
        return bool(self.servings) and all(serving.kind == "simulator" for serving in self.servings)

    @property
    def context_tokens(self) -> int | None:
        """How many tokens prompt and answer may have together."""
        return self.said.context_tokens or (self.known.context_tokens if self.known else None)

    @property
    def output_tokens(self) -> int | None:
        """How many tokens an answer may have."""
        return self.said.output_tokens or (self.known.output_tokens if self.known else None)

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What it can do."""
        if self.said.capabilities is not None:
            return self.said.capabilities
        return self.known.capabilities if self.known else ()

    @property
    def sees_pictures(self) -> bool:
        """Whether it can be shown pictures; a model of which nothing is known may."""
        return not self.capabilities or "vision" in self.capabilities

    def price(self, book: PriceBook, moment: int) -> Quote | None:
        """What it costs now, for display: on the first of its channels that tells."""
        places = [(serving.upstream_model, serving.kind) for serving in self.servings] or [(self.name, "custom")]
        quotes = (book.prices(self.name, *place).at(moment) for place in places)
        return next((quote for quote in quotes if quote is not None), None)


def catalog_of(channels: Iterable[Channel], models: Iterable[Model], seed: Seed) -> dict[str, Entry]:
    """Every model that a channel serves or an admin describes, in alphabetical order."""
    servings: dict[str, list[Serving]] = {}
    for channel in channels:
        for model in channel.models:
            serving = Serving(channel.id, channel.name, channel.kind, channel.enabled, model.upstream_model)
            servings.setdefault(model.name, []).append(serving)
    said = {model.name: said_of(model) for model in models}
    return {
        name: Entry(
            name,
            said.get(name, NOTHING_SAID),
            _known(name, servings.get(name, ()), seed),
            tuple(servings.get(name, ())),
        )
        for name in sorted({*servings, *said})
    }


def said_of(model: Model) -> Said:
    """A stored description, without abilities that only another version of the product knows."""
    stored = model.capabilities
    capabilities = None if stored is None else tuple(name for name in CAPABILITIES if name in stored)
    return Said(
        model.visible, model.context_tokens, model.output_tokens, capabilities, tuple(model.fallbacks), model.sticky
    )


def place_of(catalog: Mapping[str, Entry], channel_id: str, model: str, upstream: str) -> tuple[str, str, str]:
    """(public name, provider's name, kind of channel) of the model that answered: the one asked for, or a fallback."""
    asked = catalog.get(model)
    names = (model, *(asked.said.fallbacks if asked else ()))
    for name in names:
        for serving in catalog[name].servings if name in catalog else ():
            if serving.channel_id == channel_id and serving.upstream_model == upstream:
                return name, upstream, serving.kind
    return model, upstream, "custom"


def _known(name: str, servings: Iterable[Serving], seed: Seed) -> Known | None:
    places = [(serving.upstream_model, serving.kind) for serving in servings] or [(name, "custom")]
    return next((known for place in places if (known := seed.known(name, *place)) is not None), None)
