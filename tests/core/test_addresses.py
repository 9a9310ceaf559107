"""Where a request comes from: behind proxies that are trusted, and whatever anybody else says."""

import ipaddress
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.addresses import TrustedProxies, neighbourhood, network_of, parsed

OURS = TrustedProxies("10.0.0.0/8, 192.0.2.7, 2001:db8:a::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", b"", "203.0.113.9"),
        ("203.0.113.9", b"198.51.100.1", "203.0.113.9"),  # nobody we trust says so
        ("10.0.0.1", b"203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", b"198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what stands further left, the caller wrote
        ("10.0.0.1", b"198.51.100.1, 203.0.113.9, 192.0.2.7, 10.1.2.3", "203.0.113.9"),
        ("10.0.0.1", b"10.0.0.5, 10.0.0.6", "10.0.0.5"),  # everybody is trusted: the one furthest away
        ("10.0.0.1", b"", "10.0.0.1"),
        ("10.0.0.1", b"198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", b"198.51.100.1, 10.0.0.2, _hidden", "10.0.0.1"),
        ("10.0.0.1", b"198.51.100.1,,", "10.0.0.1"),
        ("10.0.0.1", b"203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", b"[2001:db8:b::1]:4711", "2001:db8:b::1"),
        ("10.0.0.1", b"2001:DB8:B:0::1", "2001:db8:b::1"),
        ("2001:db8:a::1", b"2001:db8:b::1", "2001:db8:b::1"),
        ("2001:db8:c::1", b"2001:db8:b::1", "2001:db8:c::1"),
        ("::ffff:10.0.0.1", b"::ffff:203.0.113.9", "203.0.113.9"),  # IPv4 in the clothes of IPv6
        ("fe80::1%eth0", b"", "fe80::1"),
        ("10.0.0.1", b"\xff\xfe\x00", "10.0.0.1"),
        ("10.0.0.1", b"203.0.113.999", "10.0.0.1"),
        ("10.0.0.1", b"0x7f000001", "10.0.0.1"),
        ("", b"203.0.113.9", ""),
        ("not an address", b"", ""),
    ],
)
def test_the_address_is_the_last_hop_that_a_trusted_proxy_vouches_for(
    peer: str, forwarded: bytes, address: str
) -> None:
    assert OURS.address_of(peer, forwarded) == address


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert TrustedProxies("").address_of("127.0.0.1", b"203.0.113.9") == "127.0.0.1"


def test_a_header_of_very_many_hops_is_read_no_further_than_sensible() -> None:
    hops = b",".join([b"198.51.100.1", *[b"10.0.0.2"] * 5000])
    assert OURS.address_of("10.0.0.1", hops) == "10.0.0.2"


def test_long_headers_are_not_remembered() -> None:
    """Or whoever sends many would fill the memory."""
    ours = TrustedProxies("10.0.0.0/8")
    tracemalloc.start()
    for number in range(3000):
        assert ours.address_of("10.0.0.1", b"%d," % number + b"x" * 60_000 + b", 203.0.113.9") == "203.0.113.9"
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 5_000_000


def test_every_line_of_the_header_counts() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"host", b"h"), (b"x-forwarded-for", b"203.0.113.9, 10.0.0.9")]
    assert OURS.address_in({"client": ("10.0.0.1", 1), "headers": headers}) == "203.0.113.9"
    assert OURS.address_in({"client": None, "headers": headers}) == ""


@given(st.binary(max_size=200))
def test_whatever_a_caller_writes_does_not_change_its_address(written: bytes) -> None:
    """The proxy appends the real one, which stands last."""
    assert OURS.address_of("10.0.0.1", written + b", 203.0.113.9") == "203.0.113.9"
    assert OURS.address_of("203.0.113.9", written) == "203.0.113.9"


@given(st.binary(max_size=200))
def test_what_is_found_is_an_address_or_nothing(written: bytes) -> None:
    found = OURS.address_of("10.0.0.1", written)
    assert str(ipaddress.ip_address(found)) == found


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("203.0.113.9/24", "203.0.113.0/24"),
        (" 2001:db8::1 ", "2001:db8::1/128"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_a_network_is_read_in_every_usual_form(text: str, network: str) -> None:
    assert str(network_of(text)) == network


@pytest.mark.parametrize(
    "text",
    ["", "hall.example.org", "10.0.0.0/33", "10.0.0", "1.2.3.4/", "::/129", "10.0.0.0/-1", "fe80::1%eth0", "::1%8"],
)
def test_what_is_no_network_is_named_in_the_refusal(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address or a network"):
        network_of(text)


def test_one_customers_ipv6_addresses_count_as_one_caller() -> None:
    assert neighbourhood("2001:db8:1:2:aaaa::1") == neighbourhood("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert neighbourhood("203.0.113.9") == "203.0.113.9"
    assert neighbourhood("") == ""


def test_addresses_are_found_fast_when_they_come_again() -> None:
    """A call to the gateway asks for one; it must cost microseconds."""
    drawn = random.Random(1)
    headers = [f"198.51.100.{drawn.randrange(256)}, 10.0.0.9".encode() for _ in range(50)]
    for header in headers * 3:
        assert parsed(OURS.address_of("10.0.0.1", header)) is not None
