"""A model whose callers stay with one channel: while it is well, and no longer."""

from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, eventually, socket_server
from tests.gateway.test_retrying import BAD, GOOD, Provider
from tests.gateway.test_sdk import said

pytestmark = pytest.mark.slow

CHANNELS = "/api/v1/gateway/channels"
CHAT = "/v1/chat/completions"


async def serve(admin: httpx.AsyncClient, model: str, url: str, **more: Any) -> str:
    made = await admin.post(CHANNELS, json=channel(new_id("ch"), url, model, **more))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def say(admin: httpx.AsyncClient, model: str, **said_of_it: Any) -> dict[str, Any]:
    answer = await admin.put(f"/api/v1/gateway/models/{model}", json=said_of_it)
    assert answer.status_code == 200, answer.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    entry: dict[str, Any] = answer.json()
    return entry


async def taker(admin_key: httpx.AsyncClient, model: str, system: str, path: str = CHAT) -> str:
    """The channel that takes a call which begins so."""
    body: dict[str, Any] = {"model": model, "max_tokens": 9}
    if path == CHAT:
        body["messages"] = [{"role": "system", "content": system}, *said("[[say=ok]]")]
    else:
        body |= {"system": system, "messages": said("[[say=ok]]")}
    answer = await admin_key.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.headers["x-guildhall-channel"]


@pytest.fixture
async def by_admin(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> httpx.AsyncClient:
    """Calls with a key of an admin, who is told which channel took them."""
    key = (await admin.post("/api/v1/keys", json={"name": new_id("k")})).json()["key"]
    raw.headers["authorization"] = f"Bearer {key}"
    return raw


@pytest.mark.parametrize("path", [CHAT, "/v1/messages"])
async def test_calls_that_begin_alike_go_to_one_channel_and_others_to_all(
    admin: httpx.AsyncClient, by_admin: httpx.AsyncClient, simulator: Simulator, path: str
) -> None:
    model = new_id("m")
    channels = {await serve(admin, model, simulator.url) for _ in range(3)}
    assert (await say(admin, model, sticky=True))["sticky"] is True
    for system in ("one", "two"):
        assert len({await taker(by_admin, model, system, path) for _ in range(8)}) == 1
    assert {await taker(by_admin, model, f"number {n}", path) for n in range(30)} == channels
    assert (await say(admin, model))["sticky"] is False
    assert len({await taker(by_admin, model, "one", path) for _ in range(30)}) > 1


@pytest.mark.slow
async def test_while_its_channel_rests_a_call_goes_elsewhere_and_then_back(
    admin: httpx.AsyncClient, by_admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, is_well = new_id("m"), True
    provider = Provider(lambda _number: GOOD if is_well else BAD)
    async with socket_server(provider.answer) as url:
        flaky = await serve(admin, model, url)
        steady = await serve(admin, model, simulator.url)
        await say(admin, model, sticky=True)
        takers = {system: await taker(by_admin, model, system) for system in map(str, range(30))}
        system = next(system for system, taken_by in takers.items() if taken_by == flaky)
        is_well = False
        assert [await taker(by_admin, model, system) for _ in range(5)] == [steady] * 5
        asked = provider.asked
        assert await taker(by_admin, model, system) == steady
        assert provider.asked == asked, "it rests"
        is_well = True

        async def is_back() -> bool:
            return await taker(by_admin, model, system) == flaky

        await eventually(is_back)
        assert {await taker(by_admin, model, system) for _ in range(5)} == {flaky}


async def test_whether_callers_stay_is_said_of_a_model_and_on_record(
    admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = new_id("m")
    await serve(admin, model, simulator.url)
    entry = (await admin.get(f"/api/v1/gateway/models/{model}")).json()
    assert entry["sticky"] is False
    assert (await say(admin, model, sticky=True))["visible"] is True
    assert (await admin.get(f"/api/v1/gateway/models/{model}")).json()["sticky"] is True
    (change, *_) = (await admin.get("/api/v1/audit", params={"action": "model.changed"})).json()["items"]
    assert (change["before"]["sticky"], change["after"]["sticky"]) == (False, True)
    odd = await admin.put(f"/api/v1/gateway/models/{model}", json={"sticky": "perhaps"})
    assert (odd.status_code, odd.json()["error"]["code"]) == (400, "invalid_request")
