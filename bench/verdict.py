"""Verdicts: what was measured, what it was to be, and whether that holds."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How a benchmark is to be run."""

    short: bool = False
    """Fewer and shorter rounds, as in CI."""
    long: bool = False
    """The longest form, of the benchmarks that have one."""
    without: frozenset[str] = frozenset()
    """Peers that are left out."""


@dataclass(frozen=True)
class Line:
    """One figure and the most it may be."""

    name: str
    measured: float
    most: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        return self.measured <= self.most


def tell(lines: Sequence[Line]) -> int:
    """Print every line and the verdict; 1 when a target is missed."""
    print(f"\n{'':<52} {'measured':>12}  target")
    for line in lines:
        print(f"{line.name:<52} {line.measured:>12,.4g}  ≤ {line.most:,.4g} {line.unit}")
    missed = [line.name for line in lines if not line.holds]
    print("\n".join(f"MISSED  {name}" for name in missed) or "All targets hold.")
    return int(bool(missed))


def below(ours: float, costs: dict[str, float], shares: dict[str, float], what: str) -> list[Line]:
    """Lines that hold our cost against those of the peers that ran."""
    return [
        Line(f"{what}, guildhall / {peer}", ours / costs[peer], share)
        for peer, share in shares.items()
        if peer in costs
    ]
