"""The table of IP rules: which rule an address meets. The narrowest network decides; who meets none is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from guildhall.core.addresses import Network, parsed

_BITS = {4: 32, 6: 128}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the table needs it."""

    id: str
    network: Network
    allows: bool
    expires_at: datetime | None = None


class IpTable:
    """Rules by the length of their prefix: finding one costs a look-up for each length in use, not for each rule."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._by_length: dict[int, dict[int, dict[int, Rule]]] = {4: {}, 6: {}}
        for rule in rules:
            shift = _BITS[rule.network.version] - rule.network.prefixlen
            same = self._by_length[rule.network.version].setdefault(shift, {})
            same[int(rule.network.network_address) >> shift] = rule
        for version, by_shift in self._by_length.items():
            self._by_length[version] = dict(sorted(by_shift.items()))  # narrowest first

    def __len__(self) -> int:
        return sum(len(same) for by_shift in self._by_length.values() for same in by_shift.values())

    def rule_of(self, address: str) -> Rule | None:
        """The rule that decides about this address, if one does."""
        found = parsed(address)
        if found is None:
            return None
        number = int(found)
        for shift, same in self._by_length[found.version].items():
            rule = same.get(number >> shift)
            if rule is not None:
                return rule
        return None

    def admits(self, address: str) -> bool:
        """Whether this address may come in. One that can't be read may not, once there are rules."""
        rule = self.rule_of(address)
        if rule is not None:
            return rule.allows
        return parsed(address) is not None or not len(self)


def text_of(network: Network) -> str:
    """How a network is stored and shown: a single address without its length."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def in_force(rules: Iterable[Rule], at: datetime) -> list[Rule]:
    """The rules that have not expired by then."""
    return [rule for rule in rules if rule.expires_at is None or rule.expires_at > at]


def locks_out(address: str, before: Iterable[Rule], after: Iterable[Rule], now: datetime) -> bool:
    """Whether going from one set of rules to the other keeps `address` out, now or when one of them expires."""
    was, becomes = _about(address, before), _about(address, after)
    moments = {now, *(rule.expires_at for rule in [*was, *becomes] if rule.expires_at and rule.expires_at > now)}
    return any(
        IpTable(in_force(was, moment)).admits(address) and not IpTable(in_force(becomes, moment)).admits(address)
        for moment in moments
    )


def _about(address: str, rules: Iterable[Rule]) -> list[Rule]:
    found = parsed(address)
    return [rule for rule in rules if found and found.version == rule.network.version and found in rule.network]
