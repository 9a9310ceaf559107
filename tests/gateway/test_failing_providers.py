"""Providers that are down, slow, dropping, or answer nonsense: the right error, and another channel if allowed."""

import asyncio
from typing import Any

import httpx
import openai
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, saying, socket_server
from tests.gateway.test_sdk import said

pytestmark = pytest.mark.slow

CHAT = "/v1/chat/completions"
GOOD = b'{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}'


def response(body: bytes, content_type: str = "application/json", status: str = "200 OK") -> bytes:
    """A whole HTTP response."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def served_by(admin: httpx.AsyncClient, *urls: str) -> str:
    """A new model, served by a channel at each address."""
    name = new_id("m")
    for number, url in enumerate(urls):
        created = await admin.post("/api/v1/gateway/channels", json=channel(f"{name} {number}", url, name))
        assert created.status_code == 201, created.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    return name


async def ask(raw: httpx.AsyncClient, model: str, text: str = "hello", **more: Any) -> httpx.Response:
    """One completion."""
    return await raw.post(CHAT, json={"model": model, "messages": said(text), **more})


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("[[error=401]]", 502, "upstream_error"),
        ("[[error=404]]", 502, "upstream_error"),
        ("[[error=429]]", 429, "rate_limit_exceeded"),
        ("[[error=500]]", 502, "upstream_error"),
        ("[[error=503]]", 502, "upstream_error"),
        ("[[html]]", 502, "upstream_invalid_response"),
        ("[[errorbody]]", 502, "upstream_error"),
    ],
)
async def test_a_provider_that_refuses_or_answers_nonsense_is_told_in_openai_shape(
    raw: httpx.AsyncClient, model: str, stream: bool, text: str, status: int, code: str
) -> None:
    answer = await ask(raw, model, text, stream=stream)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_a_limiting_provider_says_when_to_come_back(raw: httpx.AsyncClient, model: str) -> None:
    assert (await ask(raw, model, "[[error=429]]")).headers["retry-after"] == "1"


async def test_a_provider_that_is_down_is_a_502(raw: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    model = await served_by(admin, "http://127.0.0.1:1")
    answer = await ask(raw, model)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "upstream_error")


async def test_another_channel_answers_when_the_first_is_down(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, "http://127.0.0.1:1", simulator.url)
    answers = [await ask(raw, model, "[[say=ok]]") for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["x-guildhall-attempts"] for answer in answers} <= {"1", "2"}


async def test_a_channel_that_keeps_failing_is_left_alone_for_a_while(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, "http://127.0.0.1:1", simulator.url)
    failures = 0
    while failures < 3:  # then it rests for two seconds
        failures += (await ask(raw, model, "[[say=ok]]")).headers["x-guildhall-attempts"] == "2"
    answers = await asyncio.gather(*(ask(raw, model, "[[say=ok]]") for _ in range(12)))
    assert {answer.headers["x-guildhall-attempts"] for answer in answers} == {"1"}


@pytest.mark.parametrize("stream", [False, True])
async def test_another_channel_answers_when_the_first_drops_before_its_first_byte(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, stream: bool
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with socket_server(hang_up) as dropping:
        model = await served_by(admin, dropping, simulator.url)
        answers = [await ask(raw, model, "[[say=ok]]", stream=stream) for _ in range(8)]
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("directive", ["[[drop=3]]", "[[nofinish]] [[words=5]]"])
async def test_a_stream_that_breaks_ends_with_an_error_event_and_without_done(
    raw: httpx.AsyncClient, model: str, directive: str
) -> None:
    answer = await ask(raw, f"{model}", f"[[slow=200]] {directive}", stream=True)
    assert answer.status_code == 200
    events = answer.text.strip().split("\n\n")
    assert "error" in events[-1]
    assert "[DONE]" not in answer.text


async def test_the_sdk_raises_when_a_stream_breaks(sdk: openai.AsyncOpenAI, model: str) -> None:
    stream = await sdk.chat.completions.create(model=model, messages=said("[[slow=200]] [[drop=3]]"), stream=True)
    with pytest.raises(openai.APIError, match="too early"):
        async for _ in stream:
            pass


async def test_a_whole_answer_that_is_cut_short_is_a_502(raw: httpx.AsyncClient, model: str) -> None:
    assert (await ask(raw, model, "[[drop=3]]")).status_code == 502


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (response(GOOD), 200),
        (response(b"<html>", "text/html"), 502),
        (response(b"[1,2]"), 502),
        (response(b'{"error":"no"}'), 502),
        (response(b'{"error":null,"choices":[]}'), 200),
        (response(b"", status="204 No Content"), 502),
        (response(b"", status="302 Found"), 502),
        (b"SSH-2.0-OpenSSH_9.2\r\n", 502),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n", 502),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + response(GOOD), 200),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", 502),
    ],
    ids=["json", "html", "list", "error", "null error", "empty", "redirect", "not http", "cl+te", "100", "huge head"],
)
async def test_whatever_answers_at_the_address_the_caller_gets_one_clear_answer(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, reply: bytes, status: int
) -> None:
    async with socket_server(saying(reply)) as url:
        assert (await ask(raw, await served_by(admin, url))).status_code == status


async def test_a_body_that_ends_with_the_connection_is_taken(raw: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + GOOD)
        await writer.drain()

    async with socket_server(answer) as url:
        assert (await ask(raw, await served_by(admin, url))).json()["choices"][0]["message"]["content"] == "fine"


async def test_nothing_of_the_caller_but_its_body_reaches_the_provider(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(response(GOOD).replace(b"\r\n\r\n", b"\r\nset-cookie: a=b\r\nx-request-id: theirs\r\n\r\n", 1))
        await writer.drain()
        await reader.read()

    async with socket_server(answer) as url:
        name = new_id("m")
        await admin.post("/api/v1/gateway/channels", json=channel(name, url, name, api_key="sk-of-the-channel"))
        headers = {"cookie": "secret=1", "x-forwarded-for": "1.2.3.4", "te": "trailers", "x-other": "y"}
        said_back = await raw.post(CHAT, json={"model": name, "messages": said("hello")}, headers=headers)
    head = heads[0].lower()
    assert b"authorization: bearer sk-of-the-channel" in head
    assert not any(word in head for word in (b"cookie", b"forwarded", b"x-other", b"te:", b"gh-"))
    assert "set-cookie" not in said_back.headers
    assert said_back.headers["x-upstream-request-id"] == "theirs"


async def test_a_caller_who_leaves_a_stream_stops_the_provider(
    raw: httpx.AsyncClient, model: str, simulator: Simulator
) -> None:
    before = await simulator.stats()
    body = {"model": model, "messages": said("[[endless]] [[slow=50]]"), "stream": True}
    async with raw.stream("POST", CHAT, json=body) as answer:
        await anext(answer.aiter_bytes())
    await simulator.is_left_with(before["active"])
    assert (await simulator.stats())["abandoned"] == before["abandoned"] + 1


async def test_a_caller_who_gives_up_waiting_stops_the_provider(
    raw: httpx.AsyncClient, model: str, simulator: Simulator
) -> None:
    before = await simulator.stats()
    with pytest.raises(httpx.ReadTimeout):
        await raw.post(CHAT, json={"model": model, "messages": said("[[hang]]")}, timeout=0.3)
    await simulator.is_left_with(before["active"])


async def test_kept_connections_serve_many_calls_and_none_is_left_open(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    opened = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await saying(response(GOOD))(reader, writer)

    async with socket_server(answer) as url:
        model = await served_by(admin, url)
        for _ in range(20):
            assert (await ask(raw, model)).status_code == 200
    assert opened == 1


async def test_a_kept_connection_that_the_provider_closes_fails_no_call(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.read(10_000)
        writer.write(response(GOOD))
        await writer.drain()

    async with socket_server(once) as url:
        model = await served_by(admin, url)
        statuses = [(await ask(raw, model)).status_code for _ in range(20)]
    assert statuses == [200] * 20
