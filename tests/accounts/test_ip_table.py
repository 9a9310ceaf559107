"""Which rule an address meets: the narrowest, found fast, and never one that locks out whoever makes it."""

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.accounts.ip_table import IpTable, Rule, in_force, locks_out
from guildhall.core.addresses import Network, network_of

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def rules(*texts: str) -> list[Rule]:
    """`deny 10.0.0.0/8 +60` is a rule that ends in a minute."""
    made = []
    for number, text in enumerate(texts):
        kind, network, *ends = text.split()
        expires_at = NOW + timedelta(seconds=int(ends[0])) if ends else None
        made.append(Rule(f"ip_{number}", network_of(network), kind == "allow", expires_at))
    return made


@pytest.mark.parametrize(
    ("given_rules", "address", "is_admitted"),
    [
        ([], "203.0.113.9", True),
        ([], "", True),
        (["deny 203.0.113.9"], "203.0.113.9", False),
        (["deny 203.0.113.9"], "203.0.113.8", True),
        (["deny 203.0.113.9"], "::ffff:203.0.113.9", False),
        (["deny 203.0.113.9"], "", False),  # an address that can't be read, once there are rules
        (["deny 10.0.0.0/8", "allow 10.1.0.0/16"], "10.1.2.3", True),
        (["allow 10.0.0.0/8", "deny 10.1.0.0/16"], "10.1.2.3", False),
        (["allow 10.1.0.0/16"], "192.0.2.1", True),  # allowing some denies nobody
        (["allow 10.1.0.0/16", "deny 0.0.0.0/0"], "192.0.2.1", False),
        (["allow 10.1.0.0/16", "deny 0.0.0.0/0"], "2001:db8::1", True),  # IPv6 has its own
        (["deny ::/0"], "2001:db8::1", False),
        (["deny ::/0", "allow 2001:db8::/32"], "2001:db8:ffff::1", True),
    ],
)
def test_the_narrowest_network_decides(given_rules: list[str], address: str, is_admitted: bool) -> None:
    assert IpTable(rules(*given_rules)).admits(address) is is_admitted


NETWORKS = st.one_of(
    st.builds(
        lambda number, length: ipaddress.ip_network((number, length), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds(
        lambda number, length: ipaddress.ip_network((number.to_bytes(16, "big"), length), strict=False),
        st.integers(2**64, 2**128 - 1),
        st.integers(0, 128),
    ),
)


@given(st.dictionaries(NETWORKS, st.booleans(), max_size=30), st.data())
def test_the_table_finds_what_looking_at_every_rule_would(found: dict[Network, bool], data: st.DataObject) -> None:
    made = [Rule(str(network), network, allows) for network, allows in found.items()]
    around = [network.network_address for network in found] or [ipaddress.ip_address("192.0.2.1")]
    address = data.draw(st.sampled_from(around))
    matching = [rule for rule in made if rule.network.version == address.version and address in rule.network]
    widest_first = sorted(matching, key=lambda rule: rule.network.prefixlen)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is None:
        assert IpTable(made).rule_of(str(address)) == (widest_first[-1] if widest_first else None)


def test_an_expired_rule_decides_nothing() -> None:
    made = rules("deny 203.0.113.9 60")
    assert not IpTable(in_force(made, NOW)).admits("203.0.113.9")
    assert IpTable(in_force(made, NOW + timedelta(seconds=60))).admits("203.0.113.9")


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        ([], ["deny 203.0.113.9"], True),
        ([], ["deny 203.0.113.0/24"], True),
        ([], ["deny 0.0.0.0/0"], True),
        ([], ["deny 198.51.100.0/24"], False),
        ([], ["allow 203.0.113.9"], False),
        (["allow 203.0.113.9"], ["allow 203.0.113.9", "deny 0.0.0.0/0"], False),
        (["allow 203.0.113.9", "deny 0.0.0.0/0"], ["deny 0.0.0.0/0"], True),
        (["allow 203.0.113.9"], ["allow 203.0.113.9 60"], False),
        (["allow 203.0.113.9", "deny 0.0.0.0/0"], ["allow 203.0.113.9 60", "deny 0.0.0.0/0"], True),  # in a minute
        (["allow 203.0.113.9 60", "deny 0.0.0.0/0"], ["allow 203.0.113.9 60", "deny 0.0.0.0/0", "deny ::/0"], False),
        ([], ["deny 203.0.113.9 -1"], False),  # it has ended already
    ],
)
def test_a_change_that_keeps_its_maker_out_now_or_later_is_seen(
    before: list[str], after: list[str], is_refused: bool
) -> None:
    assert locks_out("203.0.113.9", rules(*before), rules(*after), NOW) is is_refused


def test_ten_thousand_rules_are_no_slower_than_ten() -> None:
    """One look for each length of prefix in use, however many rules have it."""
    many = [Rule(f"ip_{n}", ipaddress.ip_network((n << 8, 24)), allows=False) for n in range(1, 10_001)]
    table = IpTable(many)
    assert table.rule_of("0.0.1.7") == many[0]
    assert table.rule_of("203.0.113.9") is None
    assert len(table) == 10_000
