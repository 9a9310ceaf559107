"""A client of the realtime socket that remembers what it was told."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]


class Listener:
    """One open socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []

    async def say(self, **operation: Any) -> None:
        """Send one operation."""
        await self.socket.send(json.dumps(operation))

    async def hear(self, seconds: float = 10) -> Frame:
        """The next frame."""
        async with asyncio.timeout(seconds):
            frame: Frame = json.loads(await self.socket.recv())
        self.frames.append(frame)
        return frame

    async def until(self, event_type: str, seconds: float = 15) -> Frame:
        """Frames up to and including the first event of a type."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.hear(seconds)
                if frame.get("type") == event_type:
                    return frame

    async def subscribe(self, stream: str, after: int | None = None) -> Frame:
        """Subscribe, and give the frame that answers."""
        await self.say(op="subscribe", stream=stream, after=after)
        return await self.hear()


@contextlib.asynccontextmanager
async def listening(http: httpx.AsyncClient, query: str = "", **options: Any) -> AsyncIterator[Listener]:
    """A socket opened with a ticket of the person that `http` is signed in as; `query` goes behind it."""
    ticket = (await http.post("/api/v1/realtime/ticket")).json()["ticket"]
    async with opened(http, ticket + query, **options) as listener:
        yield listener


@contextlib.asynccontextmanager
async def opened(http: httpx.AsyncClient, ticket: str, **options: Any) -> AsyncIterator[Listener]:
    """A socket opened with this ticket."""
    url = str(http.base_url).replace("http", "ws", 1).rstrip("/")
    async with connect(f"{url}/api/v1/realtime?ticket={ticket}", max_size=None, **options) as socket:
        yield Listener(socket)
