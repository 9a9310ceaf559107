"""Pricing: what a call costs. Integers in, integers out, and one rounding at the end; what is not known is None.

Money is in nano-units, billionths of the currency's unit. Rates of tokens are for a million of them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

from guildhall.edge.usage import Usage

MILLION = 1_000_000
NANO = 1_000_000_000
MOST_NANO = 10**17
"""A call that would cost more, a hundred million units, was not counted right: its cost is not known."""


@dataclass(frozen=True, slots=True)
class TokenRates:
    """Nano-units for a million tokens of each kind. What is None is charged as what it is part of."""

    input: int | None = None
    cached_input: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None


TOKEN_RATES = tuple(field.name for field in fields(TokenRates))


@dataclass(frozen=True, slots=True)
class Tier(TokenRates):
    """Other rates for the whole call once its prompt has more than `above` tokens; None is as without the tier."""

    above: int = 0


@dataclass(frozen=True, slots=True)
class Rates(TokenRates):
    """What a model costs: by token, by call, and by what media are measured in."""

    per_call: int | None = None
    per_image: int | None = None
    per_audio_second: int | None = None
    per_million_characters: int | None = None
    tiers: tuple[Tier, ...] = ()
    """In ascending order."""

    @property
    def price_tokens(self) -> bool:
        """Whether plain tokens have a price, which may be nothing."""
        return self.input is not None or self.output is not None

    @property
    def are_known(self) -> bool:
        """Whether they say anything at all."""
        return any(getattr(self, name) is not None for name in UNITS)


UNITS = (*TOKEN_RATES, "per_call", "per_image", "per_audio_second", "per_million_characters")


def plain_cost(input_tokens: int, output_tokens: int, rates: Rates) -> int | None:
    """What `cost` says of a call that used plain tokens only; most do, and every call is priced."""
    if rates.tiers or rates.input is None or rates.output is None or input_tokens < 0 or output_tokens < 0:
        return cost(Usage(input_tokens, 0, output_tokens, 0), rates)
    total = (rates.per_call or 0) * MILLION + input_tokens * rates.input + output_tokens * rates.output
    nano = (total + MILLION // 2) // MILLION
    return nano if nano <= MOST_NANO else None


def cost(usage: Usage | None, rates: Rates) -> int | None:
    """What a call cost, rounded half up; None when something it used has no price, or was not counted."""
    if usage is None:
        return rates.per_call if not rates.input and not rates.output else None
    whole = max(usage.input_tokens, 0)
    at = at_prompt(rates, whole) if rates.tiers else rates
    cached = _within(usage.cached_tokens, whole)
    written = _within(usage.cache_write_tokens, whole - cached)
    output = max(usage.output_tokens, 0)
    thought = _within(usage.reasoning_tokens, output)
    total = (rates.per_call or 0) * MILLION
    for tokens, rate in (
        (whole - cached - written, at.input),
        (cached, at.input if at.cached_input is None else at.cached_input),
        (written, at.input if at.cache_write is None else at.cache_write),
        (output - thought, at.output),
        (thought, at.output if at.reasoning is None else at.reasoning),
    ):
        if tokens:
            if rate is None:
                return None
            total += tokens * rate
    nano = (total + MILLION // 2) // MILLION
    return nano if nano <= MOST_NANO else None


def at_prompt(rates: Rates, tokens: int) -> TokenRates:
    """The rates for a call whose prompt has so many tokens."""
    reached = [tier for tier in rates.tiers if tokens > tier.above]
    return _merged(rates, reached[-1]) if reached else rates


def scaled(rates: Rates, numerator: int, denominator: int) -> Rates:
    """The same rates in another currency: each times the fraction, rounded half up."""

    def times(value: int | None) -> int | None:
        return None if value is None else (2 * value * numerator + denominator) // (2 * denominator)

    tiers = tuple(Tier(**{name: times(getattr(tier, name)) for name in TOKEN_RATES}, above=tier.above)
                  for tier in rates.tiers)  # fmt: skip
    return Rates(**{name: times(getattr(rates, name)) for name in UNITS}, tiers=tiers)


def rates_of(stored: Mapping[str, Any]) -> Rates:
    """Rates as they are stored: only what is known, by name."""
    tiers = tuple(Tier(**{name: tier.get(name) for name in TOKEN_RATES}, above=tier["above"])
                  for tier in stored.get("tiers", ()))  # fmt: skip
    return Rates(**{name: stored.get(name) for name in UNITS}, tiers=tiers)


def stored_of(rates: Rates) -> dict[str, Any]:
    """The other way round."""
    known = {name: getattr(rates, name) for name in UNITS if getattr(rates, name) is not None}
    tiers = [{name: value for name, value in asdict(tier).items() if value is not None} for tier in rates.tiers]
    return known | ({"tiers": tiers} if tiers else {})


@cache
def _merged(rates: Rates, tier: Tier) -> TokenRates:
    found = {}
    for name in TOKEN_RATES:
        own = getattr(tier, name)
        found[name] = getattr(rates, name) if own is None else own
    return TokenRates(**found)


def _within(part: int, whole: int) -> int:
    """What is part of something is never more than all of it, whatever a provider says."""
    return min(max(part, 0), whole)
