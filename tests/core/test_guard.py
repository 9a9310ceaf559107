"""The guard: no channel reaches where it must not, however the address is written."""

import ipaddress

import pytest

from guildhall.core import guard
from guildhall.core.errors import BadRequestError
from guildhall.core.guard import AddressError, Origin

NEVER = [
    "0.0.0.0", "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255", "::", "fe80::1", "ff02::1",
    "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
]  # fmt: skip
PRIVATE = ["10.0.0.1", "127.0.0.1", "127.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fc00::1", "::ffff:10.0.0.1"]
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", NEVER)
def test_reserved_addresses_are_never_reached(address: str) -> None:
    for private in (False, True):
        assert guard.objection(ipaddress.ip_address(address), private=private)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_a_private_channel(address: str) -> None:
    assert guard.objection(ipaddress.ip_address(address), private=False)
    assert guard.objection(ipaddress.ip_address(address), private=True) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    assert guard.objection(ipaddress.ip_address(address), private=False) is None


async def test_a_name_is_checked_by_what_it_resolves_to() -> None:
    with pytest.raises(AddressError) as caught:
        await guard.resolve(Origin("https", "localhost", 443, private=False))
    assert caught.value.reason == "address_not_allowed"
    assert "127.0.0.1" in await guard.resolve(Origin("http", "localhost", 80, private=True))


@pytest.mark.parametrize("address", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
async def test_addresses_in_disguise_are_checked_like_any_other(address: str) -> None:
    with pytest.raises(AddressError):
        await guard.resolve(Origin("https", address, 443, private=False))


def test_a_base_url_gives_origin_and_path() -> None:
    origin, path = guard.origin_of("https://api.example.org:8443/v1/", private=False)
    assert (origin, path) == (Origin("https", "api.example.org", 8443, private=False), "/v1")


def test_plain_http_is_for_private_channels() -> None:
    with pytest.raises(BadRequestError):
        guard.origin_of("http://example.org", private=False)
    assert guard.origin_of("http://example.org", private=True)[0].port == 80


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://m\u00fcnchen.example/v1", "xn--mnchen-3ya.example"),
        ("https://\u4f8b\u3048.jp", "xn--r8jz45g.jp"),
        ("https://EXAMPLE.org", "example.org"),
    ],
)
def test_a_name_in_any_script_becomes_what_dns_knows(address: str, host: str) -> None:
    assert guard.origin_of(address, private=False)[0].host == host


@pytest.mark.parametrize(
    "address",
    ["https://m\u00fcnchen..example", "https://" + "\u00fc" * 70 + ".example"],
)
def test_a_name_that_dns_cannot_know_is_refused(address: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        guard.origin_of(address, private=False)
    assert caught.value.code == "address_not_allowed"


@pytest.mark.parametrize("host", ["\uff11\uff12\uff17.0.0.1", "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3"])
def test_an_address_in_disguise_is_seen_through(host: str) -> None:
    with pytest.raises(BadRequestError):
        guard.origin_of(f"https://{host}/v1", private=False)
