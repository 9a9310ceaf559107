"""Limits of channels: a full one is passed over, and who finds all full is told when to come back."""

import asyncio

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, eventually
from tests.gateway.test_sdk import said

CHANNELS = "/api/v1/gateway/channels"
CHAT = "/v1/chat/completions"


async def limited(admin: httpx.AsyncClient, url: str, model: str, **limits: int) -> None:
    made = await admin.post(CHANNELS, json=channel(new_id("ch"), url, model, **limits))
    assert made.status_code == 201, made.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored


async def ask(raw: httpx.AsyncClient, model: str, text: str = "hello", **more: object) -> httpx.Response:
    return await raw.post(CHAT, json={"model": model, "messages": said(text), **more})


async def test_no_more_calls_a_minute_than_a_channel_takes_however_many_ask_at_once(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, calls_per_minute=20)
    answers = await asyncio.gather(*(ask(raw, model) for _ in range(60)))
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 40
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert 1 <= int(refused.headers["retry-after"]) <= 4  # a place comes free every three seconds


async def test_what_one_channel_cannot_take_another_does(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, calls_per_minute=5, priority=1)
    await limited(admin, simulator.url, model, calls_per_minute=7)
    answers = [await ask(raw, model) for _ in range(15)]
    assert [answer.status_code for answer in answers] == [200] * 12 + [429] * 3
    assert {answer.headers["x-guildhall-attempts"] for answer in answers[:12]} == {"1"}


@pytest.mark.slow
async def test_no_more_calls_at_once_than_a_channel_takes(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, parallel_calls=3)
    answers = await asyncio.gather(*(ask(raw, model, "[[delay=1]] hello") for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 6
    assert (await ask(raw, model)).status_code == 200  # every place was given back
    failed = await asyncio.gather(*(ask(raw, model, "[[delay=0.2]] [[error=500]]") for _ in range(3)))
    assert {answer.status_code for answer in failed} == {502}

    async def is_well_again() -> bool:  # it rests after three failures
        return (await ask(raw, model)).status_code == 200

    await eventually(is_well_again, 20)


@pytest.mark.slow
async def test_tokens_are_held_while_a_call_goes_on_and_what_it_did_not_use_is_given_back(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, tokens_per_minute=1000)
    slow = [ask(raw, model, "[[delay=1]] [[say=yes]]", max_tokens=400) for _ in range(4)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*slow)) == [200, 200, 429, 429]
    quick = [await ask(raw, model, "[[say=yes]]", max_tokens=400) for _ in range(8)]
    assert [answer.status_code for answer in quick] == [200] * 8  # each used a handful of the 400


@pytest.mark.parametrize("most", ["many", -5, 10**30, 1.5, None])
async def test_odd_wishes_for_tokens_are_the_providers_business(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator, most: object
) -> None:
    model = new_id("m")
    await limited(admin, simulator.url, model, tokens_per_minute=1000)
    assert (await ask(raw, model, max_tokens=most)).status_code == 200
