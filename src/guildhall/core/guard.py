"""The guard against server-side request forgery: which addresses may be reached for people, checked when connecting.

A name is resolved once, every address it has is checked, and the connection goes to a checked address, so that a name
that changes its mind between check and use gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from guildhall.core.errors import BadRequestError

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


@dataclass(frozen=True, slots=True)
class Origin:
    """A server to connect to. `private` lets it be on this machine or its network, and speak plain HTTP."""

    scheme: str
    host: str
    port: int
    private: bool


class AddressError(Exception):
    """A host name that leads nowhere, or where it must not."""

    def __init__(self, reason: Literal["dns", "address_not_allowed"], message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def origin_of(base_url: str, *, private: bool) -> tuple[Origin, str]:
    """The server a base URL names and the path on it. Raises `BadRequestError` for what can be refused unresolved."""
    parts, origin = _parsed(base_url, private=private, param="base_url")
    if parts.query:
        raise _refused("This address must hold no query.", "base_url")
    return origin, parts.path.rstrip("/")


def target_of(url: str, *, private: bool, param: str) -> tuple[Origin, str]:
    """The server a URL names, and the path and query to ask it for. Raises `BadRequestError`, as `origin_of`."""
    parts, origin = _parsed(url, private=private, param=param)
    return origin, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


async def resolve(origin: Origin) -> list[str]:
    """The addresses of an origin, all of them checked. Raises `AddressError`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError("dns", "The host name could not be found.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    for text in addresses:
        if problem := objection(ipaddress.ip_address(text), private=origin.private):
            raise AddressError("address_not_allowed", problem)
    return addresses


def objection(address: Address, *, private: bool) -> str | None:
    """Why this address may not be reached, or None when it may."""
    address = _embedded(address)
    if any(address in network for network in _NEVER):
        return "This address is reserved and never allowed."
    if not private and any(address in network for network in _PRIVATE):
        return "This address is on a private network: it must be marked as private to be allowed."
    return None


def _parsed(url: str, *, private: bool, param: str) -> tuple[SplitResult, Origin]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("This is not an address.", param) from None
    host = _ascii(parts.hostname or "")
    if parts.scheme not in _DEFAULT_PORTS or not host or any(not "!" <= letter <= "~" for letter in host):
        raise _refused("An address must begin with https:// (or http:// on your own network) and name a host.", param)
    if parts.username or parts.password or parts.fragment:
        raise _refused("This address must hold no user name and no fragment.", param)
    if parts.scheme == "http" and not private:
        raise _refused("Plain http is only for a server on your own network: mark it as private.", param)
    if any(not "!" <= letter <= "~" for letter in parts.path + parts.query):
        raise _refused("The path of this address must be plain ASCII.", param)
    literal = _literal(host)
    if host == "localhost" and not private:
        raise _refused("This machine can only be reached by what is marked as private.", param)
    if literal is not None and (problem := objection(literal, private=private)):
        raise _refused(problem, param)
    return parts, Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], private)


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


def _refused(message: str, param: str) -> BadRequestError:
    return BadRequestError("address_not_allowed", message, param=param)
