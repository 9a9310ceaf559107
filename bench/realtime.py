"""C1: a thousand idle sockets and two hundred conversations being written, against one server process.

Every socket is a person's: a ticket, a tab, their own stream and the announcement. The active ones follow a session
whose answer the simulator is writing. Latency is from the moment an event is logged to the moment a client has read it;
both ends read this machine's clock. The server has one core, the sockets and the simulator have the other.
"""

import asyncio
import contextlib
import json
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.contenders import MissingError, require, require_cores
from bench.hall import MODEL, furnish, person, served
from bench.machine import LOAD_CORE, NotReadyError, Process

MOST_MS = 100.0
MOST_KILOBYTES = 60.0
SHORT, WHOLE = (200, 40, 60), (1000, 200, 120)  # idle sockets, active ones, words of an answer
_TABS = 4  # of one person
_WARM = 50  # sockets before the first measurement
_AT_ONCE = 25


@dataclass
class Figures:
    """What was measured."""

    kilobytes: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    repeats_and_gaps: int = 0
    complete: int = 0
    cpu_share: float = 0.0


def run(*, short: bool) -> int:
    """Measure, print the table, and tell by the exit code whether the limits hold."""
    idle, active, words = SHORT if short else WHOLE
    try:
        require_cores(2)
        require("taskset", "util-linux")
        with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder, served(Path(folder)) as (url, process):
            os.sched_setaffinity(0, {LOAD_CORE})
            figures = asyncio.run(_measured(url, process, idle, active, words))
    except (MissingError, NotReadyError) as error:
        print(f"bench: {error}")
        return 2
    return _report(figures, idle, active)


async def _measured(url: str, process: Process, idle: int, active: int, words: int) -> Figures:
    figures = Figures()
    async with contextlib.AsyncExitStack() as stack:
        people = [await person(stack, url, 0)]
        await furnish(people[0])
        people += [await person(stack, url, number) for number in range(1, idle // _TABS)]
        opened: list[ClientConnection] = []
        beating = asyncio.create_task(_beat(opened))
        await _open_many(stack, people, _WARM, opened)  # what the first ones cost is the server's, not theirs
        await asyncio.sleep(3)
        before = process.resident_bytes()
        await _open_many(stack, people, idle, opened)
        await asyncio.sleep(3)
        figures.kilobytes = (process.resident_bytes() - before) / 1024 / idle
        sessions = [await _session(people[number % len(people)]) for number in range(active)]
        reading = []
        for number, session in enumerate(sessions):
            owner = people[number % len(people)]
            socket = await _socket(stack, owner, f"active-{number}", [f"chat.session.{session}"])
            opened.append(socket)
            reading.append(asyncio.create_task(_read(socket, f"chat.session.{session}", figures)))
        began, cpu = time.monotonic(), process.cpu_seconds()
        await _say(people, sessions, words)
        async with asyncio.timeout(240):
            await asyncio.gather(*reading)
        figures.cpu_share = (process.cpu_seconds() - cpu) / (time.monotonic() - began)
        beating.cancel()
    return figures


async def _open_many(
    stack: contextlib.AsyncExitStack, people: list[httpx.AsyncClient], count: int, opened: list[ClientConnection]
) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            socket = await _socket(stack, people[number % len(people)], f"idle-{len(opened)}-{number}", [])
        opened.append(socket)
        stack.push_async_callback(_stopped, asyncio.create_task(_discard(socket)))

    await asyncio.gather(*(one(number) for number in range(count)))


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _socket(
    stack: contextlib.AsyncExitStack, http: httpx.AsyncClient, tab: str, streams: list[str]
) -> ClientConnection:
    ticket = (await http.post("/api/v1/realtime/ticket")).raise_for_status().json()["ticket"]
    address = f"{str(http.base_url).replace('http', 'ws', 1).rstrip('/')}/api/v1/realtime?ticket={ticket}&tab={tab}"
    socket = await stack.enter_async_context(connect(address, compression=None, ping_interval=None, close_timeout=1))
    for stream in (f"user.{http.headers['x-user']}", "announcement", *streams):
        await socket.send(json.dumps({"op": "subscribe", "stream": stream}))
    return socket


async def _beat(opened: list[ClientConnection]) -> None:
    """What browsers do: each pings about every fifteen seconds."""
    while True:
        await asyncio.sleep(0.1)  # also while nobody is here yet
        for socket in list(opened):
            with contextlib.suppress(ConnectionClosed):
                await socket.send('{"op":"ping"}')
            await asyncio.sleep(15 / max(len(opened), 100))


async def _discard(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def _session(http: httpx.AsyncClient) -> str:
    made = await http.post("/api/v1/chat/sessions", json={"model": MODEL})
    return str(made.raise_for_status().json()["id"])


async def _say(people: list[httpx.AsyncClient], sessions: list[str], words: int) -> None:
    """Everybody asks within ten seconds, so that all answers are being written at the same time."""
    for number, session in enumerate(sessions):
        text = f"[[slow=8]][[words={words}]]"
        asked = await people[number % len(people)].post(
            f"/api/v1/chat/sessions/{session}/messages", json={"text": text}
        )
        asked.raise_for_status()


async def _read(socket: ClientConnection, stream: str, figures: Figures) -> None:
    """Read until the answer is complete, and hold every event against the protocol."""
    place: int | None = None
    async for said in socket:
        arrived = time.time()
        frame: dict[str, Any] = json.loads(said)
        if frame.get("stream") != stream or frame["op"] not in {"event", "subscribed", "snapshot"}:
            continue
        if frame["op"] == "event":
            figures.repeats_and_gaps += place is not None and frame.get("first_seq", frame["seq"]) != place + 1
            figures.latencies_ms.append((arrived - datetime.fromisoformat(frame["at"]).timestamp()) * 1000)
        place = frame["seq"]
        if frame.get("type") == "message.completed":
            figures.complete += 1
            return


def _report(figures: Figures, idle: int, active: int) -> int:
    latencies = sorted(figures.latencies_ms)
    p50, p99 = statistics.median(latencies), latencies[int(len(latencies) * 0.99)]
    print(f"\n{'':<28} {'measured':>12}  limit")
    print(f"{'idle sockets':<28} {idle:>12,}")
    print(f"{'answers being written':<28} {figures.complete:>12,}  {active}")
    print(f"{'events delivered':<28} {len(latencies):>12,}")
    print(f"{'gaps and repeats':<28} {figures.repeats_and_gaps:>12,}  0")
    print(f"{'memory a socket, KB':<28} {figures.kilobytes:>12.1f}  {MOST_KILOBYTES:g}")
    print(f"{'event latency p50, ms':<28} {p50:>12.1f}")
    print(f"{'event latency p99, ms':<28} {p99:>12.1f}  {MOST_MS:g}")
    print(f"{'server, share of a core':<28} {figures.cpu_share:>12.2f}")
    misses = [
        name
        for name, is_missed in (
            ("an answer is missing", figures.complete < active),
            ("a gap or a repeat", figures.repeats_and_gaps > 0),
            ("memory a socket", figures.kilobytes > MOST_KILOBYTES),
            ("latency", p99 > MOST_MS),
        )
        if is_missed
    ]
    for miss in misses:
        print(f"MISSED  {miss}")
    if not misses:
        print("All limits hold.")
    return 1 if misses else 0
