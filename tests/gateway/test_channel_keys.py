"""Several keys of a channel, what happens to one that is refused, shares, priorities, headers and parameters."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring, new_key, parse_keys
from guildhall.gateway.tables import ChannelKey
from tests.gateway.providers import channel, eventually, read_request, read_whole_request, socket_server
from tests.gateway.test_sdk import said

CHANNELS = "/api/v1/gateway/channels"
CHAT = "/v1/chat/completions"


class Provider:
    """A provider that keeps what it was sent and answers as it is told, by the key it was asked with."""

    def __init__(self) -> None:
        self.url = ""
        self.heads: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.refused: set[str] = set()
        self.status = 401
        self.refusals = 1_000_000  # then it has calmed down

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, body = await read_whole_request(reader)
            self.heads.append(head.decode())
            self.bodies.append(json.loads(body))
            key = head.decode().partition("authorization: Bearer ")[2].partition("\r\n")[0]
            is_refused = key in self.refused and self.refusals > 0
            self.refusals -= is_refused
            choice = {"index": 0, "message": {"role": "assistant", "content": key}, "finish_reason": "stop"}
            said = {"error": {"message": "no entry"}} if is_refused else {"id": "x", "choices": [choice]}
            text = json.dumps(said)
            status = f"{self.status} Refused" if is_refused else "200 OK"
            lines = (f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(text)}", "", text)
            writer.write("\r\n".join(lines).encode())
            await writer.drain()


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with socket_server(made.answer) as made.url:
        yield made


async def made(admin: httpx.AsyncClient, provider: Provider, model: str, **more: Any) -> str:
    """A channel to the provider; gives its address in the API."""
    answer = await admin.post(CHANNELS, json=channel(new_id("ch"), provider.url, model, **more))
    assert answer.status_code == 201, answer.text
    return f"{CHANNELS}/{answer.json()['id']}"


async def asked(raw: httpx.AsyncClient, model: str) -> str:
    """Which key answered."""
    answer = await raw.post(CHAT, json={"model": model, "messages": said("hello")})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.slow
async def test_calls_are_shared_out_among_the_keys_of_a_channel(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider
) -> None:
    model = new_id("m")
    address = await made(admin, provider, model, api_key="sk-first-000000001")
    added = await admin.post(f"{address}/keys", json={"api_key": "sk-second-00000002"})
    assert added.status_code == 201
    assert [key["last4"] for key in added.json()["keys"]] == ["0001", "0002"]
    assert "sk-" not in added.text
    await asyncio.sleep(1)  # in force by now
    used = Counter([await asked(raw, model) for _ in range(60)])
    assert set(used) == {"sk-first-000000001", "sk-second-00000002"}
    assert min(used.values()) >= 10
    first = added.json()["keys"][0]["id"]
    assert (await admin.delete(f"{address}/keys/{first}")).status_code == 200
    await asyncio.sleep(1)  # in force by now
    assert {await asked(raw, model) for _ in range(10)} == {"sk-second-00000002"}
    gone = await admin.delete(f"{address}/keys/{first}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "channel_key_not_found")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_always_refused_is_switched_off_and_the_admins_are_told(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider, status: int
) -> None:
    model = new_id("m")
    address = await made(admin, provider, model, api_key="sk-refused-0000bad")
    await admin.post(f"{address}/keys", json={"api_key": "sk-taken-000000good"})
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    provider.refused, provider.status = {"sk-refused-0000bad"}, status
    assert {await asked(raw, model) for _ in range(20)} == {"sk-taken-000000good"}  # no caller has noticed

    async def is_off() -> bool:
        bad, good = (await admin.get(address)).json()["keys"]
        assert good["off_at"] is None
        return bad["off_at"] is not None and "no entry" in bad["off_reason"]

    await eventually(is_off)
    told = (await admin.get("/api/v1/notifications")).json()["items"]
    assert any(each["kind"] == "channel.switched_off" and "0bad" in each["title"] for each in told)
    before = len(provider.heads)
    assert {await asked(raw, model) for _ in range(20)} == {"sk-taken-000000good"}
    assert len(provider.heads) == before + 20  # it is not even tried
    bad = (await admin.get(address)).json()["keys"][0]["id"]
    on = await admin.post(f"{address}/keys/{bad}/on")
    assert on.json()["keys"][0]["off_at"] is None


async def test_a_single_refusal_switches_nothing_off(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider
) -> None:
    model = new_id("m")
    address = await made(admin, provider, model, api_key="sk-moody-000000001")
    provider.refused, provider.refusals = {"sk-moody-000000001"}, 1
    answer = await raw.post(CHAT, json={"model": model, "messages": said("hello")})
    assert answer.status_code == 502

    async def is_tried_again() -> bool:
        return len(provider.heads) == 2

    await eventually(is_tried_again)
    await asyncio.sleep(0.2)
    assert (await admin.get(address)).json()["keys"][0]["off_at"] is None


async def test_a_lower_priority_is_for_when_no_higher_one_answers(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider
) -> None:
    model = new_id("m")
    first = await made(admin, provider, model, api_key="sk-first-000000001", priority=5)
    await made(admin, provider, model, api_key="sk-second-00000002")
    assert {await asked(raw, model) for _ in range(20)} == {"sk-first-000000001"}
    provider.refused = {"sk-first-000000001"}
    assert await asked(raw, model) == "sk-second-00000002"
    await admin.patch(first, json={"enabled": False})
    assert await asked(raw, model) == "sk-second-00000002"


async def test_headers_and_parameters_of_a_channel_go_with_every_request(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider
) -> None:
    model = new_id("m")
    more = {"headers": {"X-Team": "blue-123"}, "parameters": {"temperature": 0.5, "user": None}}
    address = await made(admin, provider, model, **more)
    body = {"model": model, "messages": said("hello"), "user": "u1", "temperature": 2, "seed": 7}
    assert (await raw.post(CHAT, json=body)).status_code == 200
    assert "\r\nx-team: blue-123" in provider.heads[-1]
    sent = provider.bodies[-1]
    assert (sent["temperature"], sent["seed"], "user" in sent) == (0.5, 7, False)
    shown = await admin.get(address)
    assert shown.json()["headers"] == ["x-team"]
    assert "blue-123" not in shown.text
    changed = await admin.patch(address, json={"headers": {"x-team": None, "x-more": "2"}, "parameters": {}})
    assert changed.json()["headers"] == ["x-more", "x-team"]
    await admin.get("/api/v1/gateway/models")
    await raw.post(CHAT, json=body)
    assert "\r\nx-team: blue-123" in provider.heads[-1]
    assert "\r\nx-more: 2" in provider.heads[-1]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"headers": {"host": "x"}}, "headers"), ({"headers": {"x y": "1"}}, "headers"), ({"weight": 0}, "weight"),
        ({"headers": {"x": "a\r\nb: c"}}, "headers"), ({"parameters": {"model": "x"}}, "parameters"),
        ({"parameters": {"x": "y" * 20_000}}, "parameters"), ({"priority": 1000}, "priority"),
        ({"idle_seconds": 0}, "idle_seconds"), ({"calls_per_minute": -1}, "calls_per_minute"),
    ],
)  # fmt: skip
async def test_settings_that_make_no_sense_are_refused_by_name(
    admin: httpx.AsyncClient, provider: Provider, wrong: dict[str, Any], place: str
) -> None:
    answer = await admin.post(CHANNELS, json=channel(new_id("ch"), provider.url, "m", **wrong))
    assert answer.status_code == 400
    assert place in answer.text


async def test_a_copy_has_keys_and_headers_of_its_own_and_is_off(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, provider: Provider
) -> None:
    model = new_id("m")
    more = {"api_key": "sk-first-000000001", "headers": {"x-team": "blue"}, "weight": 7}
    address = await made(admin, provider, model, **more)
    name = (await admin.get(address)).json()["name"]
    copy = (await admin.post(f"{address}/clone")).json()
    assert (copy["name"], copy["enabled"], copy["weight"]) == (f"{name} (2)", False, 7)
    assert (await admin.post(f"{address}/clone")).json()["name"] == f"{name} (3)"
    await admin.delete(address)
    await admin.patch(f"{CHANNELS}/{copy['id']}", json={"enabled": True})
    assert await asked(raw, model) == "sk-first-000000001"
    assert "\r\nx-team: blue" in provider.heads[-1]


async def test_a_channel_whose_key_does_not_open_says_so_wherever_the_key_is_needed(
    admin: httpx.AsyncClient, provider: Provider, db: Database
) -> None:
    address = await made(admin, provider, new_id("m"), api_key="sk-first-000000001")
    sealed = Keyring(parse_keys(new_key())).encrypt("sk-first-000000001", aad=address.rpartition("/")[2])
    async with db.write() as session:
        owner = ChannelKey.channel_id == address.rpartition("/")[2]
        await session.execute(update(ChannelKey).where(owner).values(api_key_sealed=sealed))
    for what in ("clone", "fetch-models"):
        answer = await admin.post(f"{address}/{what}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "secret_undecryptable")
    tested = (await admin.post(f"{address}/test")).json()
    assert (tested["ok"], tested["code"]) == (False, "secret_undecryptable")
    assert (await admin.delete(address)).status_code == 204  # the server is not ready while such a secret is there


async def test_channels_are_put_in_order(admin: httpx.AsyncClient, provider: Provider) -> None:
    ids = [(await made(admin, provider, "m")).rpartition("/")[2] for _ in range(3)]
    assert (await admin.put(f"{CHANNELS}/order", json={"channel_ids": [ids[2], ids[0]]})).status_code == 204
    listed = [each["id"] for each in (await admin.get(CHANNELS, params={"limit": 100})).json()["items"]]
    assert listed[:2] == [ids[2], ids[0]]
    assert listed.index(ids[1]) > 1
    wrong = await admin.put(f"{CHANNELS}/order", json={"channel_ids": ["ch_nothing"]})
    assert wrong.status_code == 404


@pytest.mark.slow
async def test_a_channel_may_be_less_patient_than_others(admin: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.Event().wait()

    model = new_id("m")
    async with socket_server(silent) as url:
        body = channel(new_id("ch"), url, model, first_byte_seconds=1)
        assert (await admin.post(CHANNELS, json=body)).status_code == 201
        answer = await raw.post(CHAT, json={"model": model, "messages": said("hello")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "upstream_timeout")
