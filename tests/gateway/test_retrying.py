"""Failed calls are tried again, within bounds: on real sockets, through the whole server."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Answer, Simulator, channel, read_request, socket_server
from tests.gateway.test_sdk import said
from tests.services.product import PLAIN, Running

pytestmark = pytest.mark.slow

CHANNELS = "/api/v1/gateway/channels"
CHAT = "/v1/chat/completions"
BODY = b'{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}'
GOOD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)
BAD = b"HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\n{}"
WORSE = b"HTTP/1.1 503 Oh\r\ncontent-length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 404 Oh\r\ncontent-length: 2\r\n\r\n{}"


class Provider:
    """Answers the first request with what `reply` gives for 1, the second for 2…"""

    def __init__(self, reply: Callable[[int], bytes], *, seconds: float = 0) -> None:
        self.asked = 0
        self.reply = reply
        self.seconds = seconds

    @property
    def answer(self) -> Answer:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await read_request(reader)
                self.asked += 1
                reply = self.reply(self.asked)
                await asyncio.sleep(self.seconds)
                writer.write(reply)
                await writer.drain()

        return answer


def always(reply: bytes) -> Provider:
    return Provider(lambda _number: reply)


async def serving(admin: httpx.AsyncClient, url: str, model: str, **more: int) -> None:
    made = await admin.post(CHANNELS, json=channel(new_id("ch"), url, model, **more))
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored


async def ask(raw: httpx.AsyncClient, model: str, **more: object) -> httpx.Response:
    return await raw.post(CHAT, json={"model": model, "messages": said("hello"), **more})


def attempts(answer: httpx.Response) -> int:
    return int(answer.headers["x-guildhall-attempts"])


async def figure(server: Running, name: str) -> float:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, verify=PLAIN) as http:
        lines = (await http.get("/metrics")).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


async def test_retries_are_ten_or_a_fifth_of_the_calls_and_then_callers_hear_of_the_first_failure_at_once(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, before = new_id("m"), await figure(server, "guildhall_call_retries_refused")
    flaky = Provider(lambda number: (BAD, GOOD)[number % 2])
    async with socket_server(flaky.answer) as url:
        await serving(admin, url, model, priority=1)
        await serving(admin, simulator.url, model)
        answers = [await ask(raw, model) for _ in range(50)]
    failing = [answer for answer in answers if answer.status_code != 200]
    assert len([answer for answer in answers if attempts(answer) == 2]) == 10
    assert len(failing) == 15, "of 50 calls every second one failed, and ten could be tried again"
    assert {(answer.status_code, attempts(answer)) for answer in failing} == {(502, 1)}
    assert await figure(server, "guildhall_call_retries_refused") == before + 15


async def test_the_more_a_model_is_called_the_more_retries_it_has(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, is_flaky = new_id("m"), False
    flaky = Provider(lambda number: (BAD, GOOD)[number % 2] if is_flaky else GOOD)
    async with socket_server(flaky.answer) as url:
        await serving(admin, url, model, priority=1)
        await serving(admin, simulator.url, model)
        for _ in range(4):
            await asyncio.gather(*(ask(raw, model) for _ in range(30)))
        await asyncio.sleep(0.4)  # what has ended is counted every quarter of a second
        is_flaky = True
        answers = [await ask(raw, model) for _ in range(60)]
    retried = len([answer for answer in answers if attempts(answer) == 2])
    assert 24 <= retried <= 30, "a fifth of 120 calls at least"


async def test_a_call_is_tried_twice_among_channels_of_one_priority_and_then_further_down(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, broken = new_id("m"), always(BAD)
    async with socket_server(broken.answer) as url:
        for _ in range(4):
            await serving(admin, url, model, priority=7)
        await serving(admin, simulator.url, model)
        answer = await ask(raw, model)
    assert (answer.status_code, attempts(answer), broken.asked) == (200, 3, 2)


async def test_three_attempts_are_all_that_a_call_has(raw: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    model, broken = new_id("m"), always(BAD)
    async with socket_server(broken.answer) as url:
        for priority in (4, 4, 2, 2, 0):
            await serving(admin, url, model, priority=priority)
        answer = await ask(raw, model)
    assert (answer.status_code, attempts(answer), broken.asked) == (502, 3, 3)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_channel_that_is_alone_is_asked_once_more(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, stream: bool
) -> None:
    model, hiccup = new_id("m"), Provider(lambda number: WORSE if number == 1 else GOOD if not stream else BAD)
    async with socket_server(hiccup.answer) as url:
        await serving(admin, url, model)
        answer = await ask(raw, model, stream=stream)
    assert (answer.status_code, attempts(answer), hiccup.asked) == (502 if stream else 200, 2, 2)


async def test_a_channel_that_is_alone_is_not_asked_again_where_that_cannot_help(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    model, unknowing = new_id("m"), always(REFUSED)
    async with socket_server(unknowing.answer) as url:
        await serving(admin, url, model)
        answer = await ask(raw, model)
    assert (answer.status_code, attempts(answer), unknowing.asked) == (502, 1, 1)


async def test_where_every_channel_rests_one_call_at_a_time_is_let_through(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    model, is_well = new_id("m"), False
    provider = Provider(lambda _number: GOOD if is_well else BAD, seconds=0.15)
    async with socket_server(provider.answer) as url:
        await serving(admin, url, model)
        assert [(await ask(raw, model)).status_code for _ in range(2)] == [502, 502]
        before = provider.asked
        answers = await asyncio.gather(*(ask(raw, model) for _ in range(9)))
        assert (provider.asked - before, sorted(answer.status_code for answer in answers)) == (1, [502] + [503] * 8)
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.json()["error"]["code"] == "channels_cooling_down"
        assert (int(refused.headers["retry-after"]), attempts(refused)) == (1, 0)
        is_well = True
        assert (await ask(raw, model)).status_code == 200
        answers = await asyncio.gather(*(ask(raw, model) for _ in range(9)))
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.slow
async def test_a_channel_that_rests_is_asked_by_nobody_and_then_by_one(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, is_well = new_id("m"), False
    provider = Provider(lambda _number: GOOD if is_well else BAD, seconds=0.3)
    async with socket_server(provider.answer) as url:
        await serving(admin, url, model, priority=1)
        await serving(admin, simulator.url, model)
        assert [attempts(await ask(raw, model)) for _ in range(4)] == [2, 2, 2, 1]
        for pause in (2, 4):
            await asyncio.sleep(pause * 0.75 - 0.4)
            answers = await asyncio.gather(*(ask(raw, model) for _ in range(9)))
            assert {attempts(answer) for answer in answers} == {1}
            before = provider.asked
            await asyncio.sleep(pause * 0.5 + 0.5)
            is_well = pause == 4
            answers = await asyncio.gather(*(ask(raw, model) for _ in range(9)))
            assert provider.asked == before + 1
            assert {answer.status_code for answer in answers} == {200}
        before = provider.asked
        await asyncio.gather(*(ask(raw, model) for _ in range(9)))
    assert provider.asked == before + 9
