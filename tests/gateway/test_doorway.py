"""The doorway for programs beside the server: lent keys, on one person's account, on loopback only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import select

from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.settings import Settings
from guildhall.edge.call import Timeouts
from guildhall.edge.tables import Call
from guildhall.gateway.doorway import Lease
from guildhall.gateway.runtime import Gateway
from tests.chat.recording import recording
from tests.gateway.gateways import another_gateway
from tests.gateway.providers import eventually


@pytest_asyncio.fixture
async def gateway(settings: Settings, db: Database) -> AsyncIterator[Gateway]:
    """A gateway of its own."""
    async with another_gateway(settings, db, Timeouts()) as made:
        yield made


async def _ask(
    gateway: Gateway,
    lease: Lease,
    model: str,
    text: str = "[[say=Hello]]",
    path: str = "/chat/completions",
    **headers: str,
) -> httpx.Response:
    body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": text}]}
    async with httpx.AsyncClient(trust_env=False) as http:
        sent = {"authorization": f"Bearer {lease.secret}", **headers}
        return await http.post(await gateway.doorway.open() + path, json=body, headers=sent)


async def _row(db: Database, user_id: str) -> Call:
    found: list[Call] = []

    async def is_there() -> bool:
        async with db.read() as session:
            found.extend(await session.scalars(select(Call).where(Call.user_id == user_id)))
        return bool(found)

    await eventually(is_there)
    return found[0]


async def test_a_call_is_its_persons_and_belongs_to_the_chat_session(
    gateway: Gateway, db: Database, model: str
) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    lease.sessions["ses_1"] = "se_ours"
    answer = await _ask(gateway, lease, model, **{"x-session-id": "ses_1"})
    assert answer.json()["choices"][0]["message"]["content"] == "Hello"
    row = await _row(db, lease.user_id)
    assert (row.session_id, row.model, row.status, row.key_id) == ("se_ours", model, 200, None)


async def test_a_sub_agents_call_belongs_to_the_session_that_began_it(
    gateway: Gateway, db: Database, model: str
) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    lease.sessions["ses_1"] = "se_ours"
    await _ask(gateway, lease, model, **{"x-session-id": "ses_child", "x-parent-session-id": "ses_1"})
    assert (await _row(db, lease.user_id)).session_id == "se_ours"


async def test_what_a_session_wants_said_is_said_instead_of_what_the_program_says(
    gateway: Gateway, admin: httpx.AsyncClient
) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    lease.sessions["ses_1"] = "se_ours"
    lease.parameters["se_ours"] = {"max_tokens": 5, "temperature": 0.1}
    async with recording(admin, lambda _body: "Yes") as (provider, model):

        async def is_asked() -> bool:
            await _ask(gateway, lease, model, **{"x-session-id": "ses_1"})
            return bool(provider.bodies)

        await eventually(is_asked)
        sent = provider.bodies[-1]
        assert (sent["max_tokens"], sent["temperature"], sent["model"]) == (5, 0.1, "simulated-instant")
        await _ask(gateway, lease, model, **{"x-session-id": "ses_2"})
        assert "temperature" not in provider.bodies[-1]


async def test_a_key_that_was_taken_back_is_worthless(gateway: Gateway, model: str) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    gateway.doorway.take_back(lease)
    answer = await _ask(gateway, lease, model)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


async def test_keys_of_another_gateway_and_of_people_are_not_known(gateway: Gateway, model: str) -> None:
    for secret in ("gh-" + "a" * 51, "ghl-nobody"):
        answer = await _ask(gateway, Lease("us_a", secret), model)
        assert answer.status_code == 401


async def test_a_lent_key_opens_no_other_door(gateway: Gateway, http: httpx.AsyncClient, model: str) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    answer = await http.get("/v1/models", headers={"authorization": f"Bearer {lease.secret}"})
    assert answer.status_code == 401


async def test_only_chat_completions_are_answered(gateway: Gateway, model: str) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    answer = await _ask(gateway, lease, model, path="/embeddings")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")


async def test_a_session_that_asks_without_a_pause_is_slowed_down(gateway: Gateway, model: str) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    answers = await asyncio.gather(*(_ask(gateway, lease, model) for _ in range(40)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["error"]["code"] == "agent_too_fast"
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_bad_bodies_and_unknown_models_are_told_in_the_one_shape(gateway: Gateway) -> None:
    lease = gateway.doorway.lend(new_id("us"))
    unknown = await _ask(gateway, lease, "nothing-of-that-name")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")
    async with httpx.AsyncClient(trust_env=False) as http:
        broken = await http.post(
            await gateway.doorway.open() + "/chat/completions",
            content=b"{",
            headers={"authorization": f"Bearer {lease.secret}"},
        )
    assert broken.status_code == 400


async def test_it_listens_on_loopback_alone_and_once(gateway: Gateway) -> None:
    url = await gateway.doorway.open()
    assert url.startswith("http://127.0.0.1:")
    assert await gateway.doorway.open() == url


async def test_a_service_of_a_lease_is_asked_by_its_key_alone(gateway: Gateway) -> None:
    async def echo(body: bytes) -> bytes:
        return body if body != b"{}" else b""

    lease = gateway.doorway.lend("us_a")
    lease.services["/mcp"] = echo
    other = gateway.doorway.lend("us_b")
    address = (await gateway.doorway.open()).removesuffix("/v1") + "/mcp"
    async with httpx.AsyncClient(trust_env=False) as http:

        async def ask(key: str, body: str = '{"a": 1}', method: str = "POST") -> tuple[int, str]:
            answer = await http.request(method, address, content=body, headers={"authorization": f"Bearer {key}"})
            return answer.status_code, answer.text

        assert await ask(lease.secret) == (200, '{"a": 1}')
        assert await ask(lease.secret, "{}") == (202, "")
        assert (await ask(lease.secret, method="GET"))[0] == 405
        assert (await ask(other.secret))[0] == 404
        assert (await ask("ghl-nothing"))[0] == 401
        gateway.doorway.take_back(lease)
        assert (await ask(lease.secret))[0] == 401


async def test_a_service_hears_that_nobody_waits_for_it_any_more(gateway: Gateway) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang(_body: bytes) -> bytes:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return b""

    lease = gateway.doorway.lend("us_a")
    lease.services["/mcp"] = hang
    address = (await gateway.doorway.open()).removesuffix("/v1") + "/mcp"
    async with httpx.AsyncClient(trust_env=False) as http:
        asking = asyncio.create_task(http.post(address, headers={"authorization": f"Bearer {lease.secret}"}))
        async with asyncio.timeout(10):
            await begun.wait()
            asking.cancel()
            await ended.wait()
    gateway.doorway.take_back(lease)
