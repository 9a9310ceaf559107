"""Statistics: what calls add up to, their percentiles, and whose share is how large. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

from guildhall.edge.histogram import percentile

Sort = Literal["calls", "errors", "tokens", "cost", "seconds"]
# Calls by bucket of `edge.histogram`, by what was measured.
Histograms = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sums over calls. Money is in nano-units; `unpriced` calls used tokens whose price is not known."""

    calls: int = 0
    errors: int = 0
    refused: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cost_nano: int = 0
    unpriced: int = 0
    total_us: int = 0

    @property
    def tokens(self) -> int:
        """Read and written; cached ones are part of the input, reasoning is part of the output."""
        return self.input_tokens + self.output_tokens

    @property
    def cost(self) -> int | None:
        """None when calls used tokens and no price is known for any of them: that is not the same as nothing."""
        return None if self.unpriced and not self.cost_nano else self.cost_nano

    @property
    def mean_seconds(self) -> float | None:
        """How long a call took on average, failed ones included."""
        return self.total_us / self.calls / 1e6 if self.calls else None

    @property
    def error_share(self) -> float | None:
        """How many of the calls failed through no fault of the caller, from 0 to 1."""
        return self.errors / self.calls if self.calls else None


def total(parts: Iterable[Amounts]) -> Amounts:
    """All of them together."""
    return Amounts(*map(sum, zip(*map(astuple, parts), strict=True)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: None is any; empty is those without one."""

    model: str | None = None
    channel: str | None = None
    user: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Times in seconds that half, 95 and 99 of a hundred answered calls did not exceed."""

    p50: float
    p95: float
    p99: float


def percentiles(counts: Mapping[int, int] | None) -> Percentiles | None:
    """None where nothing was measured."""
    found = [percentile(counts, share) for share in (0.5, 0.95, 0.99)] if counts else []
    seconds = [time / 1e6 for time in found if time is not None]
    return Percentiles(*seconds) if len(seconds) == 3 else None


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole, from 0 to 1; None where the whole is nothing, or not known."""

    calls: float | None
    tokens: float | None
    cost: float | None


def shares(part: Amounts, whole: Amounts) -> Shares:
    """How much of the whole this is."""
    return Shares(
        _share(part.calls, whole.calls),
        _share(part.tokens, whole.tokens),
        None if part.cost is None else _share(part.cost_nano, whole.cost_nano),
    )


def ranked(
    amounts: Mapping[str, Amounts], sort: Sort, limit: int
) -> tuple[list[tuple[str, Amounts]], Sequence[Amounts]]:
    """The `limit` largest by that figure, largest first, and the rest."""
    by: Mapping[Sort, Callable[[Amounts], float]] = {
        "calls": lambda one: one.calls,
        "errors": lambda one: one.errors,
        "tokens": lambda one: one.tokens,
        "cost": lambda one: one.cost_nano,
        "seconds": lambda one: one.mean_seconds or 0.0,
    }
    order = sorted(amounts.items(), key=lambda item: (-by[sort](item[1]), -item[1].calls, item[0]))
    return order[:limit], [amount for _, amount in order[limit:]]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
