"""Addresses: where a request really comes from, behind proxies that are trusted to say so.

Each proxy appends the address that it heard from to `X-Forwarded-For`, so only the right end of that header can be
believed: read from there, over the proxies we trust, up to the first address that is none of them. What stands further
left was written by whoever that is, and may say anything.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_HOPS = 32
_REMEMBERED = 4096
_REMEMBERED_BYTES = 200


class TrustedProxies:
    """Tells a caller's address from its peer and what trusted peers forwarded."""

    def __init__(self, networks: str) -> None:
        """`networks`: addresses and CIDRs, separated by commas. Raises ValueError, naming the one that is neither."""
        self._networks = tuple(network_of(part) for part in networks.split(",") if part.strip())
        self._known = lru_cache(_REMEMBERED)(self._behind)

    def address_of(self, peer: str, forwarded: bytes = b"") -> str:
        """The caller's address; `forwarded` is the whole `X-Forwarded-For` header, its lines joined by commas."""
        if not self._networks:
            return self._known(peer, b"")
        if len(forwarded) > _REMEMBERED_BYTES:  # nobody may fill the memory with headers
            return self._behind(peer, forwarded)
        return self._known(peer, forwarded)

    def address_in(self, scope: Mapping[str, Any]) -> str:
        """The caller's address of an ASGI scope."""
        peer = scope.get("client")
        return self.address_of(peer[0] if peer else "", forwarded_of(scope["headers"]) if self._networks else b"")

    def _behind(self, peer: str, forwarded: bytes) -> str:
        found = parsed(peer)
        if found is None:
            return ""
        hops = forwarded.decode("latin-1").rsplit(",", _MOST_HOPS)[-_MOST_HOPS:] if forwarded else []
        while hops and self._trusts(found):
            hop = parsed(hops.pop())
            if hop is None:  # "unknown", or nonsense: the proxy that passed it on is all we know
                break
            found = hop
        return str(found)

    def _trusts(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._networks)


def forwarded_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The whole `X-Forwarded-For` of a request, whose header names are in lower case."""
    return b",".join([value for name, value in headers if name == b"x-forwarded-for"])


def parsed(text: str) -> Address | None:
    """The address that `text` names, with or without a port; an IPv4 address in IPv6's clothes is an IPv4 address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(text: str) -> Network:
    """The network that `text` names: a CIDR, or one address. Raises ValueError with one plain sentence."""
    try:
        network = ipaddress.ip_network(text.strip().replace("%", "?"), strict=False)  # a zone means nothing here
    except ValueError:
        raise ValueError(f"{text.strip()[:60]!r} is not an address or a network such as 10.0.0.0/8") from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - 96))


def neighbourhood(address: str) -> str:
    """What counts as one caller when calls are limited by address: of IPv6 the /64 that one customer is given."""
    found = parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
    return address
