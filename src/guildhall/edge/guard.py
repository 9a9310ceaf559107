"""The guard against server-side request forgery: which addresses a channel may reach, checked when connecting.

A name is resolved once, every address it has is checked, and the connection goes to a checked address, so that a name
that changes its mind between check and use gains nothing.
"""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from guildhall.core.errors import BadRequestError
from guildhall.edge.call import Origin
from guildhall.edge.failures import UpstreamFailure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "100::/64", "fe80::/10", "fd00:ec2::254/128", "ff00::/8",
    )
)  # fmt: skip
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def origin_of(base_url: str, *, private: bool) -> tuple[Origin, str]:
    """The server a base URL names and the path on it. Raises `BadRequestError` for what can be refused unresolved."""
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        raise _refused("The base URL is not an address.") from None
    host = _ascii(parts.hostname or "")
    if parts.scheme not in _DEFAULT_PORTS or not host or any(not "!" <= letter <= "~" for letter in host):
        raise _refused("The base URL must begin with https:// (or http:// on your own network) and name a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _refused("The base URL must hold no user name, query or fragment.")
    if parts.scheme == "http" and not private:
        raise _refused("Plain http is only for a server on your own network: mark the channel as private.")
    if any(not "!" <= letter <= "~" for letter in parts.path):
        raise _refused("The path of the base URL must be plain ASCII.")
    literal = _literal(host)
    if host == "localhost" and not private:
        raise _refused("This machine can only be reached by a channel marked as private.")
    if literal is not None and (problem := objection(literal, private=private)):
        raise _refused(problem)
    return Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], private), parts.path.rstrip("/")


async def resolve(origin: Origin) -> list[str]:
    """The addresses of an origin, all of them checked. Raises `UpstreamFailure`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UpstreamFailure("dns", "The provider's host name could not be found.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    for text in addresses:
        if problem := objection(ipaddress.ip_address(text), private=origin.private):
            raise UpstreamFailure("address_not_allowed", problem)
    return addresses


def objection(address: Address, *, private: bool) -> str | None:
    """Why this address may not be reached, or None when it may."""
    address = _embedded(address)
    if any(address in network for network in _NEVER):
        return "The channel's address is reserved and never allowed."
    if not private and any(address in network for network in _PRIVATE):
        return "The channel's address is on a private network: mark the channel as private to allow it."
    return None


def _embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, whichever way it is dressed up."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _ascii(host: str) -> str:
    """The host as DNS and certificates know it; nothing when there is no such form of it."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refused(message: str) -> BadRequestError:
    return BadRequestError("address_not_allowed", message, param="base_url")
