"""Plain calls go from socket to socket without a visit, and whatever befalls them ends as it does for any call."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from guildhall.core.ids import new_id
from tests.gateway.providers import (
    Simulator,
    channel,
    eventually,
    read_request,
    socket_server,
)
from tests.gateway.test_sdk import said
from tests.services.product import Running

CHANNELS = "/api/v1/gateway/channels"
CHAT = "/v1/chat/completions"
ANSWER = json.dumps({"choices": [{"message": {"role": "assistant", "content": "hi"}}], "usage": {"prompt_tokens": 2}})
GOOD = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(ANSWER)}\r\n\r\n{ANSWER}".encode()
BAD = b"HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\n{}"


@pytest.fixture
def visits(server: Running, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses of the calls that needed a visit of their own."""
    seen: list[str] = []
    known = server.app.hall.gateway._visits
    receive = known.receive

    def counted(endpoint: Any, *given: Any, **options: Any) -> Any:
        seen.append(endpoint.path)
        return receive(endpoint, *given, **options)

    monkeypatch.setattr(known, "receive", counted)
    return seen


@pytest_asyncio.fixture
async def warm(raw: httpx.AsyncClient, model: str) -> AsyncIterator[str]:
    """A model to whose provider a connection is open and idle."""
    assert (await ask(raw, model)).status_code == 200
    yield model


async def ask(http: httpx.AsyncClient, model: str, text: str = "hello", **more: Any) -> httpx.Response:
    return await http.post(CHAT, json={"model": model, "messages": said(text), **more})


async def serving(admin: httpx.AsyncClient, url: str, model: str, **more: Any) -> None:
    made = await admin.post(CHANNELS, json=channel(new_id("ch"), url, model, **more))
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored


async def recorded(admin: httpx.AsyncClient, model: str, status: int) -> None:
    """Wait until the last call of this model has a row with this status."""

    async def is_there() -> bool:
        items = (await admin.get("/api/v1/gateway/calls", params={"model": model})).json()["items"]
        return bool(items and items[0]["status"] == status)

    await eventually(is_there)


async def test_plain_calls_need_no_visit_and_others_do(raw: httpx.AsyncClient, warm: str, visits: list[str]) -> None:
    for _ in range(5):
        answer = await ask(raw, warm)
        assert (answer.status_code, answer.headers["x-guildhall-attempts"]) == (200, "1")
        assert answer.json()["usage"]["total_tokens"] > 0
    assert visits == []
    assert (await ask(raw, warm, stream=True)).status_code == 200
    assert (await ask(raw, "nobody-serves-this")).status_code == 404
    assert (await raw.post(CHAT, json={"model": warm})).status_code == 400
    assert len(visits) == 3


async def test_an_error_of_the_provider_that_is_the_callers_fault_is_passed_on(
    raw: httpx.AsyncClient, warm: str, visits: list[str]
) -> None:
    assert (await ask(raw, warm, "[[error=400]]")).status_code == 400
    assert visits == []


async def test_a_kept_connection_that_is_closed_meanwhile_fails_no_call(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(GOOD)
        await read_request(reader)  # and gone, without a word

    model = new_id("m")
    async with socket_server(once) as url:
        await serving(admin, url, model)
        for _ in range(4):
            answer = await ask(raw, model)
            assert (answer.status_code, answer.headers["x-guildhall-attempts"]) == (200, "1")


@pytest.mark.parametrize("has_another", [True, False])
async def test_when_a_provider_fails_another_is_asked_and_the_caller_told_where_there_is_none(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, *, has_another: bool
) -> None:
    async def failing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(GOOD)
        while True:
            await read_request(reader)
            writer.write(BAD)

    model = new_id("m")
    async with socket_server(failing) as url:
        await serving(admin, url, model, priority=5)
        if has_another:
            await serving(admin, simulator.url, model)
        assert (await ask(raw, model)).status_code == 200
        answer = await ask(raw, model)
        assert answer.status_code == (200 if has_another else 502)
        assert answer.headers["x-guildhall-attempts"] == "2", "there once more, where there is no other"
        await recorded(admin, model, answer.status_code)


async def test_a_caller_who_leaves_stops_the_provider(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, warm: str, simulator: Simulator, visits: list[str]
) -> None:
    before = (await simulator.stats())["active"]
    with pytest.raises(httpx.ReadTimeout):
        await raw.post(CHAT, json={"model": warm, "messages": said("[[hang]]")}, timeout=0.3)
    await simulator.is_left_with(before)
    await recorded(admin, warm, 499)
    assert visits == []


async def test_requests_that_come_at_once_on_one_connection_are_answered_in_turn(
    server: Running, raw: httpx.AsyncClient, warm: str
) -> None:
    host, _, port = server.url.rpartition("/")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for word in ("one", "two", "three"):
        body = json.dumps({"model": warm, "messages": said(f"[[say={word}]]")}).encode()
        head = f"POST {CHAT} HTTP/1.1\r\nhost: hall\r\nauthorization: {raw.headers['authorization']}\r\n"
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    for word in ("one", "two", "three"):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        assert word in (await reader.readexactly(length)).decode()
    writer.close()


@pytest.mark.slow
async def test_what_takes_too_long_altogether_is_a_504(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await serving(admin, simulator.url, model, total_seconds=1)
    assert (await ask(raw, model)).status_code == 200
    answer = await ask(raw, model, "[[hang]]")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "upstream_timeout")


async def test_what_is_under_way_when_the_server_has_to_go_leaves_a_row(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, warm: str
) -> None:
    express = server.app.hall.gateway._express
    asking = asyncio.create_task(ask(raw, warm, "[[hang]]"))

    async def is_riding() -> bool:
        return bool(express.rides)

    await eventually(is_riding)
    await express.stop()
    await recorded(admin, warm, 499)
    asking.cancel()


async def test_a_call_that_goes_on_as_a_visit_leaves_a_row_too_when_the_server_has_to_go(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    express, opened = server.app.hall.gateway._express, 0

    async def once_then_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await read_request(reader)
        if opened > 1:
            await asyncio.sleep(30)
        writer.write(GOOD)
        await read_request(reader)  # and gone, without a word

    model = new_id("m")
    async with socket_server(once_then_silent) as url:
        await serving(admin, url, model)
        assert (await ask(raw, model)).status_code == 200
        asking = asyncio.create_task(ask(raw, model))

        async def is_visiting() -> bool:
            return bool(express.tasks) and opened > 1

        await eventually(is_visiting)
        await express.stop()
        await recorded(admin, model, 499)
        asking.cancel()
