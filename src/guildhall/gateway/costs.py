"""Costs: what each call of a batch cost, found out when it is stored. Pure, and little for each call."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from guildhall.edge.call import CallRow
from guildhall.edge.usage import Usage
from guildhall.gateway.price_book import PriceList
from guildhall.gateway.pricing import cost, plain_cost

_AT, _CHANNEL, _MODEL, _STATUS, _INPUT, _CACHED, _OUTPUT, _REASONING, _WRITTEN = 1, 4, 5, 8, 13, 14, 15, 16, 21
_ESTIMATED = 17
_COST, _PRICE = 23, 24  # next to each other

# (channel, model as the caller named it, model as the provider names it) -> its prices
Prices = Callable[[str, str, str], PriceList]


def priced(rows: Iterable[CallRow], prices: Prices) -> list[CallRow]:
    """The same rows with what they cost and at which price; both None when that is not known, or nothing was used."""
    seen: dict[tuple[str, str, str], PriceList] = {}
    found: list[CallRow] = []
    for row in cast("Iterable[Any]", rows):
        upstream = row[_PRICE]
        if upstream is None:  # no channel took it
            found.append(row)
            continue
        key = (row[_CHANNEL], row[_MODEL], upstream)
        listed = seen.get(key)
        if listed is None:
            listed = seen[key] = prices(*key)
        found.append(row[:_COST] + _cost(row, listed) + row[_PRICE + 1 :])
    return found


def _cost(row: Any, listed: PriceList) -> tuple[int | None, str | None]:
    has_usage = row[_INPUT] or row[_OUTPUT]
    if not has_usage and row[_STATUS] >= 400:
        return None, None
    quote = listed.at(row[_AT])
    if quote is None:
        return None, None
    if row[_ESTIMATED] and not quote.rates.price_tokens:
        has_usage = False
        if row[_STATUS] >= 400:
            return None, None
    if has_usage and not (row[_CACHED] or row[_REASONING] or row[_WRITTEN]):
        nano = plain_cost(row[_INPUT], row[_OUTPUT], quote.rates)
    else:
        usage = Usage(row[_INPUT], row[_CACHED], row[_OUTPUT], row[_REASONING], row[_WRITTEN]) if has_usage else None
        nano = cost(usage, quote.rates)
    return (None, None) if nano is None else (nano, quote.price_id)
