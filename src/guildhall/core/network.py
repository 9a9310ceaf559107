"""Network: how an outbound request travels, over connections that lead only where the guard looked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore

from guildhall.core import guard


class UnreachedError(Exception):
    """Nobody answered; says why in one plain sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the body up to the bytes that were wanted, and headers by their small names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer that is coming in: its body in pieces."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


async def exchange(
    origin: guard.Origin, method: str, path: str, body: bytes, headers: Mapping[str, str], most: int
) -> Reply:
    """One request, and up to `most` bytes of its answer. Raises `UnreachedError` and `AddressError`."""
    received = bytearray()
    async with opened(origin, method, path, body, headers) as incoming:
        async for chunk in incoming.chunks:
            received += chunk
            if len(received) >= most:
                break
        return Reply(incoming.status, incoming.headers, bytes(received[:most]))


@asynccontextmanager
async def opened(
    origin: guard.Origin, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> AsyncIterator[Incoming]:
    """One request, and its answer as it comes. Raises, inside the block too, what `exchange` does."""
    try:
        async with _opened(origin, method, path, body, headers) as incoming:
            yield incoming
    except httpcore.ConnectError as error:
        raise _unconnected(error) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise UnreachedError("dropped", "The connection broke before there was an answer.") from None


@asynccontextmanager
async def _opened(
    origin: guard.Origin, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> AsyncIterator[Incoming]:
    length = {"content-length": str(len(body))} if body else {}
    url = httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=path)
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_GuardedNetwork(origin),
            max_keepalive_connections=0,
        ) as pool,
        pool.stream(
            method,
            url,
            headers=[("host", _host_of(origin)), *length.items(), *headers.items()],
            content=body,
        ) as response,
    ):
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        yield Incoming(response.status, told, response.aiter_stream())


def _host_of(origin: guard.Origin) -> str:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return host if origin.port == (443 if origin.scheme == "https" else 80) else f"{host}:{origin.port}"


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


def _unconnected(error: Exception) -> UnreachedError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return UnreachedError("tls", "No secure connection could be made: the certificate does not fit.")
        if isinstance(cause, ConnectionRefusedError):
            return UnreachedError("refused", "Nothing answers at this address.")
        cause = cause.__cause__ or cause.__context__
    return UnreachedError("unreachable", "The address could not be reached.")
