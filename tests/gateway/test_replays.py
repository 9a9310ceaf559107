"""A call with an `Idempotency-Key` is made once; whoever sends it again gets the same answer, or is told why not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
import pytest_asyncio

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, eventually, read_request, simulating, socket_server
from tests.gateway.test_calls import CHAT, detail, listed
from tests.gateway.test_failing_providers import GOOD, response
from tests.gateway.test_sdk import said
from tests.services.product import PLAIN, Running

pytestmark = pytest.mark.slow

REPLAYED = "idempotent-replayed"


@pytest_asyncio.fixture
async def counted() -> AsyncIterator[Simulator]:
    """A simulator that nobody else asks."""
    async with simulating() as running:
        yield running


async def serving(admin: httpx.AsyncClient, url: str) -> str:
    """A new model at this address."""
    model = new_id("m")
    made = await admin.post("/api/v1/gateway/channels", json=channel(model, url, model))
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    return model


async def ask(
    http: httpx.AsyncClient, model: str, key: str, text: str = "[[say=once]]", path: str = CHAT, **more: Any
) -> httpx.Response:
    """One call with a key."""
    body = {"model": model, "messages": said(text), **more}
    return await http.post(path, json=body, headers={"idempotency-key": key})


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("stream", [False, True])
async def test_the_second_call_gets_the_first_ones_answer_and_costs_nothing(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator, stream: bool
) -> None:
    model, key = await serving(admin, counted.url), new_id("key")
    first = await ask(raw, model, key, "[[words=30]]", stream=stream)
    second = await ask(raw, model, key, "[[words=30]]", stream=stream)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert REPLAYED not in first.headers
    assert (second.headers[REPLAYED], second.headers["x-guildhall-attempts"]) == ("true", "0")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert (await counted.stats())["asked"] == 1
    third = await ask(raw, model, new_id("key"), "[[words=30]]", stream=stream)
    assert REPLAYED not in third.headers
    assert (await counted.stats())["asked"] == 2


@pytest.mark.slow
async def test_a_replay_has_a_row_of_its_own_without_usage(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, key = await serving(admin, simulator.url), new_id("key")
    for _ in range(2):
        await ask(raw, model, key, stream=True)
    second, first = [await detail(admin, call["id"]) for call in await listed(admin, 2, model=model)]
    assert (first["code"], first["attempts"], first["stream"]) == (None, 1, True)
    assert (second["status"], second["code"], second["attempts"], second["stream"]) == (200, "replayed", 0, True)
    assert (second["input_tokens"], second["cost_nano"], second["channel"], second["estimated"]) == (*[None] * 3, False)


@pytest.mark.parametrize("path", [CHAT, "/v1/messages", "/v1/responses", "/v1/embeddings"])
async def test_every_endpoint_replays_and_tells_another_body_in_its_own_shape(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator, path: str
) -> None:
    model, key = await serving(admin, simulator.url), new_id("key")
    more = {"input": "words", "max_tokens": 9}
    first = await ask(raw, model, key, path=path, **more)
    assert first.status_code == 200, first.text
    again = await ask(raw, model, key, path=path, **more)
    assert (again.headers[REPLAYED], again.content) == ("true", first.content)
    other = await ask(raw, model, key, path=path, **more, user="somebody else")
    assert (other.status_code, other.headers["x-should-retry"]) == (409, "false")
    error = other.json()["error"]
    if path == "/v1/messages":
        assert (other.json()["type"], error["type"]) == ("error", "invalid_request_error")
    else:
        assert error["code"] == "idempotency_key_reused"
    assert refused(await ask(raw, model, key, path=CHAT if path != CHAT else "/v1/completions", prompt="x"))[0] == 409


async def test_others_wait_for_the_call_that_is_under_way(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator
) -> None:
    model, key = await serving(admin, counted.url), new_id("key")
    answers = await asyncio.gather(*(ask(raw, model, key, "[[delay=0.4]] [[say=once]]") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert (await counted.stats())["asked"] == 1


async def test_a_call_that_failed_is_made_anew(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator
) -> None:
    model = await serving(admin, counted.url)
    for text, stream in (("[[error=400]]", False), ("[[error=429]]", False), ("[[words=50]] [[drop=9]]", True)):
        key = new_id("key")
        before = (await counted.stats())["asked"]
        for _ in range(2):
            answer = await ask(raw, model, key, text, stream=stream)
            assert REPLAYED not in answer.headers
        assert (await counted.stats())["asked"] == before + 2


async def test_a_retry_succeeds_after_a_failure_with_the_same_key(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient
) -> None:
    good = False

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(response(GOOD) if good else response(b"{}", status="500 Oh"))
            await writer.drain()

    async with socket_server(answer) as url:
        model, key = await serving(admin, url), new_id("key")
        assert (await ask(raw, model, key)).status_code == 502
        good = True
        assert (await ask(raw, model, key)).status_code == 200
        good = False
        assert (await ask(raw, model, key)).headers[REPLAYED] == "true"


@pytest.mark.parametrize("stream", [False, True])
async def test_when_the_first_caller_leaves_the_next_one_is_answered(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator, stream: bool
) -> None:
    model, key = await serving(admin, counted.url), new_id("key")
    text = "[[say=once]]" if stream else "[[delay=0.5]] [[say=once]]"
    if stream:
        text += "[[slow=2]] [[words=3]]"
    first = asyncio.create_task(ask(raw, model, key, text, stream=stream))

    async def is_under_way() -> bool:
        return (await counted.stats())["active"] > 0

    await eventually(is_under_way)
    second = asyncio.create_task(ask(raw, model, key, text, stream=stream))
    await asyncio.sleep(0.1)
    first.cancel()
    answer = await second
    assert answer.status_code == 200
    assert REPLAYED not in answer.headers
    assert (await counted.stats())["asked"] == 2


async def test_keys_of_different_callers_have_nothing_in_common(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, key = await serving(admin, simulator.url), new_id("key")
    secret = (await member.post("/api/v1/keys", json={"name": "another"})).json()["key"]
    headers = {"authorization": f"Bearer {secret}"}
    assert (await ask(raw, model, key)).status_code == 200
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, verify=PLAIN) as another:
        assert REPLAYED not in (await ask(another, model, key)).headers
        assert (await ask(another, model, key)).headers[REPLAYED] == "true"
        assert refused(await ask(another, model, key, "something else")) == (409, "idempotency_key_reused")
    assert REPLAYED not in (await ask(admin, model, key)).headers  # signed in, without a key


@pytest.mark.parametrize("bad", ["", "x" * 256, "caf\u00e9", "a\tb"])
async def test_a_key_that_is_none_is_refused(raw: httpx.AsyncClient, model: str, bad: str) -> None:
    body = {"model": model, "messages": said("hello")}
    answer = await raw.post(CHAT, json=body, headers={"idempotency-key": bad.encode()})  # type: ignore[dict-item]
    assert refused(answer) == (400, "invalid_header")


async def test_whoever_wants_nothing_kept_has_nothing_kept(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator
) -> None:
    model = await serving(admin, counted.url)
    headers = {"idempotency-key": new_id("key"), "x-guildhall-no-log": "body"}
    for _ in range(2):
        answer = await raw.post(CHAT, json={"model": model, "messages": said("secret")}, headers=headers)
        assert REPLAYED not in answer.headers
    assert (await counted.stats())["asked"] == 2


async def test_an_answer_that_is_too_long_is_not_kept_but_passed_on(
    server: Running,
    admin: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    counted: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("guildhall.edge.replays._MOST_BYTES", 1000)
    model = await serving(admin, counted.url)
    for stream in (False, True):
        key = new_id("key")
        for _ in range(2):
            answer = await ask(raw, model, key, "[[words=400]]", stream=stream)
            assert (answer.status_code, answer.headers.get(REPLAYED)) == (200, None)
            assert len(answer.content) > 1000
    assert (await counted.stats())["asked"] == 4
    assert server.app.hall.gateway._replays.recorded == 0


async def test_pictures_that_were_asked_for_in_json_are_replayed_too(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator
) -> None:
    model, key = await serving(admin, counted.url), new_id("key")
    first, second = [await ask(raw, model, key, path="/v1/images/generations", prompt="a lamp") for _ in range(2)]
    assert first.status_code == 200, first.text
    assert (second.headers[REPLAYED], second.content) == ("true", first.content)
    words = {"input": "hello", "voice": "alloy"}
    first, second = [await ask(raw, model, key + "s", path="/v1/audio/speech", **words) for _ in range(2)]
    assert first.status_code == 200, first.text
    assert (second.headers[REPLAYED], second.content) == ("true", first.content)
    assert first.headers["content-type"] == second.headers["content-type"]


async def test_openais_sdk_gets_its_answer_although_the_first_one_was_lost(
    sdk: openai.AsyncOpenAI, admin: httpx.AsyncClient, raw: httpx.AsyncClient, counted: Simulator
) -> None:
    """The SDK gives each request one key, whatever header it is told to send it in, and sends it with every retry."""
    model, key = await serving(admin, counted.url), new_id("key")
    headers = {"Idempotency-Key": key}
    first = await sdk.chat.completions.create(model=model, messages=said("[[say=hi]]"), extra_headers=headers)
    again = await sdk.chat.completions.create(model=model, messages=said("[[say=hi]]"), extra_headers=headers)
    assert first == again
    with pytest.raises(openai.ConflictError) as caught:
        await sdk.with_options(max_retries=3).chat.completions.create(
            model=model, messages=said("[[say=no]]"), extra_headers=headers
        )
    assert caught.value.code == "idempotency_key_reused"
    assert (await counted.stats())["asked"] == 1
