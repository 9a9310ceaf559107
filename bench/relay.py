"""The floor of a proxy in Python: bytes from each caller to a kept connection and back, unread, nothing decided.

`python -m bench.relay PORT UPSTREAM_PORT`. Whatever a gateway in this language does comes on top of this.
"""

import asyncio
import sys
from typing import cast

import uvloop


class _Upstream(asyncio.Protocol):
    """A kept connection to the provider."""

    transport: asyncio.WriteTransport
    caller: "_Caller"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self.caller.transport.write(data)


class _Caller(asyncio.Protocol):
    """A caller's connection, with a provider's connection of its own."""

    transport: asyncio.WriteTransport
    upstream: _Upstream | None = None

    def __init__(self, upstream_port: int) -> None:
        self._upstream_port = upstream_port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        if self.upstream is None:
            self._opening = asyncio.ensure_future(self._open(data))
        else:
            self.upstream.transport.write(data)

    def connection_lost(self, _reason: Exception | None) -> None:
        if self.upstream is not None:
            self.upstream.transport.close()

    async def _open(self, first: bytes) -> None:
        loop = asyncio.get_running_loop()
        _, upstream = await loop.create_connection(_Upstream, "127.0.0.1", self._upstream_port)
        upstream.caller = self
        upstream.transport.write(first)
        self.upstream = upstream


async def _serve(port: int, upstream_port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Caller(upstream_port), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
