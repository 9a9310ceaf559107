"""Images and sound of providers that fail or are slow: nothing is sent twice, cut short unseen, or held."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.gateway.providers import Answer, saying, socket_server
from tests.gateway.test_failing_providers import response, served_by
from tests.gateway.test_media import MEGABYTE, TRANSCRIPTIONS, form
from tests.services.product import Running

pytestmark = pytest.mark.slow  # they wait for what is written in the background

CLOSED = "http://127.0.0.1:9"
HEARD = response(b'{"text":"heard"}')


def memory_bytes() -> int:
    """What this process, which the product runs in, has in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


# --- providers that fail -------------------------------------------------------------------------------------------


def breaking(after: int) -> Answer:
    """Reads so many bytes of a request and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(after)
        writer.transport.abort()

    return answer


async def test_another_channel_is_tried_before_the_first_byte(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    async with socket_server(saying(HEARD)) as url:
        name = await served_by(admin, CLOSED, url)
        for _ in range(6):
            answer = await raw.post(TRANSCRIPTIONS, **form(("model", name.encode()), ("file", b"x")))
            assert answer.json() == {"text": "heard"}
            large = form(("model", name.encode()), ("file", b"x" * 3 * MEGABYTE))
            assert (await raw.post(TRANSCRIPTIONS, **large)).json() == {"text": "heard"}
            answer = await raw.post("/v1/images/generations", json={"model": name, "prompt": "p"})
            assert answer.json() == {"text": "heard"}


async def test_a_large_upload_that_has_begun_is_not_sent_twice(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient
) -> None:
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await breaking(100_000)(reader, writer)

    async with socket_server(answer) as one, socket_server(answer) as two:
        name = await served_by(admin, one, two)
        refused = await raw.post(TRANSCRIPTIONS, **form(("model", name.encode()), ("file", b"x" * 3 * MEGABYTE)))
        assert (refused.status_code, refused.json()["error"]["code"]) == (502, "upstream_error")
        assert asked == 1
        small = await raw.post(TRANSCRIPTIONS, **form(("model", name.encode()), ("file", b"x" * 200_000)))
        assert small.status_code == 502
        assert asked == 3, "what is held can be sent again"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (response(b'{"error":{"message":"No"}}', status="400 Bad Request"), 400, None),
        (response(b"<html>", "text/html"), 502, "upstream_invalid_response"),
        (response(b'{"error":{"message":"No"}}'), 502, "upstream_error"),
        (response(b'{"error":{"message":"No"}}', status="401 Unauthorized"), 502, "upstream_error"),
        (response(b'{"error":{"message":"No"}}', status="500 Oh"), 502, "upstream_error"),
    ],
)
async def test_what_a_provider_says_instead(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, said: bytes, status: int, code: str | None
) -> None:
    async with socket_server(saying(said)) as url:
        name = await served_by(admin, url)
        for request in (
            {"path": TRANSCRIPTIONS, **form(("model", name.encode()), ("file", b"x"))},
            {"path": "/v1/audio/speech", "json": {"model": name, "input": "hello"}},
        ):
            answer = await raw.post(request.pop("path"), **request)
            assert (answer.status_code, answer.json()["error"].get("code")) == (status, code)


async def test_a_provider_may_refuse_before_it_has_read_all(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(50_000)
        writer.write(response(b'{"error":{"message":"Too long"}}', status="413 Too Large"))
        await writer.drain()
        await reader.read()

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        refused = await raw.post(TRANSCRIPTIONS, **form(("model", name.encode()), ("file", b"x" * 20 * MEGABYTE)))
        assert (refused.status_code, refused.json()["error"]["message"]) == (413, "Too long")


async def test_an_answer_that_breaks_off_does_not_pass_for_a_whole_one(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient
) -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ncontent-length: 1000\r\n\r\n" + b"x" * 500

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(half)
        await writer.drain()

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        with pytest.raises(httpx.RemoteProtocolError):
            await raw.post("/v1/audio/speech", json={"model": name, "input": "hello"})


async def test_an_error_in_a_stream_is_an_event_of_its_own(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    half = b'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 1000\r\n\r\ndata: {"half":'

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(half)
        await writer.drain()

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        told = await raw.post("/v1/images/generations", json={"model": name, "prompt": "p", "stream": True})
        assert [event[:9] for event in told.text.strip().split("\n\n")] == ['data: {"h', 'data: {"e']


async def test_a_caller_who_leaves_an_upload_ends_it_at_the_provider(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, server: Running, key: str
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"name")
        begun.set()
        with contextlib.suppress(ConnectionError):
            while await reader.read(64 * 1024):
                pass
        ended.set()

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        host, port = server.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        body = form(("model", name.encode()), ("file", b"x" * 2 * MEGABYTE))["content"]
        head = f"POST {TRANSCRIPTIONS} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {key}\r\n"
        head += f"content-type: multipart/form-data; boundary=xyz\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[: MEGABYTE // 2])
        async with asyncio.timeout(5):
            await begun.wait()
            writer.close()
            await ended.wait()
    assert (await raw.get("/v1/models")).status_code == 200


# --- memory --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_an_upload_of_50_mb_is_not_held(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    received, taken, most_between, most_memory = 0, 0, 0, 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received, most_between
        while data := await reader.read(256 * 1024):
            received += len(data)
            if received < MEGABYTE:
                await asyncio.sleep(0.5)  # it takes its time at first: whatever comes meanwhile has to wait outside
            most_between = max(most_between, taken - received)
            if data.endswith(b"0\r\n\r\n"):
                writer.write(HEARD)

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        whole = form(("model", name.encode()), end=b"")

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal taken, most_memory
            yield whole["content"] + b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
            for _ in range(800):
                yield b"\0" * 64 * 1024
                taken += 64 * 1024
                most_memory = max(most_memory, memory_bytes())
            yield b"\r\n--xyz--\r\n"

        before = memory_bytes()
        answered = await raw.post(TRANSCRIPTIONS, content=pieces(), headers=whole["headers"])
        assert answered.json() == {"text": "heard"}
        assert received > 50 * MEGABYTE
        assert most_between < 16 * MEGABYTE, "sockets included"
        assert most_memory - before < 16 * MEGABYTE


@pytest.mark.slow
async def test_an_answer_of_100_mb_waits_for_a_slow_reader(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    sent = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"}")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-length: %d\r\n\r\n" % (100 * MEGABYTE))
        for _ in range(1600):
            writer.write(b"\1" * 64 * 1024)
            await writer.drain()
            sent += 64 * 1024

    async with socket_server(answer) as url:
        name = await served_by(admin, url)
        before = memory_bytes()
        async with raw.stream("POST", "/v1/audio/speech", json={"model": name, "input": "hello"}) as answered:
            assert answered.headers["content-type"] == "audio/mpeg"
            pieces = answered.aiter_raw()
            read = len(await anext(pieces))
            await asyncio.sleep(1)
            assert sent < 30 * MEGABYTE, "most of it is still at the provider"
            assert memory_bytes() - before < 16 * MEGABYTE
            async for piece in pieces:
                read += len(piece)
        assert read == 100 * MEGABYTE
        assert memory_bytes() - before < 16 * MEGABYTE
