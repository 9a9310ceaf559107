"""Readers: many streams read at once, each chunk held against the moment it was sent."""

import asyncio
import contextlib
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools

from bench.contenders import MODEL, Contender

_SENT = re.compile(rb'"content":"(\d+) ')


@dataclass
class Stream:
    """What one reader saw."""

    asked_at: float = 0.0
    first_seconds: float = 0.0
    """From the question to the first chunk."""
    lateness: list[float] = field(default_factory=list)
    """Seconds from sending to arrival, for every chunk."""
    gaps: list[float] = field(default_factory=list)
    """Seconds between two chunks."""
    is_complete: bool = False


class _Reader(asyncio.Protocol):
    def __init__(self, request: bytes, done: asyncio.Future[None]) -> None:
        self.stream = Stream()
        self._request = request
        self._done = done
        self._parser = httptools.HttpResponseParser(self)
        self._tail = b""
        self._last = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.stream.asked_at = time.monotonic()
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, received: bytes) -> None:
        self._parser.feed_data(received)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        now = time.monotonic()
        whole, _, self._tail = (self._tail + body).rpartition(b"\n")
        for sent in _SENT.findall(whole):
            if self._last:
                self.stream.gaps.append(now - self._last)
            else:
                self.stream.first_seconds = now - self.stream.asked_at
            self.stream.lateness.append(now - int(sent) / 1e9)
            self._last = now

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.stream.is_complete = True
        if not self._done.done():
            self._done.set_result(None)


def request(contender: Contender) -> bytes:
    """The bytes that ask for a stream."""
    body = json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "Talk, please."}]})
    headers = {"host": urlsplit(contender.url).netloc, "authorization": f"Bearer {contender.key}", **contender.headers}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = ["POST /v1/chat/completions HTTP/1.1", *lines, "content-type: application/json", "connection: close"]
    return ("\r\n".join([*head, f"content-length: {len(body)}", "", ""]) + body).encode()


async def read_many(contender: Contender, count: int, *, over_seconds: float, deadline: float) -> list[Stream]:
    """So many streams at once, begun one after the other over some seconds; what is not there in time is missing."""
    loop = asyncio.get_running_loop()
    address = urlsplit(contender.url)
    asked = request(contender)
    readers: list[_Reader] = []
    transports: list[asyncio.BaseTransport] = []
    waiting = []
    for number in range(count):
        done: asyncio.Future[None] = loop.create_future()
        reader = _Reader(asked, done)
        readers.append(reader)
        waiting.append(done)
        with contextlib.suppress(OSError):
            transports.append((await loop.create_connection(lambda r=reader: r, "127.0.0.1", address.port))[0])  # type: ignore[misc]
        if number % 10 == 9:
            await asyncio.sleep(over_seconds * 10 / count)
    await asyncio.wait(waiting, timeout=deadline)
    for transport in transports:
        transport.close()
    await asyncio.sleep(0.1)
    return [reader.stream for reader in readers]


@contextlib.contextmanager
def not_reading(contender: Contender, count: int) -> Iterator[None]:
    """So many callers who ask for a stream and never read it."""
    address = urlsplit(contender.url)
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            caller = stack.enter_context(socket.socket())
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            caller.settimeout(10)
            caller.connect(("127.0.0.1", address.port))
            caller.sendall(request(contender))
        yield


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """This process on one core, for as long as the context lasts."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
