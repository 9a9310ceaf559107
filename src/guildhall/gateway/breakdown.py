"""The breakdown: which models, channels, users or keys the calls of a period belong to, the largest first."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from guildhall.core.db import Database, Session
from guildhall.edge.tables import SharedBy
from guildhall.gateway import statistics_queries as queries
from guildhall.gateway.overview import moment_of, shown
from guildhall.gateway.periods import Period
from guildhall.gateway.statistics import Amounts, Histograms, Sort, Wanted, ranked, shares, total

MOST_ROWS = 10_000
HEADER = (
    "id", "name", "note", "calls", "errors", "refused", "input_tokens", "cached_tokens", "output_tokens",
    "reasoning_tokens", "cost", "currency", "unpriced", "mean_seconds", "duration_p50", "duration_p95", "duration_p99",
    "first_token_p50", "first_token_p95", "first_token_p99", "share_of_calls", "share_of_tokens", "share_of_cost",
)  # fmt: skip
_POINTS = ("p50", "p95", "p99")
_NANO = 1_000_000_000
_FEW = 200  # names of which histograms are picked out; of more, all are read


@dataclass(frozen=True)
class Order:
    """Which figure decides, and how many rows are listed."""

    sort: Sort
    limit: int


async def breakdown(
    session: Session, period: Period, wanted: Wanted, kind: SharedBy, order: Order, currency: str
) -> dict[str, Any]:
    """A `BreakdownOut`: the rest is summed up where there are more rows than asked for."""
    made = await queries.extent(session, period)
    amounts = await queries.by_name(session, period, wanted, made, kind)
    whole = total(amounts.values())
    listed, rest = ranked(amounts, order.sort, order.limit)
    ids = [name for name, _ in listed]
    names = await queries.names_of(session, kind, ids)
    few = ids if len(ids) <= _FEW else None
    times = await queries.times(session, period, wanted, made, kind, few)
    return {
        "since": moment_of(period.since),
        "until": moment_of(period.until),
        "currency": currency,
        "totals": shown(whole, {}),
        "rows": [
            {
                "id": name,
                **dict(zip(("name", "note"), names.get(name, (None, None)), strict=True)),
                **_figures(amount, whole, times.get(name, {})),
            }
            for name, amount in listed
        ],
        "others": {"names": len(rest), **_figures(total(rest), whole, {})} if rest else None,
    }


async def lines(
    db: Database, period: Period, wanted: Wanted, kind: SharedBy, sort: Sort, currency: str
) -> AsyncIterator[Iterable[Sequence[Any]]]:
    """The same as lines of a file under `HEADER`, at most `MOST_ROWS`; the rest is its last line."""
    async with db.read() as session:
        found = await breakdown(session, period, wanted, kind, Order(sort, MOST_ROWS), currency)
    others = found["others"]
    more = [{"id": "", "name": f"({others['names']} others)", "note": None, **others}] if others else []
    yield [_line(row, currency) for row in [*found["rows"], *more]]


def _figures(amounts: Amounts, whole: Amounts, times: Histograms) -> dict[str, Any]:
    return {**shown(amounts, times), "share": asdict(shares(amounts, whole))}


def _line(row: Mapping[str, Any], currency: str) -> list[Any]:
    cost = row["cost_nano"]
    timed = [(row[measure] or {}).get(point) for measure in ("duration", "first_token") for point in _POINTS]
    return [
        row["id"], row["name"], row["note"], row["calls"], row["errors"], row["refused"], row["input_tokens"],
        row["cached_tokens"], row["output_tokens"], row["reasoning_tokens"], None if cost is None else exact(cost),
        currency, row["unpriced"], row["mean_seconds"], *timed, *row["share"].values(),
    ]  # fmt: skip


def exact(nano: int) -> str:
    """Money as a decimal number, to the last digit."""
    return f"{nano // _NANO}.{nano % _NANO:09}".rstrip("0").rstrip(".")
