"""The list that comes with the product: unchanged since it was made, and whole numbers throughout."""

import hashlib
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import orjson
import pytest

from guildhall.gateway.catalog import CAPABILITIES
from guildhall.gateway.price_book import PriceBook, Quote
from guildhall.gateway.price_schemas import Capability, RatesIn
from guildhall.gateway.price_seed import FILE, seed
from guildhall.gateway.pricing import Rates
from scripts.make_price_seed import kept

DOLLARS = PriceBook({}, seed(), "USD", Fraction(1))


def test_it_is_the_file_that_was_made_with_its_date_source_and_licence() -> None:
    digest = FILE.with_name("prices.json.sha256").read_text().split()[0]
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == digest
    content = orjson.loads(FILE.read_bytes())
    assert content["date"] == seed().date == "2026-11-21"
    assert content["source"].startswith("litellm ")
    assert len(content["source_sha256"]) == 64
    assert "MIT" in content["licence"]
    assert FILE.with_name("LICENSE").read_text().startswith("MIT License")


def test_every_entry_is_one_that_an_admin_could_have_typed() -> None:
    models = orjson.loads(FILE.read_bytes())["models"]
    assert len(models) > 1500
    assert set(get_args(Capability)) == set(CAPABILITIES)
    for name, entry in models.items():
        assert set(entry) <= {"context", "output", "can", "rates"}
        assert 0 < len(name) <= 200
        assert name.isprintable()
        assert set(entry["can"]) <= set(CAPABILITIES)
        if "rates" in entry:
            RatesIn.model_validate(entry["rates"])


@pytest.mark.parametrize(
    ("entry", "rates"),
    [
        (
            {"input_cost_per_token": "2.5e-06", "output_cost_per_token": "1e-05"},
            {"input": 2500000000, "output": 10**10},
        ),
        (
            {"input_cost_per_token": "1e-06", "input_cost_per_token_above_200k_tokens": "2e-06"},
            {"input": 10**9, "tiers": [{"input": 2 * 10**9, "above": 200_000}]},
        ),
        (
            {
                "tiered_pricing": [
                    {"range": [256_000, 1_000_000], "input_cost_per_token": "3e-07"},
                    {"range": [0, 256_000], "input_cost_per_token": "1e-07"},
                ]
            },
            {"input": 10**8, "tiers": [{"input": 3 * 10**8, "above": 256_000}]},
        ),
        ({"input_cost_per_token": "1e-06", "cache_creation_input_token_cost": "0"}, {"input": 10**9}),
        ({"input_cost_per_token": "0", "output_cost_per_token": "0"}, None),
    ],
)
def test_what_is_made_of_an_entry_is_exact_and_zeros_throughout_are_no_price(
    entry: dict[str, Any], rates: dict[str, Any] | None
) -> None:
    found = kept("m", {"litellm_provider": "openai", "mode": "chat", **_decimals(entry)})
    assert found is not None
    assert found.get("rates") == rates


@pytest.mark.parametrize("entry", [{"litellm_provider": "nobody", "mode": "chat"}, {"litellm_provider": "openai"}])
def test_what_the_house_cannot_call_is_left_out(entry: dict[str, Any]) -> None:
    assert kept("m", entry) is None


def _decimals(value: Any) -> Any:
    """Texts of numbers as the script reads numbers."""
    if isinstance(value, dict):
        return {name: _decimals(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_decimals(part) for part in value]
    return Decimal(value) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("model", "upstream", "kind", "dollars"),
    [
        ("gpt-4o", "gpt-4o", "openai", 2.5),
        ("gpt-4o", "our-deployment", "azure", 2.5),
        ("quick", "gpt-4o-mini", "openai", 0.15),
        ("anything", "gemini-2.5-pro", "gemini", 1.25),
        ("qwen-plus", "qwen-plus", "qwen", 0.4),
        ("openai/gpt-4o", "openai/gpt-4o", "openrouter", 2.5),
        ("claude-sonnet-4-5", "claude-sonnet-4-5", "anthropic", 3),
    ],
)
def test_a_price_is_found_by_either_name_with_and_without_the_provider(
    model: str, upstream: str, kind: str, dollars: float
) -> None:
    quote = DOLLARS.prices(model, upstream, kind).at(0)
    assert quote is not None
    assert quote.rates.input == round(dollars * 10**9)
    assert (quote.price_id, quote.source, quote.currency) == (seed().id, "seed", "USD")


@pytest.mark.parametrize(("model", "kind"), [("no-such-model", "openai"), ("gpt-4o", "vllm"), ("gpt-4o", "ollama")])
def test_there_is_no_price_for_what_nobody_lists_or_what_runs_on_ones_own_machine(model: str, kind: str) -> None:
    assert DOLLARS.prices(model, model, kind).at(0) is None


def test_what_is_simulated_costs_nothing_and_that_is_known() -> None:
    quote = DOLLARS.prices("gpt-4o", "gpt-4o", "simulator").at(0)
    assert quote == Quote("simulator", Rates(input=0, output=0), None, "simulator", "USD")


def test_in_another_currency_the_list_is_used_once_its_rate_is_known() -> None:
    unknown, known = (PriceBook({}, seed(), "CNY", rate) for rate in (None, Fraction("7.1234")))
    assert unknown.prices("gpt-4o", "gpt-4o", "openai").at(0) is None
    quote = known.prices("gpt-4o", "gpt-4o", "openai").at(0)
    assert quote is not None
    assert (quote.rates.input, quote.currency) == (17_808_500_000, "CNY")


def test_the_newest_price_that_has_begun_holds_and_the_list_before_the_first() -> None:
    own = [Quote(f"pr_{since}", Rates(input=since), since, "entered", "USD") for since in (100, 200)]
    book = PriceBook({"gpt-4o": own}, seed(), "USD", Fraction(1))
    listed = book.prices("gpt-4o", "gpt-4o", "openai")
    found = [quote.price_id for moment in (0, 99, 100, 199, 200, 10**18) if (quote := listed.at(moment))]
    assert found == [seed().id, seed().id, "pr_100", "pr_100", "pr_200", "pr_200"]


def test_a_price_in_another_currency_is_not_used() -> None:
    own = [Quote("pr_1", Rates(input=1), 1, "entered", "EUR")]
    assert PriceBook({"m": own}, seed(), "USD", Fraction(1)).prices("m", "m", "openai").at(5) is None
