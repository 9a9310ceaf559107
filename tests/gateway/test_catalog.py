"""Models: what is known and what an admin says of them, who sees them, and what stands in for them."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel
from tests.gateway.test_sdk import said

pytestmark = pytest.mark.slow

CHANNELS = "/api/v1/gateway/channels"
MODELS = "/api/v1/gateway/models"
CATALOG = "/api/v1/gateway/catalog"
NOWHERE = "http://127.0.0.1:9"


def address(name: str) -> str:
    return f"{MODELS}/{quote(name, safe='')}"


async def serve(admin: httpx.AsyncClient, url: str, *models: str, upstream: str = "simulated-instant") -> str:
    """A channel with these models; its id."""
    body = channel(new_id("ch"), url, "x") | {"models": [{"name": name, "upstream_model": upstream} for name in models]}
    made = await admin.post(CHANNELS, json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def say(admin: httpx.AsyncClient, name: str, **wanted: Any) -> dict[str, Any]:
    answer = await admin.put(address(name), json=wanted)
    assert answer.status_code == 200, answer.text
    await admin.get(MODELS)  # which waits until this server knows all that is stored
    return answer.json()  # type: ignore[no-any-return]


async def seen(http: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {model["name"]: model for model in (await http.get(MODELS)).json()}


async def test_everybody_sees_what_is_known_of_a_model_and_what_it_costs(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    name = new_id("m")
    made = await serve(admin, NOWHERE, name, upstream="gpt-4o")
    shown = (await seen(member))[name]
    assert (shown["simulated"], shown["context_tokens"], shown["output_tokens"]) == (False, 128_000, 16_384)
    assert {"chat", "tools", "vision"} <= set(shown["capabilities"])
    assert (shown["price"]["source"], shown["price"]["rates"]["input"]) == ("seed", 2_500_000_000)
    entry = (await admin.get(address(name))).json()
    assert [serving["channel_id"] for serving in entry["channels"]] == [made]
    assert (entry["said"]["context_tokens"], entry["known"]["context_tokens"]) == (None, 128_000)


@pytest.mark.parametrize("name", ["vendor/model:free", "a/b/c", "../up", "50%", "模型", "@cf/x?y#z"])
async def test_names_of_models_may_hold_anything_that_can_be_seen(admin: httpx.AsyncClient, name: str) -> None:
    name = f"{name}{new_id('m')}"
    await serve(admin, NOWHERE, name)
    assert (await say(admin, name, context_tokens=5))["context_tokens"] == 5
    assert (await admin.get(address(name))).json()["name"] == name


async def test_what_an_admin_says_counts_more_than_what_is_known(admin: httpx.AsyncClient) -> None:
    name = new_id("m")
    await serve(admin, NOWHERE, name, upstream="gpt-4o")
    said = await say(admin, name, context_tokens=32_000, capabilities=["chat"])
    assert (said["context_tokens"], said["output_tokens"], said["capabilities"]) == (32_000, 16_384, ["chat"])
    back = await say(admin, name)
    assert (back["context_tokens"], back["said"]["capabilities"]) == (128_000, None)
    entries = (await admin.get("/api/v1/audit", params={"target": f"model:{name}"})).json()["items"]
    assert [entry["action"] for entry in entries] == ["model.changed", "model.changed"]
    assert entries[1]["after"] == {"context_tokens": 32_000, "capabilities": ["chat"]}


async def test_saying_nothing_new_changes_nothing(admin: httpx.AsyncClient) -> None:
    name = new_id("m")
    await serve(admin, NOWHERE, name)
    await say(admin, name)
    assert (await admin.get("/api/v1/audit", params={"target": f"model:{name}"})).json()["items"] == []


async def test_a_hidden_model_is_not_there_for_people_and_programs(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    name = new_id("m")
    await serve(admin, simulator.url, name)
    body = {"model": name, "messages": said("[[say=here]]")}
    assert (await raw.post("/v1/chat/completions", json=body)).status_code == 200
    await say(admin, name, visible=False)
    assert name not in await seen(member)
    assert name not in {model["id"] for model in (await raw.get("/v1/models")).json()["data"]}
    refused = await raw.post("/v1/chat/completions", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")
    entries = {entry["name"]: entry for entry in (await admin.get(CATALOG)).json()}
    assert entries[name]["visible"] is False


async def test_a_fallback_answers_when_no_channel_of_the_model_can(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    name, other = new_id("m"), new_id("m")
    await serve(admin, NOWHERE, name)
    await serve(admin, simulator.url, other)
    body = {"model": name, "messages": said("[[say=here]]")}
    assert (await raw.post("/v1/chat/completions", json=body)).status_code == 502
    await say(admin, other, visible=False)
    await say(admin, name, fallbacks=[other])
    answer = await raw.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_model_may_be_nothing_but_its_fallbacks(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    name, other = new_id("m"), new_id("m")
    gone = await serve(admin, simulator.url, name)
    await serve(admin, simulator.url, other)
    await say(admin, name, fallbacks=[other])
    await admin.delete(f"{CHANNELS}/{gone}")
    assert name in await seen(member)
    answer = await raw.post("/v1/chat/completions", json={"model": name, "messages": said("[[say=here]]")})
    assert answer.status_code == 200, answer.text
    await say(admin, name)
    assert name not in await seen(member)
    assert (await admin.get(address(name))).json()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"fallbacks": ["no-such-model"]}, "fallback_not_found"), ({"fallbacks": ["same", "same"]}, "invalid_field"),
        ({"fallbacks": ["nul\x00"]}, "invalid_request"),
        ({"fallbacks": [str(number) for number in range(11)]}, "invalid_request"),
        ({"context_tokens": 0}, "invalid_request"), ({"context_tokens": 2**31}, "invalid_request"),
        ({"context_tokens": 1.5}, "invalid_request"), ({"capabilities": ["flight"]}, "invalid_request"),
        ({"visible": None}, "invalid_request"), ({"unknown": 1}, "invalid_request"),
    ],
)  # fmt: skip
async def test_a_description_that_makes_no_sense_is_a_400(
    admin: httpx.AsyncClient, wrong: dict[str, Any], code: str
) -> None:
    name = new_id("m")
    await serve(admin, NOWHERE, name)
    answer = await admin.put(address(name), json=wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_a_model_is_not_its_own_fallback(admin: httpx.AsyncClient) -> None:
    name = new_id("m")
    await serve(admin, NOWHERE, name)
    answer = await admin.put(address(name), json={"fallbacks": [name]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_field")


@pytest.mark.parametrize("name", ["no-such-model", "x" * 201, "nul\x00", "a//b"])
async def test_a_model_that_nobody_serves_is_not_there(admin: httpx.AsyncClient, name: str) -> None:
    for answer in (await admin.get(address(name)), await admin.put(address(name), json={})):
        assert answer.status_code in {400, 404}
        assert answer.json()["error"]["code"] in {"model_not_found", "invalid_request"}
