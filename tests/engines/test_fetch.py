"""Fetching: pages as text, from public addresses only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from guildhall.engines.builtin.engine import BuiltinEngine
from guildhall.engines.builtin.toolbox import Toolbox
from guildhall.gateway.completions import Completions
from tests.engines.stage import Stage, call, say
from tests.fakes.host import FakeHost
from tests.gateway.providers import socket_server

DONE = say("Done.")


@asynccontextmanager
async def page(head: str, body: bytes) -> AsyncIterator[str]:
    """A web server with one answer."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    async with socket_server(answer) as url:
        yield url


async def test_fetch_tells_a_page_as_text_and_names_its_address_first(desk: Stage) -> None:
    host = FakeHost()
    async with page("200 OK\r\ncontent-type: text/html; charset=gbk", "<h1>大厅</h1><p>Come in".encode("gbk")) as url:
        told = await desk.play(call("fetch", url=f"{url}/a#b"), DONE, host=host)
    assert told.outputs[0] == f"[{url}/a · status 200]\n# 大厅\n\nCome in"
    assert (host.asked[0].kind, host.asked[0].patterns) == ("fetch", (f"{url}/a",))
    assert host.asked[0].suggestions == (f"{url}/*",)


@pytest.mark.parametrize(
    ("head", "status", "words"),
    [
        ("302 Found\r\nlocation: https://example.org/next", "done", "redirects to https://example.org/next"),
        ("404 Not Found\r\ncontent-type: text/plain", "failed", "status 404"),
        ("200 OK\r\ncontent-type: image/png", "failed", "not a text but image/png"),
    ],
)
async def test_fetch_follows_no_redirect_and_tells_what_failed(desk: Stage, head: str, status: str, words: str) -> None:
    async with page(head, b"body") as url:
        told = await desk.play(call("fetch", url=url), DONE)
    assert (told.ends[0].status, words in told.outputs[0]) == (status, True)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "http://example.org/",
        "file:///etc/passwd",
        "https://user:word@example.org/",
        "nonsense",
    ],
)
async def test_fetch_reaches_no_address_of_this_machine_or_network(
    desk: Stage, toolbox: Toolbox, completions: Completions, url: str
) -> None:
    engine = BuiltinEngine(completions, replace(toolbox, may_fetch_privately=False))
    host = FakeHost()
    told = await replace(desk, engine=engine).play(call("fetch", url=url), DONE, host=host)
    assert told.ends[0].status == "failed"
    assert host.asked == []
