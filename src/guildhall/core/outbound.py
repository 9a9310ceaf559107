"""Outbound: one guarded HTTP request to an address that people named; no redirects, bounded answer, plain words.

The guard resolves the name once and the connection goes to what it checked, while TLS still asks for the name.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guildhall import __version__
from guildhall.core import guard

if TYPE_CHECKING:
    from guildhall.core.network import Incoming

_ANSWER_BYTES = 64 * 1024


class OutboundError(Exception):
    """The request had no answer; says why in one plain sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Answer:
    """What came back; a long body is cut. Names of headers are in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str]


async def post(
    url: str, body: bytes, *, headers: Mapping[str, str], private: bool, timeout_seconds: float = 15.0
) -> Answer:
    """POST `body` to a URL that passes the guard. Raises `BadRequestError` (malformed) and `OutboundError`."""
    return await _ask("POST", url, body, headers, private, timeout_seconds, _ANSWER_BYTES)


async def get(
    url: str, *, headers: Mapping[str, str], private: bool, most_bytes: int, timeout_seconds: float = 30.0
) -> Answer:
    """GET a URL that passes the guard, up to `most_bytes` of it. Raises as `post` does."""
    return await _ask("GET", url, b"", headers, private, timeout_seconds, most_bytes)


@asynccontextmanager
async def opened(
    method: str, url: str, body: bytes, *, headers: Mapping[str, str], private: bool
) -> "AsyncIterator[Incoming]":
    """A request to a URL that passes the guard, and its answer as it comes; the caller's patience is its own.

    Raises as `post` does, inside the block too.
    """
    origin, path = guard.target_of(url, private=private, param="target")
    from guildhall.core import network  # loads an HTTP client, which only those who send need

    try:
        async with network.opened(origin, method, path, body, _sent(headers)) as incoming:
            yield incoming
    except (guard.AddressError, network.UnreachedError) as error:
        raise OutboundError(error.reason, error.message) from None


async def _ask(
    method: str, url: str, body: bytes, headers: Mapping[str, str], private: bool, seconds: float, most_bytes: int
) -> Answer:
    origin, path = guard.target_of(url, private=private, param="target")
    from guildhall.core import network  # loads an HTTP client, which only those who send need

    try:
        async with asyncio.timeout(seconds):
            reply = await network.exchange(origin, method, path, body, _sent(headers), most_bytes)
    except TimeoutError:
        raise OutboundError("timeout", f"There was no answer within {seconds:g} seconds.") from None
    except (guard.AddressError, network.UnreachedError) as error:
        raise OutboundError(error.reason, error.message) from None
    return Answer(reply.status, reply.body, reply.headers)


def _sent(headers: Mapping[str, str]) -> dict[str, str]:
    return {"user-agent": f"guildhall/{__version__}", "accept-encoding": "identity", **headers}
