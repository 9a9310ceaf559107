"""The price book: which price holds for a model at a moment. The hall's own prices first, then the seed's. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guildhall.gateway.price_seed import Seed
from guildhall.gateway.pricing import Rates, scaled

_MOST_REMEMBERED = 20_000
_NOTHING = Rates(input=0, output=0)


@dataclass(frozen=True, slots=True)
class Quote:
    """A price: of whom a call keeps the id. The seed's prices have no beginning."""

    price_id: str
    rates: Rates
    since: int | None
    """In microseconds since 1970 (UTC)."""
    source: str
    currency: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of one model on one channel, in order of time."""

    sinces: tuple[int, ...]
    quotes: tuple[Quote, ...]
    before: Quote | None
    """What holds before the first of them: the seed's."""

    def at(self, moment: int) -> Quote | None:
        """The newest price that had begun at this moment."""
        place = bisect_right(self.sinces, moment)
        return self.quotes[place - 1] if place else self.before


class PriceBook:
    """Every price in force or to come, in one currency."""

    def __init__(self, own: Mapping[str, Sequence[Quote]], seed: Seed, currency: str, rate: Fraction | None) -> None:
        """`own` are prices by model in order of time; `rate` is what a US dollar costs in `currency`."""
        self.own, self.currency, self.rate = own, currency, rate
        self._seed = seed
        self._lists: dict[tuple[str, str, str], PriceList] = {}

    def prices(self, model: str, upstream: str, kind: str) -> PriceList:
        """The prices of a public model on a channel of this kind that calls it `upstream`."""
        key = (model, upstream, kind)
        found = self._lists.get(key)
        if found is None:
            if len(self._lists) >= _MOST_REMEMBERED:
                self._lists.clear()
            quotes = tuple(quote for quote in self.own.get(model, ()) if quote.currency == self.currency)
            found = PriceList(tuple(quote.since or 0 for quote in quotes), quotes, self._seeded(*key))
            self._lists[key] = found
        return found

    def _seeded(self, model: str, upstream: str, kind: str) -> Quote | None:
        if kind == "simulator":  # no model stands behind it: that it costs nothing is known
            return Quote("simulator", _NOTHING, None, "simulator", self.currency)
        known = self._seed.known(model, upstream, kind) if self.rate is not None else None
        if known is None or known.rates is None or self.rate is None:
            return None
        rates = scaled(known.rates, self.rate.numerator, self.rate.denominator)
        return Quote(self._seed.id, rates, None, "seed", self.currency)
