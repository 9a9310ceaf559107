"""The fast transport, over real sockets: the same answers however the bytes are cut, and nothing that is not plain."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from guildhall.edge.protocol import EdgeProtocol
from tests.gateway.conftest import key, model, simulator
from tests.gateway.providers import Simulator
from tests.services.product import Running

__all__ = ["key", "model", "simulator"]


class Caller:
    """One connection to the product."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str, model: str) -> None:
        self.reader = reader
        self.writer = writer
        self.key = key
        self.model = model

    def request(self, say: str, *headers: str, **fields: Any) -> bytes:
        """A plain chat completion."""
        content = f"[[say={say}]]"
        body = json.dumps({"model": self.model, "messages": [{"role": "user", "content": content}], **fields}).encode()
        return self.head(f"Content-Length: {len(body)}", *headers) + body

    def head(self, *headers: str) -> bytes:
        """The head of one."""
        lines = ["POST /v1/chat/completions HTTP/1.1", "Host: x", f"Authorization: Bearer {self.key}", *headers]
        return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"

    async def send(self, *pieces: bytes) -> None:
        """Send pieces that arrive one by one."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.01 if len(pieces) > 1 else 0)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next response: status, headers, body."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            status, *lines = head.rstrip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            if headers.get("transfer-encoding") == "chunked":
                return int(status.split()[1]), headers, await self._chunks()
            return int(status.split()[1]), headers, await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return body

    async def words(self) -> str:
        """What the model said, whole."""
        status, _, body = await self.answer()
        assert status == 200, body
        return str(json.loads(body)["choices"][0]["message"]["content"])

    async def is_closed(self) -> bool:
        """Whether the product closes the connection without another word."""
        async with asyncio.timeout(5):
            return await self.reader.read(1) == b""


@contextlib.asynccontextmanager
async def calling(server: Running, key: str, model: str) -> AsyncIterator[Caller]:
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Caller(reader, writer, key, model)
    finally:
        writer.close()


def protocol_of(server: Running) -> EdgeProtocol:
    """The connection that was made last."""
    wheel = server.app._gateway._wheel
    found = [waiting for waiting in wheel._waiting if isinstance(waiting, EdgeProtocol) and waiting._task is None]
    return cast("EdgeProtocol", max(found, key=lambda each: each._since))


async def test_calls_follow_each_other_on_one_connection(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        for number in range(5):
            await caller.send(caller.request(f"n{number}"))
            assert await caller.words() == f"n{number}"


async def test_a_request_may_be_cut_anywhere(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        request = caller.request("cut")
        end = request.index(b"\r\n\r\n")
        for cut in (1, 4, 20, 37, 39, end - 5, end + 1, end + 2, end + 3, end + 4, end + 5, len(request) - 1):
            await caller.send(request[:cut], request[cut:])
            assert await caller.words() == "cut"
        await caller.send(*(request[at : at + 9] for at in range(0, len(request), 9)))
        assert await caller.words() == "cut"


async def test_requests_sent_ahead_are_answered_in_order(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        requests = [caller.request(f"p{number}") for number in range(4)]
        joined = b"".join(requests)
        await caller.send(joined)
        assert [await caller.words() for _ in requests] == ["p0", "p1", "p2", "p3"]
        await caller.send(joined[: len(requests[0]) + 30], joined[len(requests[0]) + 30 :])
        assert [await caller.words() for _ in requests] == ["p0", "p1", "p2", "p3"]


async def test_far_more_than_one_request_may_be_sent_ahead(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        request = caller.request("many", padding="x" * 30_000)
        sending = asyncio.create_task(caller.send(request * 40))
        assert {await caller.words() for _ in range(40)} == {"many"}
        await sending


async def test_other_addresses_are_served_on_the_same_connection(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(
            caller.request("before") + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + caller.request("after")
        )
        assert await caller.words() == "before"
        assert (await caller.answer())[0] == 200
        assert await caller.words() == "after"


async def test_a_chunked_request_gets_the_same_answer(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        body = caller.request("chunks").partition(b"\r\n\r\n")[2]
        await caller.send(caller.head("Transfer-Encoding: chunked"), b"%x\r\n%b\r\n" % (len(body), body), b"0\r\n\r\n")
        assert await caller.words() == "chunks"


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Content-Length: 5"),
        ("Content-Length: 5", "X-Folded: a\r\n b"),
        ("Content-Length: +5",),
        ("Content-Length: 5_0",),
        ("Content-Length : 5",),
        ("Content-Length: 5", "X-Nul: a\x00b"),
        ("Content-Length: 5\n\nPOST / HTTP/1.1",),
    ],
)
async def test_what_two_servers_might_read_differently_is_refused(
    server: Running, key: str, model: str, headers: tuple[str, ...]
) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(caller.head(*headers) + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await caller.answer())[0] == 400
        assert await caller.is_closed()


@pytest.mark.parametrize("cuts", [1, 8])
async def test_a_head_without_measure_is_refused(server: Running, key: str, model: str, cuts: int) -> None:
    async with calling(server, key, model) as caller:
        head = caller.head("Content-Length: 5", f"X-Long: {'x' * 70_000}")
        step = len(head) // cuts + 1
        with contextlib.suppress(ConnectionError):
            await caller.send(*(head[at : at + step] for at in range(0, len(head), step)))
        assert (await caller.answer())[0] == 431
        assert await caller.is_closed()


async def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(caller.head(f"Content-Length: {server.settings.max_body_bytes + 1}"))
        status, _, body = await caller.answer()
        assert (status, json.loads(body)["error"]["code"]) == (413, "request_too_large")


async def test_a_caller_who_wants_to_leave_is_let_go(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(caller.request("bye", "Connection: close"))
        status, headers, _ = await caller.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert await caller.is_closed()


async def test_a_caller_who_asks_first_is_told_to_continue(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        head, _, body = caller.request("well", "Expect: 100-continue").partition(b"\r\n\r\n")
        await caller.send(head + b"\r\n\r\n")
        assert (await caller.answer())[0] == 100
        await caller.send(body)
        assert await caller.words() == "well"


async def test_a_stream_comes_in_chunks_and_the_connection_stays(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        for _ in range(2):
            await caller.send(caller.request("in pieces", stream=True))
            status, headers, body = await caller.answer()
            assert (status, headers["x-accel-buffering"]) == (200, "no")
            assert body.endswith(b"data: [DONE]\n\n")


async def test_a_provider_stops_when_its_caller_leaves(
    server: Running, key: str, model: str, simulator: Simulator
) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(caller.request("x]] [[endless]] [[slow=20", stream=True))
        await caller.reader.readuntil(b"data: ")
        assert (await simulator.stats())["active"] >= 1
    await simulator.is_left_with(0)


@pytest.mark.slow
async def test_a_caller_who_never_reads_holds_little(
    server: Running, key: str, model: str, simulator: Simulator
) -> None:
    process = psutil.Process()
    async with calling(server, key, model) as caller:
        cast("asyncio.ReadTransport", caller.writer.transport).pause_reading()
        before = process.memory_info().rss
        await caller.send(caller.request("x]] [[endless", stream=True))
        await asyncio.sleep(1.5)
        assert process.memory_info().rss - before < 30_000_000
    await simulator.is_left_with(0)


@pytest.mark.parametrize(("part", "seconds"), [("head", 11), ("body", 61)])
async def test_a_request_that_trickles_is_given_up(
    server: Running, key: str, model: str, part: str, seconds: float
) -> None:
    async with calling(server, key, model) as caller:
        await caller.send(caller.request("x")[: -3 if part == "body" else 60])
        await asyncio.sleep(0.05)
        connection = protocol_of(server)
        now = asyncio.get_running_loop().time()
        connection.tick(now + seconds - 2)
        connection.tick(now + seconds)
        assert (await caller.answer())[0] == 408
        assert await caller.is_closed()


async def test_the_clock_of_a_head_starts_with_its_first_byte(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        await asyncio.sleep(0.05)
        connection = protocol_of(server)
        connection._since -= 25
        request = caller.request("late")
        await caller.send(request[:60])
        await asyncio.sleep(0.02)
        connection.tick(asyncio.get_running_loop().time())
        await caller.send(request[60:])
        assert await caller.words() == "late"


async def test_an_idle_connection_is_closed(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller:
        await asyncio.sleep(0.05)
        protocol_of(server).tick(asyncio.get_running_loop().time() + 31)
        assert await caller.is_closed()


async def test_a_stopping_server_finishes_what_is_under_way(server: Running, key: str, model: str) -> None:
    async with calling(server, key, model) as caller, calling(server, key, model) as idle:
        await asyncio.sleep(0.05)
        protocol_of(server).shutdown()
        assert await idle.is_closed()
        connection = protocol_of(server)
        await caller.send(caller.request("x]] [[delay=0.3]] [[say=done"))
        await asyncio.sleep(0.1)
        connection.shutdown()
        assert await caller.words() == "done"
        assert await caller.is_closed()


async def test_a_request_on_its_way_to_a_stopping_server_is_answered(server: Running, key: str, model: str) -> None:
    for framing in ("Content-Length", "Transfer-Encoding"):
        async with calling(server, key, model) as caller:
            await asyncio.sleep(0.05)
            protocol_of(server).shutdown()
            if framing == "Content-Length":
                await caller.send(caller.request("late"))
            else:
                await caller.send(caller.head("Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n")
            assert (await caller.answer())[0] == (200 if framing == "Content-Length" else 400)
            assert await caller.is_closed()


async def test_both_transports_give_the_same_answer(
    server: Running, key: str, model: str, http: httpx.AsyncClient
) -> None:
    async with calling(server, key, model) as caller:
        body = json.dumps({"model": "none", "messages": []}).encode()
        await caller.send(caller.head(f"Content-Length: {len(body)}") + body)
        fast = await caller.answer()
        await caller.send(caller.head("Transfer-Encoding: chunked") + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        slow = await caller.answer()
    assert (fast[0], fast[2]) == (slow[0], slow[2])
    assert {*fast[1]} - {"date"} == {*slow[1]} - {"date"}
