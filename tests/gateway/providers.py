"""Providers for the tests: the simulator as a real process, and sockets that answer whatever a test wants."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Simulator:
    """A running simulator."""

    url: str
    process: asyncio.subprocess.Process

    async def is_left_with(self, active: int) -> None:
        """Wait until no more than so many answers are under way."""

        async def is_so() -> bool:
            return (await self.stats())["active"] <= active

        await eventually(is_so)

    async def stats(self) -> dict[str, int]:
        """What it was asked and how that ended."""
        async with httpx.AsyncClient(trust_env=False) as http:
            counts: dict[str, int] = (await http.get(f"{self.url}/stats")).json()
            return counts


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 5) -> None:
    """Wait until something is so. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not await check():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def simulating() -> AsyncIterator[Simulator]:
    """A simulator of one's own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guildhall.simulator", "--port", "0", "--exit-with-parent"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        announcement = (await process.stdout.readline()).decode()
        assert announcement.startswith("listening on http://127.0.0.1:")
        yield Simulator(announcement.split()[-1], process)
    finally:
        process.stdin.close()
        async with asyncio.timeout(10):
            await process.wait()


@contextlib.asynccontextmanager
async def socket_server(answer: Answer) -> AsyncIterator[str]:
    """A server that hands every connection to `answer`; gives its address."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request with a content-length: its body. Raises `IncompleteReadError` at the end of the connection."""
    return (await read_whole_request(reader))[1]


async def read_whole_request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The same: its head and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return head, await reader.readexactly(length)


def saying(response: bytes) -> Answer:
    """Answers every request on a connection with the same bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(response)
            await writer.drain()

    return answer


def channel(name: str, url: str, *models: str, **more: Any) -> dict[str, Any]:
    """A channel as the API takes it."""
    wanted = [{"name": model, "upstream_model": "simulated-instant"} for model in models]
    return {"name": name, "kind": "custom", "base_url": f"{url}/v1", "private": True, "models": wanted, **more}
