"""Outbound: one guarded HTTP request to an address that people named; no redirects, bounded answer, plain words.

The guard resolves the name once and the connection goes to what it checked, while TLS still asks for the name.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpcore

from guildhall import __version__
from guildhall.core import guard

_ANSWER_BYTES = 64 * 1024


class OutboundError(Exception):
    """The request had no answer; says why in one plain sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Answer:
    """What came back; a long body is cut."""

    status: int
    body: bytes


async def post(
    url: str, body: bytes, *, headers: Mapping[str, str], private: bool, timeout_seconds: float = 15.0
) -> Answer:
    """POST `body` to a URL that passes the guard. Raises `BadRequestError` (malformed) and `OutboundError`."""
    origin, path = guard.target_of(url, private=private, param="target")
    sent = {"user-agent": f"guildhall/{__version__}", "accept-encoding": "identity", **headers}
    try:
        async with asyncio.timeout(timeout_seconds):
            return await _post(origin, path, body, sent)
    except TimeoutError:
        raise OutboundError("timeout", f"There was no answer within {timeout_seconds:g} seconds.") from None
    except guard.AddressError as error:
        raise OutboundError(error.reason, error.message) from None
    except httpcore.ConnectError as error:
        raise _unconnected(error) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise OutboundError("dropped", "The connection broke before there was an answer.") from None


async def _post(origin: guard.Origin, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    url = httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=path)
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_GuardedNetwork(origin),
            max_keepalive_connections=0,
        ) as pool,
        pool.stream(
            "POST", url, headers=[("content-length", str(len(body))), *headers.items()], content=body
        ) as response,
    ):
        received = bytearray()
        async for chunk in response.aiter_stream():
            received += chunk
            if len(received) >= _ANSWER_BYTES:
                break
        return Answer(response.status, bytes(received[:_ANSWER_BYTES]))


class _GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses of one origin, and to nothing else."""

    def __init__(self, origin: guard.Origin) -> None:
        self._origin = origin
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the origin says it too
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first of the origin's addresses that answers."""
        failure: Exception = httpcore.ConnectError("no address")
        for address in await guard.resolve(self._origin):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait, as retries would; there are none."""
        await asyncio.sleep(seconds)


def _unconnected(error: Exception) -> OutboundError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return OutboundError("tls", "No secure connection could be made: the certificate does not fit.")
        if isinstance(cause, ConnectionRefusedError):
            return OutboundError("refused", "Nothing answers at this address.")
        cause = cause.__cause__ or cause.__context__
    return OutboundError("unreachable", "The address could not be reached.")
