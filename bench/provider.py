"""A provider that keeps time: `python -m bench.provider`, in front of which gateways are measured.

It answers after a delay, or streams so many chunks with so long a gap. Every chunk holds the moment it was sent, in
nanoseconds of the machine's monotonic clock, which whoever reads it compares with the moment it arrived. It stops
sending to whoever stops reading.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.contenders import ANSWER, MODEL, Contender
from bench.machine import LOAD_CORE, Process, answers, free_port, running

_SPIN_SECONDS = 0.0015  # a timer of the loop is late by up to a millisecond: the last stretch is waited for awake
_BURST = 16  # chunks without a gap
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-accel-buffering: no\r\ntransfer-encoding: chunked\r\n\r\n"
)


@dataclass(frozen=True)
class Pace:
    """How it answers."""

    delay: float = 0.0
    """Seconds before an answer, or before a stream's first chunk."""
    chunks: int = 60
    gap: float = 0.0
    """Seconds between the chunks of a stream."""
    padding: int = 0
    """Bytes that make each chunk longer."""


@contextlib.contextmanager
def provider(folder: Path, pace: Pace) -> Iterator[Contender]:
    """The provider as a process on the core of the load."""
    port = free_port()
    options = [f"--{name}={value}" for name, value in vars(pace).items()]
    command = [sys.executable, "-m", "bench.provider", f"--port={port}", *options]
    process = Process(command, core=LOAD_CORE, log=folder / "provider.log")
    url = f"http://127.0.0.1:{port}"
    with running(process, lambda: answers(url)):
        yield Contender("direct", url, "none", process)


def asked(url: str) -> dict[str, int]:
    """How many calls it was asked, and how many are under way."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        counts: dict[str, int] = json.load(answer)
        return counts


class Provider(asyncio.Protocol):
    """One connection."""

    calls = 0
    active = 0

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._held = b""
        self._work: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        if self._work is not None:
            self._work.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, received: bytes) -> None:
        """Answer a request once it is whole."""
        self._held += received
        head, ended, body = self._held.partition(b"\r\n\r\n")
        if not ended:
            return
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        self._held = b""
        if head.startswith(b"GET"):
            counts = json.dumps({"calls": Provider.calls, "active": Provider.active}).encode()
            self._transport.write(_HEAD % (len(counts), counts))
            return
        is_stream = b'"stream":true' in body.replace(b" ", b"")[:100_000]
        self._work = asyncio.ensure_future(self._counted(is_stream))

    async def _counted(self, is_stream: bool) -> None:
        Provider.calls += 1
        Provider.active += 1
        try:
            await _sleep(self._pace.delay)
            if is_stream:
                await self._stream()
            else:
                self._transport.write(_HEAD % (len(ANSWER), ANSWER.encode()))
        finally:
            Provider.active -= 1

    async def _stream(self) -> None:
        self._transport.write(_STREAM_HEAD)
        padding = "x" * self._pace.padding
        for number in range(self._pace.chunks):
            if number and self._pace.gap:
                await asyncio.sleep(self._pace.gap)
            await self._writable.wait()
            if self._transport.is_closing():
                return
            if not number % _BURST:
                await asyncio.sleep(0)  # writing alone never lets the loop find out that somebody has left
            self._send(_chunk({"content": f"{time.monotonic_ns()} {padding}"}, None))
        self._send(_chunk({}, "stop") + b"data: [DONE]\n\n")
        self._transport.write(b"0\r\n\r\n")

    def _send(self, events: bytes) -> None:
        self._transport.write(b"%x\r\n%s\r\n" % (len(events), events))


def _chunk(delta: dict[str, str], reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    fields = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    return b"data: " + json.dumps({**fields, "choices": [choice]}, separators=(",", ":")).encode() + b"\n\n"


async def _sleep(seconds: float) -> None:
    """Wait to some microseconds; whoever waits for less than a moment spins."""
    until = time.perf_counter() + seconds
    if seconds > _SPIN_SECONDS:
        await asyncio.sleep(seconds - _SPIN_SECONDS)
    while seconds and time.perf_counter() < until:  # noqa: ASYNC110 - nothing else knows the moment
        await asyncio.sleep(0)


async def _serve(port: int, pace: Pace) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Provider(pace), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


def main() -> None:
    """Read the options and serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    for name, default in vars(Pace()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = vars(parser.parse_args())
    port = options.pop("port")
    uvloop.run(_serve(port, Pace(**options)))


if __name__ == "__main__":
    main()
