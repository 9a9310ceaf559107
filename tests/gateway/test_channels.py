"""Channels: create, change, retire and try them; keys are sealed, and every failure is told in plain words."""

import asyncio

import httpx
import pytest
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.gateway.tables import ChannelKey
from tests.gateway.providers import Simulator, channel, socket_server
from tests.gateway.test_sdk import said

CHANNELS = "/api/v1/gateway/channels"


async def test_a_channel_is_created_read_changed_and_deleted(admin: httpx.AsyncClient) -> None:
    name = new_id("ch")
    made = (
        await admin.post(CHANNELS, json=channel(name, "http://127.0.0.1:9", "m1", api_key="sk-0123456789ab"))
    ).json()
    assert [key["last4"] for key in made["keys"]] == ["89ab"]
    assert "api_key" not in made
    assert made["models"] == [{"name": "m1", "upstream_model": "simulated-instant"}]
    address = f"{CHANNELS}/{made['id']}"
    assert (await admin.get(address)).json() == made
    change = {"name": f"{name} renamed", "models": [{"name": "m2"}, {"name": "m1"}], "api_key": None, "enabled": False}
    changed = (await admin.patch(address, json=change)).json()
    assert (changed["name"], changed["keys"], changed["enabled"]) == (f"{name} renamed", [], False)
    assert [model["name"] for model in changed["models"]] == ["m2", "m1"]
    assert (await admin.delete(address)).status_code == 204
    assert (await admin.get(address)).json()["error"]["code"] == "channel_not_found"


async def test_every_change_of_a_channel_is_in_the_audit_log_without_its_key(admin: httpx.AsyncClient) -> None:
    name = new_id("ch")
    body = channel(name, "http://127.0.0.1:9", "m1", api_key="sk-0123456789ab")
    made = (await admin.post(CHANNELS, json=body)).json()
    await admin.patch(f"{CHANNELS}/{made['id']}", json={"enabled": False, "api_key": "sk-ba9876543210"})
    await admin.delete(f"{CHANNELS}/{made['id']}")
    answer = await admin.get("/api/v1/audit", params={"target": f"channel:{made['id']}"})
    deleted, changed, created = answer.json()["items"]
    assert [entry["action"] for entry in (created, changed, deleted)] == [
        "channel.created",
        "channel.changed",
        "channel.deleted",
    ]
    assert (created["after"]["name"], created["after"]["models"]) == (name, ["m1 = simulated-instant"])
    assert (changed["before"], changed["after"]) == (
        {"enabled": True, "api_key": "set"},
        {"enabled": False, "api_key": "set anew"},
    )
    assert "6789ab" not in answer.text
    assert "543210" not in answer.text


async def test_channel_names_are_unique(admin: httpx.AsyncClient) -> None:
    body = channel(new_id("ch"), "http://127.0.0.1:9")
    assert (await admin.post(CHANNELS, json=body)).status_code == 201
    again = await admin.post(CHANNELS, json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "channel_exists")


