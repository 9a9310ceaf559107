"""What a call costs: exact, never negative, never a guess."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.edge.usage import Usage
from guildhall.gateway import pricing
from guildhall.gateway.pricing import MILLION, NANO, Rates, Tier, cost, plain_cost

DOLLAR = NANO
GPT = Rates(input=5 * DOLLAR // 2, cached_input=5 * DOLLAR // 4, output=10 * DOLLAR)
CLAUDE = Rates(input=3 * DOLLAR, cached_input=3 * DOLLAR // 10, cache_write=15 * DOLLAR // 4, output=15 * DOLLAR)
LONG = replace(GPT, tiers=(Tier(above=200_000, input=5 * DOLLAR, output=15 * DOLLAR),))

tokens = st.integers(0, 2**31 - 1)
rate = st.integers(0, 10**13)
maybe = st.none() | rate
flat = st.builds(Rates, input=rate, cached_input=maybe, cache_write=maybe, output=rate, reasoning=maybe)
usages = st.builds(Usage, tokens, tokens, tokens, tokens, tokens)


@pytest.mark.parametrize(
    ("usage", "rates", "nano"),
    [
        (Usage(1_000_000, 0, 0, 0), GPT, 2_500_000_000),
        (Usage(1, 0, 1, 0), GPT, 12_500),
        (Usage(1000, 600, 100, 0), GPT, 400 * 2500 + 600 * 1250 + 100 * 10_000),
        (Usage(1000, 600, 100, 60, 300), CLAUDE, 100 * 3000 + 600 * 300 + 300 * 3750 + 100 * 15_000),
        (Usage(10, 0, 10, 6), replace(GPT, reasoning=DOLLAR), 10 * 2500 + 4 * 10_000 + 6 * 1000),
        (Usage(200_000, 0, 1, 0), LONG, 200_000 * 2500 + 10_000),
        (Usage(200_001, 1, 1, 0), LONG, 200_000 * 5000 + 1250 + 15_000),
        (Usage(1, 0, 0, 0), Rates(input=1), 0),
        (Usage(500_000, 0, 0, 0), Rates(input=1), 1),
        (Usage(10, 0, 0, 0), Rates(input=0, per_call=7), 7),
        (None, Rates(per_call=7), 7),
        (Usage(0, 0, 0, 0), Rates(), 0),
    ],
)
def test_costs_by_hand(usage: Usage | None, rates: Rates, nano: int) -> None:
    assert cost(usage, rates) == nano


@pytest.mark.parametrize(
    ("usage", "rates"),
    [
        (Usage(1, 0, 1, 0), Rates(input=1)),
        (Usage(1, 0, 1, 0), Rates(output=1)),
        (Usage(1, 1, 0, 0), Rates(output=1)),
        (None, GPT),
        (Usage(1, 0, 0, 0), Rates(per_image=5)),
        (Usage(2**31 - 1, 0, 0, 0), Rates(input=10**16)),
    ],
)
def test_what_is_not_known_is_none_and_never_nothing(usage: Usage | None, rates: Rates) -> None:
    assert cost(usage, rates) is None


@given(usages, flat)
def test_a_cost_is_never_negative_and_never_more_than_the_dearest_rate_for_every_token(
    usage: Usage, rates: Rates
) -> None:
    nano = cost(usage, rates)
    dearest = max(getattr(rates, name) or 0 for name in pricing.TOKEN_RATES)
    assert nano is not None
    assert 0 <= nano <= (usage.input_tokens + usage.output_tokens) * dearest // MILLION + 1


@given(usages, st.integers(1, 10**6), flat)
def test_more_tokens_never_cost_less(usage: Usage, more: int, rates: Rates) -> None:
    before = cost(usage, rates)
    for name in ("input_tokens", "output_tokens"):
        # What is new is neither cached nor thought, so that the parts stay what they were.
        parts = {
            "cached_tokens": min(usage.cached_tokens, usage.input_tokens),
            "reasoning_tokens": min(usage.reasoning_tokens, usage.output_tokens),
        }
        parts["cache_write_tokens"] = min(usage.cache_write_tokens, usage.input_tokens - parts["cached_tokens"])
        fields = {field: getattr(usage, field) for field in Usage.__struct_fields__} | parts
        after = cost(Usage(**fields | {name: fields[name] + more}), rates)
        assert before is not None
        assert after is not None
        assert after >= before


@given(usages, usages, flat)
def test_two_calls_cost_what_they_cost_together_but_for_the_rounding(one: Usage, other: Usage, rates: Rates) -> None:
    first, second = (_consistent(usage) for usage in (one, other))
    both = Usage(*(getattr(first, name) + getattr(second, name) for name in Usage.__struct_fields__))
    costs = [cost(usage, rates) for usage in (first, second, both)]
    assert None not in costs
    assert abs(costs[0] + costs[1] - costs[2]) <= 1  # type: ignore[operator]


@given(usages, flat)
def test_parts_are_never_charged_beside_the_whole(usage: Usage, rates: Rates) -> None:
    """Cached and written tokens are part of the input and reasoning of the output, whatever a provider says."""
    assert cost(usage, rates) == cost(_consistent(usage), rates)
    plain = Rates(input=rates.input, output=rates.output)
    assert cost(usage, plain) == cost(Usage(usage.input_tokens, 0, usage.output_tokens, 0), plain)


@given(usages, flat, st.integers(1, 10**6))
def test_a_tier_holds_for_the_whole_call_and_only_above_its_bound(usage: Usage, rates: Rates, above: int) -> None:
    dear = Tier(above=above, **dict.fromkeys(pricing.TOKEN_RATES, 10**13))
    tiered = cost(usage, replace(rates, tiers=(dear,)))
    plain = Rates(**dict.fromkeys(pricing.TOKEN_RATES, 10**13))
    assert tiered == cost(usage, plain if usage.input_tokens > above else rates)


@given(flat, st.lists(st.builds(Tier, input=maybe, output=maybe, above=st.integers(1, 10**7)), max_size=3))
def test_rates_are_the_same_after_they_were_stored(rates: Rates, tiers: list[Tier]) -> None:
    whole = replace(rates, tiers=tuple(tiers))
    assert pricing.rates_of(pricing.stored_of(whole)) == whole


def test_another_currency_is_exact() -> None:
    assert pricing.scaled(LONG, 1, 1) == LONG
    yuan = pricing.scaled(LONG, 71_234, 10_000)
    assert (yuan.input, yuan.output) == (17_808_500_000, 71_234_000_000)
    assert yuan.tiers[0].above == 200_000
    assert yuan.tiers[0].input == 35_617_000_000
    assert yuan.reasoning is None


def _consistent(usage: Usage) -> Usage:
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    reasoning = min(usage.reasoning_tokens, usage.output_tokens)
    return Usage(usage.input_tokens, cached, usage.output_tokens, reasoning, written)


@given(
    tokens, tokens, flat | st.sampled_from([GPT, CLAUDE, LONG, Rates(), Rates(input=1), Rates(output=1, per_call=7)])
)
def test_plain_tokens_cost_the_same_either_way(input_tokens: int, output_tokens: int, at: Rates) -> None:
    assert plain_cost(input_tokens, output_tokens, at) == cost(Usage(input_tokens, 0, output_tokens, 0), at)
