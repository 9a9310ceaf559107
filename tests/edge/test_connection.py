"""Connections read HTTP/1.1 responses right, however their bytes are cut, and are kept only when that is safe."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.edge.connection import Connection
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.outbox import Outbox
from guildhall.edge.wheel import Wheel

JSON = b'{"a":"\xe4\xb8\xad\xe6\x96\x87"}'
WITH_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(JSON), JSON)
CHUNKED = (
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"3\r\n" + JSON[:3] + b"\r\n%x\r\n" % (len(JSON) - 3) + JSON[3:] + b"\r\n0\r\nx-trailer: 1\r\n\r\n"
)
CLOSING = WITH_LENGTH.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)


class Owner:
    """A pool that only notes what happens."""

    def __init__(self) -> None:
        self.wheel = Wheel()
        self.outbox = Outbox()
        self.kept: list[Connection] = []
        self.forgotten: list[Connection] = []

    def keep(self, connection: Connection) -> None:
        self.kept.append(connection)

    def forget(self, connection: Connection) -> None:
        self.forgotten.append(connection)


class Wire(asyncio.Transport):
    """A transport that goes nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_paused = False
        self.is_aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_aborted

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_write_buffer_size(self) -> int:
        return 0


async def opened() -> tuple[Connection, Wire, Owner]:
    owner = Owner()
    connection = Connection(owner)
    wire = Wire()
    connection.connection_made(wire)
    connection.send(b"POST / HTTP/1.1\r\n\r\n", b"", first_byte=5, idle=5)
    owner.outbox.send()
    owner.wheel.stop()
    return connection, wire, owner


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([WITH_LENGTH, CHUNKED]), st.lists(st.integers(0, 400), max_size=20))
def test_a_response_is_the_same_however_it_is_cut(response: bytes, places: list[int]) -> None:
    async def read() -> None:
        connection, _, owner = await opened()
        edges = [0, *sorted(place % (len(response) + 1) for place in places), len(response)]
        for start, end in pairwise(edges):
            if start < end:
                connection.data_received(response[start:end])
        assert connection.status == 200
        assert await connection.whole() == JSON
        connection.release()
        assert owner.kept == [connection]

    asyncio.run(read())


@pytest.mark.parametrize(
    ("response", "is_kept"),
    [(WITH_LENGTH, True), (CHUNKED, True), (CLOSING, False), (WITH_LENGTH + b"HTTP/1.1", False)],
)
async def test_only_a_connection_that_ended_cleanly_is_kept(response: bytes, is_kept: bool) -> None:
    connection, wire, owner = await opened()
    connection.data_received(response)
    assert await connection.whole() == JSON
    connection.release()
    assert bool(owner.kept) is is_kept
    assert wire.is_aborted is not is_kept


async def test_bytes_that_nobody_asked_for_close_an_idle_connection() -> None:
    connection, wire, _ = await opened()
    connection.data_received(WITH_LENGTH)
    connection.release()
    connection.idle_since = 1.0
    connection.data_received(WITH_LENGTH)
    assert wire.is_aborted


async def test_a_slow_reader_stops_the_provider_from_sending() -> None:
    connection, wire, _ = await opened()
    connection.data_received(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(10):
        connection.data_received(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        if wire.is_paused:
            break
    assert wire.is_paused
    await connection.read()
    assert not wire.is_paused


async def test_silence_is_a_timeout_before_and_after_the_first_byte() -> None:
    connection, wire, _ = await opened()
    connection.tick(asyncio.get_running_loop().time() + 6)
    with pytest.raises(UpstreamFailure) as caught:
        await connection.head()
    assert caught.value.reason == "first_byte_timeout"
    assert wire.is_aborted
    connection, _, _ = await opened()
    connection.data_received(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
    now = asyncio.get_running_loop().time()
    connection.tick(now)
    connection.tick(now + 6)
    with pytest.raises(UpstreamFailure) as caught:
        await connection.whole()
    assert caught.value.reason == "idle_timeout"


async def test_an_answer_whose_end_does_not_come_is_not_waited_for() -> None:
    connection, wire, owner = await opened()
    connection.data_received(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")
    assert await connection.read() == b"hello"
    connection.release()
    connection.data_received(b"5\r\nagain\r\n")
    connection.tick(asyncio.get_running_loop().time() + 3)
    assert wire.is_aborted
    assert len(owner.wheel) == 0


async def test_a_connection_that_is_lost_fails_whoever_waits() -> None:
    connection, _, owner = await opened()
    waiting = asyncio.create_task(connection.whole())
    await asyncio.sleep(0)
    connection.connection_lost(None)
    with pytest.raises(UpstreamFailure, match="too early"):
        await waiting
    assert owner.forgotten == [connection]
