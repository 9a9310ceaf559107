"""The price desk of one process: the prices in force, from what the directory and the configuration hold now."""

import time
from collections.abc import Callable, Iterable

from guildhall.edge.call import Call, CallRow, Target
from guildhall.edge.usage import Usage
from guildhall.gateway.catalog import Entry, place_of
from guildhall.gateway.costs import priced
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.money import Money
from guildhall.gateway.price_book import PriceBook, PriceList, Quote
from guildhall.gateway.price_seed import seed
from guildhall.gateway.pricing import cost


class PriceDesk:
    """Tells what calls cost and what models cost; it never asks the database."""

    def __init__(self, directory: LiveDirectory, money: Callable[[], Money]) -> None:
        self._directory, self._money = directory, money
        self._book: PriceBook | None = None

    @property
    def currency(self) -> str:
        """The hall's currency."""
        return self._money().currency

    def book(self) -> PriceBook:
        """Every price; another one once prices or money have changed."""
        money, own = self._money(), self._directory.snapshot.prices
        rate, book = money.rate(), self._book
        if book is None or book.own is not own or (book.currency, book.rate) != (money.currency, rate):
            book = self._book = PriceBook(own, seed(), money.currency, rate)
        return book

    def quote(self, entry: Entry) -> Quote | None:
        """What a model costs now."""
        return entry.price(self.book(), time.time_ns() // 1000)

    def expected(self, call: Call, target: Target, input_tokens: int, output_tokens: int) -> int | None:
        """What a call of so many tokens would cost there, in nano-units; None when no price is known."""
        return self._cost(call, target, Usage(input_tokens, 0, output_tokens, 0))

    def spent(self, call: Call) -> int | None:
        """What a call that has ended did cost."""
        return (
            None if call.target is None else self._cost(call, call.target, call.usage, is_estimated=call.is_estimated)
        )

    def _cost(self, call: Call, target: Target, usage: Usage | None, *, is_estimated: bool = False) -> int | None:
        place = place_of(self._directory.snapshot.catalog, target.channel_id, call.model, target.model)
        quote = self.book().prices(*place).at(call.at)
        if quote is None:
            return None
        return cost(None if is_estimated and not quote.rates.price_tokens else usage, quote.rates)

    def priced(self, rows: Iterable[CallRow]) -> list[CallRow]:
        """Rows of calls with what they cost."""
        catalog, book = self._directory.snapshot.catalog, self.book()

        def prices(channel_id: str, model: str, upstream: str) -> PriceList:
            return book.prices(*place_of(catalog, channel_id, model, upstream))

        return priced(rows, prices)
