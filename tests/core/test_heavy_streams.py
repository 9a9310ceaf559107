"""Streams that are heavy and clients that do not read: memory stays bounded, and who takes nothing is cut off."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from guildhall.core import events, outbox, queries, realtime
from guildhall.core.bus import LoggedEvent, MemoryBus
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.outbox import Outbox
from tests.chat import talk
from tests.followers import following
from tests.services.product import Running

MILLION = 1_000_000
_SQLITE_ROWS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO events (stream, seq, type, body, at) SELECT :stream, i, 'test.tick', '{"n": 1}', :at FROM n
"""
_POSTGRESQL_ROWS = """
INSERT INTO events (stream, seq, type, body, at)
SELECT :stream, i, 'test.tick', '{"n": 1}', CAST(:at AS timestamptz) FROM generate_series(1, :count) i
"""


async def fill(db: Database, stream: str, count: int) -> None:
    """Put `count` events into an empty stream by one statement."""
    async with db.write() as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        await session.execute(text("DELETE FROM events WHERE stream = :stream"), {"stream": stream})
        last = (await queries.take_seqs(session, {stream: 0}))[stream]
        await queries.take_seqs(session, {stream: count - last})
        at: Any = f"{now():%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else now()
        rows = _SQLITE_ROWS if is_sqlite else _POSTGRESQL_ROWS
        await session.execute(text(rows), {"stream": stream, "count": count, "at": at})


def resident_megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_million_events_are_replayed_in_bounded_memory_and_subscribed_to_at_once(
    server: Running, member: httpx.AsyncClient, db: Database
) -> None:
    stream = f"chat.session.{await talk.begin(member, None)}"
    await fill(db, stream, MILLION)
    started = time.monotonic()
    async with following("websocket", member, stream) as follower:
        subscribed = time.monotonic() - started
        assert follower.snapshots[0]["seq"] == MILLION
    started = time.monotonic()
    near = (await member.get("/api/v1/events", params={"stream": stream, "after": MILLION - 10, "wait": 5})).json()
    assert [event["seq"] for event in near["events"]] == list(range(MILLION - 9, MILLION + 1))
    resumed = time.monotonic() - started
    before, peak, last = resident_megabytes(), 0.0, 0
    started = time.monotonic()
    async for event in events.follow(db, MemoryBus(), stream, after=0):
        assert event.seq == last + 1
        last = event.seq
        if last % 20_000 == 0:
            peak = max(peak, resident_megabytes())
        if last == MILLION:
            break
    print(  # noqa: T201 - the figures
        f"\n{server.settings.is_embedded=} subscribe {subscribed:.2f} s, resume {resumed:.2f} s,"
        f" replay {MILLION / (time.monotonic() - started):,.0f}/s, memory +{peak - before:.0f} MB"
    )
    assert subscribed < 5
    assert resumed < 5
    assert peak - before < 60
    async with db.write() as session:
        await queries.shorten(session, stream, MILLION - 100)
    trimmed = (await member.get("/api/v1/events", params={"stream": stream, "after": 5, "wait": 5})).json()
    assert (trimmed["events"], trimmed["seq"]) == ([], MILLION)
    assert trimmed["snapshot"]["session"]["id"]


@pytest.mark.parametrize("carrier", ["websocket", "sse"])
@pytest.mark.slow
async def test_a_client_that_never_reads_is_bounded_in_memory_and_cut_off(
    carrier: str, server: Running, member: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realtime, "SEND_SECONDS", 1.5)
    stream = f"chat.session.{await talk.begin(member, None)}"
    hall = server.app.hall
    known = set(hall.realtime.connections())
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await _open_deaf(deaf, carrier, member, stream)
        async with asyncio.timeout(5):
            while not (mine := set(hall.realtime.connections()) - known):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.02)
        connection = mine.pop()
        most = 0
        for _ in range(60):
            async with hall.db.write() as session:
                await events.publish_all(session, {stream: [("test.big", {"text": "x" * 20_000})] * 50})
            most = max(most, connection.outbox.size)
            assert len(connection.outbox) <= outbox.FRAMES
        assert outbox.BYTES / 2 < most < outbox.BYTES + 50_000
        async with asyncio.timeout(10):
            while connection in hall.realtime.connections():  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)
        await _drain(deaf)


async def _open_deaf(deaf: socket.socket, carrier: str, http: httpx.AsyncClient, stream: str) -> None:
    """Ask for a stream by hand, and read nothing of what comes."""
    host, port = http.base_url.host, http.base_url.port
    loop = asyncio.get_running_loop()
    deaf.setblocking(False)
    await loop.sock_connect(deaf, (host, port))
    if carrier == "sse":
        asked = f"GET /api/v1/events?stream={stream} HTTP/1.1\r\nauthorization: {http.headers['authorization']}\r\n"
        await loop.sock_sendall(deaf, f"{asked}host: {host}:{port}\r\n\r\n".encode())
        return
    ticket = (await http.post("/api/v1/realtime/ticket")).json()["ticket"]
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET /api/v1/realtime?ticket={ticket} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: upgrade\r\n"
        f"upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: {key}\r\n\r\n"
    )
    await loop.sock_sendall(deaf, asked.encode())
    await asyncio.sleep(0.3)
    said = json.dumps({"op": "subscribe", "stream": stream}).encode()
    mask = b"\x00" * 4
    await loop.sock_sendall(deaf, bytes([0x81, 0x80 | len(said)]) + mask + said)


async def _drain(deaf: socket.socket) -> None:
    """Read what is left up to the end, which comes."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionResetError):
        async with asyncio.timeout(15):
            while await loop.sock_recv(deaf, 65536):
                pass


def _delta(seq: int, text_: str, part: str = "p") -> LoggedEvent:
    return LoggedEvent("chat.session.s", seq, "part.delta", {"message_id": "m", "part_id": part, "text": text_}, now())


async def test_deltas_that_wait_become_one_that_stands_for_all() -> None:
    from guildhall.chat.streams import KINDS

    box = Outbox()
    for seq in range(1, 101):
        await box.tell(_delta(seq, f"{seq},"), KINDS[0].merge)
    await box.tell(_delta(101, "other", part="q"), KINDS[0].merge)
    frames = [json.loads((await box.take()).encoded()) for _ in range(len(box))]
    assert [(frame.get("first_seq"), frame["seq"]) for frame in frames] == [(1, 100), (None, 101)]
    assert frames[0]["body"]["text"] == "".join(f"{seq}," for seq in range(1, 101))


async def test_what_waits_is_merged_only_up_to_a_size() -> None:
    from guildhall.chat.streams import KINDS

    box = Outbox()
    for seq in range(1, 51):
        await box.tell(_delta(seq, "x" * 4000), KINDS[0].merge)
    frames = [json.loads((await box.take()).encoded()) for _ in range(len(box))]
    assert len(frames) > 3
    assert sum(len(frame["body"]["text"]) for frame in frames) == 200_000
    assert all(len(frame["body"]["text"]) < 45_000 for frame in frames)
