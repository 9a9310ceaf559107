"""Where every channel is full, calls wait for a place as long as an admin lets them."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, eventually
from tests.gateway.test_retrying import figure
from tests.gateway.test_sdk import said
from tests.services.product import Running

pytestmark = pytest.mark.slow

QUEUE = "/api/v1/configuration/queue"
CHAT = "/v1/chat/completions"


@pytest_asyncio.fixture
async def patient(admin: httpx.AsyncClient) -> AsyncIterator[None]:
    """Programs wait up to five seconds."""
    await configure(admin, queue_ms=5000)
    yield
    await configure(admin)


async def configure(admin: httpx.AsyncClient, **wanted: int) -> httpx.Response:
    revision = (await admin.get(QUEUE)).json()["revision"]
    return await admin.put(QUEUE, json={"value": wanted, "revision": revision})


async def limited(admin: httpx.AsyncClient, url: str, model: str, **limits: int) -> None:
    made = await admin.post("/api/v1/gateway/channels", json=channel(new_id("ch"), url, model, **limits))
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored


async def ask(http: httpx.AsyncClient, model: str, text: str = "hello") -> httpx.Response:
    return await http.post(CHAT, json={"model": model, "messages": said(text)})


async def waiting(server: Running, number: int) -> None:
    """Wait until so many calls wait."""

    async def is_so() -> bool:
        return await figure(server, "guildhall_calls_queued") == number

    await eventually(is_so)


@pytest.mark.slow
async def test_calls_wait_for_one_to_end_and_come_on_in_their_order(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, patient: None
) -> None:
    model, served = new_id("m"), list[int]()
    await limited(admin, simulator.url, model, parallel_calls=1)

    async def one(number: int) -> httpx.Response:
        answer = await ask(raw, model, "hello" if number else "[[delay=1]] hello")
        served.append(number)
        return answer

    asking = [asyncio.create_task(one(0))]
    await asyncio.sleep(0.1)
    for number in range(1, 6):
        asking.append(asyncio.create_task(one(number)))
        await waiting(server, number)
    answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} == {200}
    assert served == list(range(6))
    assert await figure(server, "guildhall_calls_queued") == 0
    assert int(answers[-1].headers["x-guildhall-overhead-us"]) < 100_000, "waiting is no work of ours"


@pytest.mark.slow
async def test_calls_wait_for_a_minutes_limit_and_whoever_has_waited_long_enough_is_told_when_to_come_back(
    raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, patient: None
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, calls_per_minute=60)
    await asyncio.gather(*(ask(raw, model) for _ in range(60)))
    began = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(ask(raw, model) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200], "one a second"
    assert 1 < asyncio.get_running_loop().time() - began < 3
    assert (await configure(admin, queue_ms=300)).status_code == 200
    refused = await ask(raw, model)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert refused.headers["retry-after"] == "1"


async def test_a_caller_who_goes_away_leaves_the_queue(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, patient: None
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, parallel_calls=1)
    asking = [asyncio.create_task(ask(raw, model, "[[delay=1]] hello"))]
    await asyncio.sleep(0.1)
    for number in (1, 2):
        asking.append(asyncio.create_task(ask(raw, model)))
        await waiting(server, number)
    asking[1].cancel()
    await waiting(server, 1)
    assert [(await asking[each]).status_code for each in (0, 2)] == [200, 200]


async def test_people_wait_and_programs_do_not_unless_an_admin_says_so(
    server: Running, member: httpx.AsyncClient, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, parallel_calls=1)
    long_ = asyncio.create_task(ask(raw, model, "[[delay=0.5]] hello"))
    await asyncio.sleep(0.15)
    assert (await ask(raw, model)).status_code == 429
    assert (await ask(member, model)).status_code == 200
    assert (await long_).status_code == 200


async def test_no_more_wait_than_may(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, patient: None
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, parallel_calls=1)
    assert (await configure(admin, queue_ms=5000, most_waiting=2)).status_code == 200
    answers = await asyncio.gather(*(ask(raw, model, "[[delay=0.1]] hello") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 2


async def test_a_failure_at_the_only_channel_with_room_is_told_and_not_waited_for(
    server: Running, raw: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator, patient: None
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, parallel_calls=1)
    await limited(admin, "http://127.0.0.1:1", model)
    long_ = asyncio.create_task(ask(raw, model, "[[delay=0.6]] hello"))
    await asyncio.sleep(0.2)
    began = asyncio.get_running_loop().time()
    assert (await ask(raw, model)).status_code == 502
    assert asyncio.get_running_loop().time() - began < 0.4
    await long_


@pytest.mark.parametrize("wrong", [{"queue_ms": -1}, {"queue_ms": 60_001}, {"most_waiting": 0}, {"queue_ms": "long"}])
async def test_odd_waits_are_refused(admin: httpx.AsyncClient, wrong: dict[str, int]) -> None:
    answer = await configure(admin, **wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_configuration")
