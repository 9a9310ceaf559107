"""Followers of a stream by WebSocket, server-sent events or long poll, which come back after every drop.

They hold every frame against the protocol: an event follows its predecessor without gap or repeat, whatever happens.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

Carrier = Literal["websocket", "sse", "poll"]
CARRIERS: tuple[Carrier, ...] = ("websocket", "sse", "poll")
Frame = dict[str, Any]
_PING_SECONDS = 8
_LOST = (httpx.HTTPError, WebSocketException, OSError, EOFError)


class LostError(Exception):
    """The connection ended or could not be made; come back for the rest."""


async def frames(carrier: Carrier, http: httpx.AsyncClient, stream: str, after: int | None) -> AsyncIterator[Frame]:
    """The frames of one connection, until it ends. Raises `LostError`."""
    read = {"websocket": _by_websocket, "sse": _by_sse, "poll": _by_poll}[carrier]
    try:
        async for frame in read(http, stream, after):
            yield frame
    except _LOST as error:
        raise LostError(repr(error)) from error


class Follower:
    """One client of one stream: `events` and `snapshots` are what it was told, in order."""

    def __init__(self, carrier: Carrier, http: httpx.AsyncClient, stream: str, *, pause: float = 0) -> None:
        self.carrier = carrier
        self.events: list[Frame] = []
        self.snapshots: list[Frame] = []
        self.connections = 0
        self.on_frame: Callable[[Frame], None] = lambda _frame: None
        self._http = http
        self._stream = stream
        self._pause = pause
        self._place: int | None = None
        self._is_closing = False
        self._reading: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._run())
        self._moved = asyncio.Event()

    def drop(self) -> None:
        """Cut the connection without a word; the follower comes back by itself."""
        if self._reading:
            self._reading.cancel()

    async def until(self, is_reached: Callable[[], bool], seconds: float = 20) -> None:
        """Wait for something to be true; what went wrong meanwhile is raised."""
        async with asyncio.timeout(seconds):
            while not is_reached():
                if self._task.done():
                    self._task.result()
                self._moved.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await self._moved.wait()

    async def begun(self) -> None:
        """Wait for the snapshot that a newcomer begins with."""
        await self.until(lambda: bool(self.snapshots))

    async def close(self) -> None:
        """Stop following."""
        self._is_closing = True
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._reading = asyncio.create_task(self._read())
            try:
                await self._reading
            except LostError:
                await asyncio.sleep(0.1)
            except asyncio.CancelledError:
                if self._is_closing:
                    raise
            self._moved.set()

    async def _read(self) -> None:
        self.connections += 1
        async with contextlib.aclosing(frames(self.carrier, self._http, self._stream, self._place)) as told:
            async for frame in told:
                self._take(frame)
                if self._pause:
                    await asyncio.sleep(self._pause)

    def _take(self, frame: Frame) -> None:
        if frame["op"] == "event":
            first = frame.get("first_seq") or frame["seq"]
            assert self._place is not None, "an event before the place where it begins"
            assert first == self._place + 1, f"after {self._place} came {first}"
            self.events.append(frame)
        elif frame["op"] == "snapshot":
            self.snapshots.append(frame)
        elif frame["op"] != "subscribed":
            return
        self._place = frame["seq"]
        self.on_frame(frame)
        self._moved.set()


@contextlib.asynccontextmanager
async def following(
    carrier: Carrier, http: httpx.AsyncClient, stream: str, *, pause: float = 0
) -> AsyncIterator[Follower]:
    """A follower that has its first snapshot."""
    follower = Follower(carrier, http, stream, pause=pause)
    try:
        await follower.begun()
        yield follower
    finally:
        await follower.close()


async def drops(follower: Follower, count: int, total: int, seed: int) -> None:
    """Cut a follower's connection `count` times, at random points of its way to `total` events."""
    for point in sorted(random.Random(seed).sample(range(2, total - 2), count)):
        await follower.until(lambda point=point: len(follower.events) >= point)
        follower.drop()


async def _by_websocket(http: httpx.AsyncClient, stream: str, after: int | None) -> AsyncIterator[Frame]:
    ticket = (await http.post("/api/v1/realtime/ticket")).raise_for_status().json()["ticket"]
    url = str(http.base_url).replace("http", "ws", 1).rstrip("/")
    async with connect(f"{url}/api/v1/realtime?ticket={ticket}", max_size=None, close_timeout=0.1) as socket:
        await socket.send(json.dumps({"op": "subscribe", "stream": stream, "after": after}))
        while True:
            try:
                async with asyncio.timeout(_PING_SECONDS):
                    said = await socket.recv()
            except TimeoutError:
                await socket.send('{"op":"ping"}')
                continue
            yield json.loads(said)


async def _by_sse(http: httpx.AsyncClient, stream: str, after: int | None) -> AsyncIterator[Frame]:
    params: dict[str, Any] = {"stream": stream} | ({} if after is None else {"after": after})
    place = ""
    async with http.stream("GET", "/api/v1/events", params=params, timeout=30) as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                place = line[4:]
            elif line.startswith("data: "):
                frame = json.loads(line[6:])
                assert frame["op"] not in {"subscribed", "snapshot", "event"} or place == str(frame["seq"])
                yield frame
    raise EOFError("the stream ended")


async def _by_poll(http: httpx.AsyncClient, stream: str, after: int | None) -> AsyncIterator[Frame]:
    place = after
    while True:
        params: dict[str, Any] = {"stream": stream, "wait": 5} | ({} if place is None else {"after": place})
        told = (await http.get("/api/v1/events", params=params, timeout=30)).raise_for_status().json()
        if told["snapshot"] is not None:
            first = told["events"][0] if told["events"] else None
            at = (first["first_seq"] or first["seq"]) - 1 if first else told["seq"]
            yield {"op": "snapshot", "stream": stream, "seq": at, "body": told["snapshot"]}
        for event in told["events"]:
            yield {"op": "event", **event}
        place = told["seq"]
