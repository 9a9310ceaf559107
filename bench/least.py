"""The least that a metered gateway in Python can do: both ways parsed by C, a key looked up, a row stored.

`python -m bench.least PORT UPSTREAM_PORT DATABASE`. No limits, routing, prices, retries or time-outs: what an honest
gateway does comes on top of this.
"""

import asyncio
import contextlib
import hashlib
import os
import sqlite3
import sys
import threading
import time
from typing import Any, cast

import httptools
import msgspec
import uvloop

_KEYS: dict[bytes, str] = {}
_COLUMNS = ("id", "at", "user_id", "model", "endpoint", "status", "total_us", "input_tokens", "output_tokens")
_FLUSH_SECONDS = 0.25
_UPSTREAM_HEAD = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer sk-x\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
)
_ANSWER_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: %b\r\ncontent-length: %d\r\n\r\n%b"


class _Request(msgspec.Struct):
    model: str


class _Usage(msgspec.Struct):
    prompt_tokens: int
    completion_tokens: int


class _Answer(msgspec.Struct):
    usage: _Usage


_read_request = msgspec.json.Decoder(_Request).decode
_read_answer = msgspec.json.Decoder(_Answer).decode


class _Gateway:
    """What the connections share."""

    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.idle: list[_Upstream] = []
        self.rows: list[tuple[Any, ...]] = []

    def store(self, path: str) -> None:
        """Write the rows, batch by batch, for ever."""
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(f"CREATE TABLE calls ({', '.join(_COLUMNS)}, PRIMARY KEY (id)) WITHOUT ROWID")
        while True:
            time.sleep(_FLUSH_SECONDS)
            rows, self.rows = self.rows, []
            with database:
                database.executemany(f"INSERT INTO calls VALUES ({', '.join('?' * len(_COLUMNS))})", rows)


class _Upstream(asyncio.Protocol):
    transport: asyncio.WriteTransport
    caller: "_Caller"

    def __init__(self, gateway: _Gateway) -> None:
        self._gateway = gateway
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, _reason: Exception | None) -> None:
        with contextlib.suppress(ValueError):
            self._gateway.idle.remove(self)

    def on_body(self, data: bytes) -> None:
        self._body += data

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        self._gateway.idle.append(self)
        self.caller.answer(body, _read_answer(body).usage)


class _Caller(asyncio.Protocol):
    transport: asyncio.WriteTransport

    def __init__(self, gateway: _Gateway) -> None:
        self._gateway = gateway

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._credential = self._body = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"authorization":
            self._credential = value

    def on_body(self, data: bytes) -> None:
        self._body += data

    def on_message_complete(self) -> None:
        self._at, self._started = time.time_ns() // 1000, time.perf_counter()
        self._id = b"call_%b" % os.urandom(13).hex().encode()
        self._user = _KEYS.get(hashlib.sha256(self._credential).digest())
        self._model = _read_request(self._body).model
        if self._gateway.idle:
            self._send(self._gateway.idle.pop())
        else:
            self._opening = asyncio.ensure_future(self._open())

    async def _open(self) -> None:
        loop, port = asyncio.get_running_loop(), self._gateway.upstream_port
        _, upstream = await loop.create_connection(lambda: _Upstream(self._gateway), "127.0.0.1", port)
        self._send(upstream)

    def _send(self, upstream: _Upstream) -> None:
        upstream.caller = self
        upstream.transport.write(_UPSTREAM_HEAD % (len(self._body), self._body))

    def answer(self, body: bytes, usage: _Usage) -> None:
        """Send it, and remember what it cost."""
        self.transport.write(_ANSWER_HEAD % (self._id, len(body), body))
        took = int((time.perf_counter() - self._started) * 1e6)
        figures = (200, took, usage.prompt_tokens, usage.completion_tokens)
        self._gateway.rows.append((self._id, self._at, self._user, self._model, "/v1/chat/completions", *figures))


async def _serve(port: int, upstream_port: int, database: str) -> None:
    gateway = _Gateway(upstream_port)
    threading.Thread(target=gateway.store, args=(database,), daemon=True).start()
    server = await asyncio.get_running_loop().create_server(lambda: _Caller(gateway), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
