"""Admins may say which channel takes a call, and are told which took it; others may not, and are not."""

import httpx

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel
from tests.gateway.test_sdk import said

CHAT = "/v1/chat/completions"


async def two_channels(admin: httpx.AsyncClient, simulator: Simulator) -> tuple[str, list[str]]:
    """A model, and the ids of the channels that serve it."""
    model = new_id("m")
    made = [
        await admin.post("/api/v1/gateway/channels", json=channel(new_id("ch"), simulator.url, model)) for _ in range(2)
    ]
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    return model, [each.json()["id"] for each in made]


async def ask(http: httpx.AsyncClient, model: str, channel_id: str | None = None, **more: object) -> httpx.Response:
    headers = {} if channel_id is None else {"x-guildhall-channel": channel_id}
    return await http.post(CHAT, json={"model": model, "messages": said("hello"), **more}, headers=headers)


async def test_a_chosen_channel_takes_every_call(admin: httpx.AsyncClient, simulator: Simulator) -> None:
    model, channels = await two_channels(admin, simulator)
    for chosen in channels:
        for stream in (False, True, False):
            answer = await ask(admin, model, chosen, stream=stream)
            assert (answer.status_code, answer.headers["x-guildhall-channel"]) == (200, chosen)
    taken = {(await ask(admin, model)).headers["x-guildhall-channel"] for _ in range(20)}
    assert taken <= set(channels)


async def test_a_channel_that_does_not_serve_the_model_cannot_be_chosen(
    admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, _ = await two_channels(admin, simulator)
    answer = await ask(admin, model, "ch_of_somebody_else")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "channel_not_serving")


async def test_others_neither_choose_a_channel_nor_learn_which_it_was(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model, channels = await two_channels(admin, simulator)
    answer = await ask(raw, model, channels[0])
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "admin_only")
    for _ in range(3):
        answer = await ask(raw, model)
        assert answer.status_code == 200
        assert "x-guildhall-channel" not in answer.headers
