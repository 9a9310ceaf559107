"""Weights: how much memory the processes of each command hold together; the kernel bounds only single ones."""

from collections.abc import Collection, Iterator
from pathlib import Path

_PROC = Path("/proc")


def heaviest(limits: dict[int, int]) -> list[int]:
    """Of these first processes, those whose families hold more than their bytes. Empty where there is no /proc."""
    if not _PROC.joinpath("self/stat").exists():
        return []
    families = _families(limits)
    return [first for first, most in limits.items() if _weighs_more(families[first], most)]


def _families(firsts: Collection[int]) -> dict[int, list[int]]:
    """Each first process with all that descend from it."""
    children: dict[int, list[int]] = {}
    for number, parent in _parents():
        children.setdefault(parent, []).append(number)
    found = {}
    for first in firsts:
        family = [first]
        for member in family:  # grows while it is read
            family += children.get(member, ())
        found[first] = family
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for place in _PROC.glob("[0-9]*"):
        try:
            # The name may hold anything, blanks and brackets too; what follows its last bracket does not.
            yield int(place.name), int((place / "stat").read_bytes().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):  # gone meanwhile
            continue


def _weighs_more(family: list[int], most: int) -> bool:
    """Counted twice: quickly, where memory that processes share counts for each, and if that is too much exactly."""
    return _sum(family, "status", b"RssAnon:") > most and _sum(family, "smaps_rollup", b"Pss:") > most


def _sum(family: list[int], name: str, field: bytes) -> int:
    total = 0
    for number in family:
        try:
            lines = (_PROC / str(number) / name).read_bytes().splitlines()
        except OSError:  # gone meanwhile
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))
    return total
