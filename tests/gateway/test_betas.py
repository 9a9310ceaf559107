"""What a caller may say to a provider beside its request, and providers that lack a word which another one has."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from guildhall.edge import betas
from guildhall.edge.dialects import ANTHROPIC, GEMINI, OPENAI
from tests.gateway.providers import Simulator, channel, read_whole_request, socket_server
from tests.gateway.test_failing_providers import GOOD, response
from tests.gateway.test_sdk import said

MESSAGE = (
    b'{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"fine"}],'
    b'"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}'
)


class Listener:
    """A provider that answers the same to everybody and remembers what it was told."""

    def __init__(self, body: bytes) -> None:
        self.heads: list[bytes] = []
        self._body = body

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection."""
        while True:
            head, _ = await read_whole_request(reader)
            self.heads.append(head)
            writer.write(response(self._body))
            await writer.drain()

    def told(self, name: str) -> list[str]:
        """The values of a header in the last request."""
        lines = [line.decode().partition(":") for line in self.heads[-1].split(b"\r\n")]
        return [value.strip() for found, _, value in lines if found.lower() == name]


async def made(admin: httpx.AsyncClient, url: str, kind: str, **more: Any) -> str:
    """A model of a provider at this address."""
    name = new_id("m")
    body = channel(name, url, name, kind=kind, api_key="sk-0123456789abcdef", **more)
    created = await admin.post("/api/v1/gateway/channels", json=body)
    assert created.status_code == 201, created.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    return name


async def test_anthropics_header_joins_the_channels_own(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    listener = Listener(MESSAGE)
    async with socket_server(listener) as url:
        own = {"headers": {"Anthropic-Beta": "own-1"}}
        name = await made(admin, url, "anthropic", **own)
        told = {"anthropic-beta": "theirs-1,theirs-2", "openai-beta": "no", "x-secret": "no", "cookie": "no"}
        asked = {"model": name, "max_tokens": 9, "messages": said("hello")}
        assert (await raw.post("/v1/messages", json=asked, headers=told)).status_code == 200
        assert listener.told("anthropic-beta") == ["own-1,theirs-1,theirs-2"]
        assert not listener.told("openai-beta") + listener.told("x-secret") + listener.told("cookie")
        assert (await raw.post("/v1/messages", json=asked)).status_code == 200
        assert listener.told("anthropic-beta") == ["own-1"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/audio/speech"])
async def test_openais_header_reaches_what_speaks_openais_way(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, path: str
) -> None:
    listener = Listener(GOOD)
    async with socket_server(listener) as url:
        name = await made(admin, url, "openai")
        asked = {"model": name, "messages": said("hello"), "input": "hello"}
        told = {"openai-beta": "realtime=v1", "anthropic-beta": "no"}
        assert (await raw.post(path, json=asked, headers=told)).status_code == 200
        assert listener.told("openai-beta") == ["realtime=v1"]
        assert not listener.told("anthropic-beta")


@pytest.mark.parametrize("value", [b"caf\xe9", b"tab\there", b"x" * 2001])
async def test_a_header_that_cannot_be_passed_on_is_refused(raw: httpx.AsyncClient, model: str, value: bytes) -> None:
    asked = {"model": model, "messages": said("hello")}
    answer = await raw.post("/v1/chat/completions", json=asked, headers={b"openai-beta": value})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_header")


def test_headers_go_to_whom_they_are_for() -> None:
    head = b"POST /v1 HTTP/1.1\r\nhost: a\r\ncontent-length: "
    given = betas.given([(b"anthropic-beta", b"a"), (b"anthropic-beta", b"b"), (b"accept", b"c")])
    assert given == {b"anthropic-beta": b"a,b"}
    assert betas.given([(b"accept", b"c"), (b"anthropic-beta", b" ")]) is None
    assert betas.added(head, OPENAI, given) == betas.added(head, GEMINI, given) == head
    assert betas.added(head, ANTHROPIC, given) == (
        b"POST /v1 HTTP/1.1\r\nanthropic-beta: a,b\r\nhost: a\r\ncontent-length: "
    )


async def test_another_provider_is_asked_when_one_has_no_word_for_it(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    name = await made(admin, simulator.url, "anthropic", priority=9)
    asked = {"model": name, "messages": said("[[say=Two]] hello"), "logprobs": True}
    alone = await raw.post("/v1/chat/completions", json=asked)
    assert (alone.status_code, alone.json()["error"]["code"]) == (400, "unsupported_parameter")
    assert alone.json()["error"]["param"] == "logprobs"
    assert (await admin.post("/api/v1/gateway/channels", json=channel(f"{name} 2", simulator.url, name))).is_success
    await admin.get("/api/v1/gateway/models")
    both = await raw.post("/v1/chat/completions", json=asked)
    assert both.json()["choices"][0]["message"]["content"] == "Two"
    assert both.headers["x-guildhall-attempts"] == "1", "nobody was asked in vain"