async def test_channels_come_page_by_page(admin: httpx.AsyncClient) -> None:
    for _ in range(3):
        await admin.post(CHANNELS, json=channel(new_id("ch"), "http://127.0.0.1:9"))
    first = (await admin.get(CHANNELS, params={"limit": 2})).json()
    second = (await admin.get(CHANNELS, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert len(set(ids)) == 4 or len(set(ids)) == 3
    positions = [item["position"] for item in first["items"] + second["items"]]
    assert positions == sorted(positions)


async def test_a_key_is_stored_sealed_to_its_channel(admin: httpx.AsyncClient, db: Database) -> None:
    body = channel(new_id("ch"), "http://127.0.0.1:9", api_key="sk-very-secret-key")
    made = (await admin.post(CHANNELS, json=body)).json()
    async with db.read() as session:
        stored = (await session.scalars(select(ChannelKey).where(ChannelKey.channel_id == made["id"]))).one()
    assert stored.api_key_sealed.startswith("v1:")
    assert "secret" not in stored.api_key_sealed


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/v1", "https://127.0.0.1/v1", "https://localhost/v1", "https://10.1.2.3", "https://[::1]/",
        "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/v1", "https://2130706433.0x/\x00", "ftp://a/b",
        "https://user:pw@example.org/v1", "https://example.org/v1?x=y", "nonsense", "https://", "https://0.0.0.0/v1",
        "https://example.org/v1 HTTP/1.1\r\nx: y",
    ],
)  # fmt: skip
async def test_an_address_that_leads_inside_is_refused(admin: httpx.AsyncClient, address: str) -> None:
    body = {"name": new_id("ch"), "kind": "custom", "base_url": address}
    answer = await admin.post(CHANNELS, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {"address_not_allowed", "invalid_request"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "unknown"}, {"name": ""}, {"name": "x" * 101}, {"name": "x" * 200_000},
        {"models": [{"name": "a"}, {"name": "a"}]}, {"models": [{"name": ""}]}, {"api_key": "two words"},
        {"api_key": "a\r\nx: y"}, {"unknown": 1}, {"name": "nul\x00"},
    ],
)  # fmt: skip
async def test_a_channel_that_makes_no_sense_is_a_400(admin: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    answer = await admin.post(CHANNELS, json={**channel(new_id("ch"), "http://127.0.0.1:9"), **wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_only_an_admin_manages_channels(member: httpx.AsyncClient) -> None:
    for call in (
        member.get(CHANNELS),
        member.post(CHANNELS, json=channel("x", "http://127.0.0.1:9")),
        member.post(f"{CHANNELS}/test", json=channel("x", "http://127.0.0.1:9")),
        member.delete(f"{CHANNELS}/ch_1"),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "admin_only")


async def test_everyone_sees_presets_and_models(member: httpx.AsyncClient, model: str) -> None:
    presets = (await member.get("/api/v1/gateway/presets")).json()
    assert {"openai", "ollama", "custom", "simulator"} <= {preset["kind"] for preset in presets}
    models = (await member.get("/api/v1/gateway/models")).json()
    assert (model, False) in [(each["name"], each["simulated"]) for each in models]


async def test_a_change_of_channels_is_served_at_once(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    for _ in range(5):
        name = new_id("m")
        made = (await admin.post(CHANNELS, json=channel(name, simulator.url, name))).json()
        answer = await raw.post("/v1/chat/completions", json={"model": name, "messages": said("[[say=here]]")})
        assert answer.status_code == 200
        await admin.delete(f"{CHANNELS}/{made['id']}")


async def test_testing_a_channel_shows_the_providers_first_words(
    admin: httpx.AsyncClient, simulator: Simulator
) -> None:
    body = channel(new_id("ch"), simulator.url, "m")
    for address in (f"{CHANNELS}/test", f"{CHANNELS}/{(await admin.post(CHANNELS, json=body)).json()['id']}/test"):
        result = (await admin.post(address, json=body)).json()
        assert (result["ok"], result["model"], result["code"]) == (True, "m", None)
        assert result["answer"].startswith("**Simulated answer.**")
        assert result["latency_ms"] >= 0


async def test_fetching_models_lists_what_the_provider_serves(admin: httpx.AsyncClient, simulator: Simulator) -> None:
    answer = await admin.post(f"{CHANNELS}/fetch-models", json=channel("x", simulator.url))
    assert answer.json() == {"models": ["simulated-chat", "simulated-reasoner", "simulated-instant"]}


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("simulated-instant:error=401", "key_refused"),
        ("simulated-instant:error=403", "key_refused"),
        ("simulated-instant:error=429", "rate_limited"),
        ("simulated-instant:error=500", "provider_failed"),
        ("simulated-instant:html", "not_json"),
        ("simulated-instant:errorbody", "error_body"),
        ("simulated-instant:drop=1", "dropped"),
        ("simulated-instant:error=400", "rejected_by_provider"),
        ("no-such-model", "not_found"),
    ],
)
async def test_a_channel_that_does_not_work_is_explained(
    admin: httpx.AsyncClient, simulator: Simulator, model: str, code: str
) -> None:
    body = {**channel("x", simulator.url), "models": [{"name": model}]}
    result = (await admin.post(f"{CHANNELS}/test", json=body)).json()
    assert (result["ok"], result["code"]) == (False, code)
    assert result["message"].endswith((".", "/v1."))


@pytest.mark.parametrize(
    ("base_url", "code"),
    [
        ("http://127.0.0.1:1/v1", "refused"),
        ("https://no-such-host.invalid/v1", "dns"),
    ],
)
async def test_an_address_where_nothing_is_is_explained(admin: httpx.AsyncClient, base_url: str, code: str) -> None:
    body = {"name": "x", "kind": "custom", "base_url": base_url, "private": True, "models": [{"name": "m"}]}
    assert (await admin.post(f"{CHANNELS}/test", json=body)).json()["code"] == code


async def test_a_server_without_tls_is_explained(admin: httpx.AsyncClient) -> None:
    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with socket_server(speak_plainly) as url:
        secure = url.replace("http://", "https://")
        body = {"name": "x", "kind": "custom", "base_url": secure, "private": True, "models": [{"name": "m"}]}
        assert (await admin.post(f"{CHANNELS}/test", json=body)).json()["code"] == "tls"


async def test_a_host_in_any_script_is_taken_and_the_models_stay_listed(admin: httpx.AsyncClient) -> None:
    body = {"name": new_id("ch"), "kind": "custom", "base_url": "https://m\u00fcnchen.example/v1"}
    made = await admin.post(CHANNELS, json={**body, "models": [{"name": new_id("m")}]})
    assert made.status_code == 201, made.text
    assert (await admin.get("/api/v1/gateway/models")).status_code == 200
    await admin.delete(f"{CHANNELS}/{made.json()['id']}")


async def test_of_many_channels_renamed_alike_one_gets_the_name(admin: httpx.AsyncClient) -> None:
    made = [(await admin.post(CHANNELS, json=channel(new_id("ch"), "http://127.0.0.1:9"))).json() for _ in range(8)]
    wanted = {"name": new_id("ch"), "models": []}
    changed = await asyncio.gather(*(admin.patch(f"{CHANNELS}/{each['id']}", json=wanted) for each in made))
    assert sorted(answer.status_code for answer in changed) == [200, *[409] * 7]
    assert {a.json()["error"]["code"] for a in changed if a.status_code == 409} == {"channel_exists"}


async def test_testing_the_simulator_shows_a_plain_sentence(admin: httpx.AsyncClient) -> None:
    body = {"name": "x", "kind": "simulator", "models": [{"name": "simulated-chat"}]}
    result = (await admin.post(f"{CHANNELS}/test", json=body)).json()
    assert (result["ok"], result["answer"]) == (True, "Hello! This answer is simulated: no model was asked.")
