"""Limits of callers: what a key may call, how often, how much at once, and for how much money, exactly."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.accounts.visitors import failure, register, visitor
from tests.gateway.providers import Simulator, channel, eventually
from tests.gateway.test_sdk import said
from tests.services.product import PLAIN, Running

pytestmark = pytest.mark.slow

KEYS = "/api/v1/keys"
CHAT = "/v1/chat/completions"
LIMITS = "/api/v1/configuration/call_limits"


async def priced_model(admin: httpx.AsyncClient, simulator: Simulator, *, has_price: bool = True) -> str:
    """A model whose calls cost something: a unit of the currency for a million tokens, that is 1000 nano a token."""
    model = new_id("m")
    made = await admin.post("/api/v1/gateway/channels", json=channel(model, simulator.url, model))
    assert made.status_code == 201, made.text
    if has_price:
        rates = {"input": 10**9, "output": 10**9}
        assert (
            await admin.post(
                "/api/v1/gateway/prices", json={"model": model, "since": "2026-01-01T00:00:00Z", "rates": rates}
            )
        ).status_code == 201
    return model


async def program(server: Running, owner: httpx.AsyncClient, **limits: Any) -> httpx.AsyncClient:
    """A program with a key of its own."""
    made = await owner.post(KEYS, json={"name": "limited", **limits})
    assert made.status_code == 201, made.text
    headers = {"authorization": f"Bearer {made.json()['key']}", "x-key-id": made.json()["id"]}
    return httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30, trust_env=False, verify=PLAIN)


async def ask(http: httpx.AsyncClient, model: str, text: str = "[[say=one two]]", **more: Any) -> httpx.Response:
    return await http.post(CHAT, json={"model": model, "messages": said(text), **more})


async def usually(admin: httpx.AsyncClient, **limits: Any) -> None:
    """Put limits in force for whoever has none of their own."""
    revision = (await admin.get(LIMITS)).json()["revision"]
    put = await admin.put(LIMITS, json={"revision": revision, "value": limits})
    assert put.status_code == 200, put.text


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_of_many_calls_at_once_as_many_go_through_as_a_minute_allows(
    server: Running, member: httpx.AsyncClient, model: str
) -> None:
    async with await program(server, member, calls_per_minute=20) as http:
        answers = await asyncio.gather(*(ask(http, model) for _ in range(60)))
        passed = [answer for answer in answers if answer.status_code == 200]
        assert len(passed) == 20
        assert {answer.headers["x-ratelimit-limit-requests"] for answer in answers} == {"20"}
        assert sorted(int(answer.headers["x-ratelimit-remaining-requests"]) for answer in passed) == list(range(20))
        stopped = next(answer for answer in answers if answer.status_code == 429)
        assert stopped.json()["error"]["code"] == "rate_limit_exceeded"
        assert stopped.json()["error"]["type"] == "requests"
        assert 1 <= int(stopped.headers["retry-after"]) <= 3
        assert stopped.headers["x-ratelimit-remaining-requests"] == "0"


async def test_anthropics_clients_are_told_in_their_own_headers(
    server: Running, member: httpx.AsyncClient, model: str
) -> None:
    async with await program(server, member, calls_per_minute=5, tokens_per_minute=100_000) as http:
        body = {"model": model, "max_tokens": 20, "messages": said("hello")}
        answer = await http.post("/v1/messages", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["anthropic-ratelimit-requests-limit"] == "5"
    assert answer.headers["anthropic-ratelimit-requests-remaining"] == "4"
    assert answer.headers["anthropic-ratelimit-tokens-limit"] == "100000"
    assert answer.headers["anthropic-ratelimit-tokens-reset"].endswith("Z")


async def test_tokens_a_minute_are_settled_with_what_was_used(
    server: Running, member: httpx.AsyncClient, model: str
) -> None:
    async with await program(server, member, tokens_per_minute=1000) as http:
        for _ in range(5):  # each may write 900 tokens, and writes few
            answer = await ask(http, model, max_tokens=900)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.05)
        answers = await asyncio.gather(*(ask(http, model, "[[slow=300]] hello", max_tokens=900) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 429, 429, 429]
    assert {a.json()["error"]["type"] for a in answers if a.status_code == 429} == {"tokens"}


async def test_no_more_calls_at_once_than_a_key_may_have(
    server: Running, member: httpx.AsyncClient, model: str
) -> None:
    async with await program(server, member, parallel_calls=3) as http:
        for _ in range(2):
            answers = await asyncio.gather(*(ask(http, model, "[[slow=300]] hello") for _ in range(10)))
            assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 7
            assert {refused(a) for a in answers if a.status_code == 429} == {(429, "concurrency_limit_exceeded")}
            await asyncio.sleep(0.1)


async def test_two_hundred_at_once_never_overdraw_a_quota_and_rows_money_and_counts_agree(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator)
    async with await program(server, member) as http:
        usage = (await ask(http, model)).json()["usage"]
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]
    async with await program(server, member, quota_nano=100 * tokens * 1000, quota_period="day") as http:
        succeeded = 0
        for _ in range(40):
            answers = await asyncio.gather(*(ask(http, model) for _ in range(200)))
            passed = sum(answer.status_code == 200 for answer in answers)
            succeeded += passed
            assert {refused(a) for a in answers if a.status_code != 200} <= {(429, "insufficient_quota")}
            if not passed:
                break
            await asyncio.sleep(0.05)
        stopped = await ask(http, model)
        assert succeeded == 100
        assert refused(stopped) == (429, "insufficient_quota")
        assert stopped.json()["error"]["type"] == "insufficient_quota"
        assert stopped.headers["x-should-retry"] == "false"
        assert int(stopped.headers["retry-after"]) > 0
        key_id = http.headers["x-key-id"]

    async def standing() -> bool:
        quotas = (await member.get("/api/v1/gateway/quotas")).json()
        found = next(each for each in quotas if each["id"] == key_id)
        return bool(found["used_nano"] == 100 * tokens * 1000 and found["used_tokens"] == 100 * tokens)

    await eventually(standing)


async def test_a_quota_of_tokens_ends_too_and_holds_for_all_keys_of_a_person(
    server: Running, admin: httpx.AsyncClient, model: str
) -> None:
    async with visitor(server) as person:
        user_id = (await register(person))["user"]["id"]
        limits = f"/api/v1/users/{user_id}/limits"
        assert (await admin.get(limits)).json() is None
        assert (await admin.put(limits, json={"quota_tokens": 1, "quota_period": "week"})).status_code == 200
        async with await program(server, person) as one, await program(server, person) as other:
            assert (await ask(one, model)).status_code == 200
            await asyncio.sleep(0.05)
            assert refused(await ask(other, model)) == (429, "insufficient_quota")
            signed_in = await person.post(CHAT, json={"model": model, "messages": said("hello")})
            assert refused(signed_in) == (429, "insufficient_quota")
            assert (await admin.delete(limits)).status_code == 204
            await eventually(lambda: _passes(other, model))


async def _passes(http: httpx.AsyncClient, model: str) -> bool:
    return (await ask(http, model)).status_code == 200


async def test_a_quota_in_money_needs_a_price(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await priced_model(admin, simulator, has_price=False)
    async with await program(server, member, quota_nano=10**12) as http:
        assert refused(await ask(http, model)) == (403, "price_unknown")


async def test_a_key_calls_only_the_models_and_endpoints_that_it_may(
    server: Running, member: httpx.AsyncClient, model: str
) -> None:
    async with await program(server, member, models=[model], endpoints=[CHAT]) as http:
        assert (await ask(http, model)).status_code == 200
        assert refused(await ask(http, "another-model")) == (403, "model_not_allowed")
        embedding = await http.post("/v1/embeddings", json={"model": model, "input": "x"})
        assert refused(embedding) == (403, "endpoint_not_allowed")
        listed = (await http.get("/v1/models")).json()["data"]
        assert [each["id"] for each in listed] == [model]
        assert (await http.get("/v1/models/another-model")).status_code == 404
        key_id = http.headers["x-key-id"]
        changed = await member.patch(f"{KEYS}/{key_id}", json={"models": [], "endpoints": []})
        assert (changed.json()["models"], changed.json()["endpoints"]) == ([], [])

        async def is_free() -> bool:
            return refused(await ask(http, "another-model")) == (404, "model_not_found")

        await eventually(is_free)


async def test_what_is_usual_for_members_and_addresses_holds_from_the_moment_it_is_set(
    server: Running, admin: httpx.AsyncClient, model: str
) -> None:
    async with visitor(server) as person:
        await register(person)
        async with await program(server, person) as http:
            try:
                await usually(admin, member_calls_per_minute=3)
                answers = [await ask(http, model) for _ in range(5)]
                assert [answer.status_code for answer in answers].count(200) == 3
                assert (await ask(admin, model)).status_code == 200, "admins are not limited"
                await usually(admin, address_calls_per_minute=1)
                answers = [await ask(http, model) for _ in range(3)]
                assert "This address" in answers[-1].json()["error"]["message"]
            finally:
                await usually(admin)
            assert (await ask(http, model)).status_code == 200


async def test_whoever_sets_a_quota_can_read_what_it_is_in(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    money = (await admin.get("/api/v1/configuration/money")).json()["value"]
    assert (await member.get("/api/v1/gateway/currency")).json() == {"currency": money["currency"]}


async def test_limits_are_changed_by_owners_and_admins_and_not_by_others(
    server: Running, admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    async with visitor(server) as person:
        me = (await register(person))["user"]["id"]
        key = (await person.post(KEYS, json={"name": "mine", "calls_per_minute": 5})).json()
        address = f"/api/v1/users/{me}/keys/{key['id']}"
        assert failure(await member.patch(address, json={"calls_per_minute": None}))[0] == 403
        assert failure(await person.put(f"/api/v1/users/{me}/limits", json={}))[0] == 403
        quotas = f"/api/v1/gateway/quotas?user_id={me}"
        assert failure(await member.get(quotas)) == (403, "admin_only")
        assert (await admin.get(quotas)).json() == (await person.get(quotas)).json() == []
        changed = await admin.patch(address, json={"calls_per_minute": None, "quota_tokens": 9})
        assert (changed.json()["calls_per_minute"], changed.json()["quota_tokens"]) == (None, 9)
        listed = (await admin.get(f"/api/v1/users/{me}/keys")).json()["items"]
        assert [each["id"] for each in listed] == [key["id"]]
        assert (await admin.delete(address)).status_code == 204
        assert (await person.get(KEYS)).json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"calls_per_minute": 0},
        {"tokens_per_minute": -1},
        {"parallel_calls": 2**40},
        {"quota_nano": 1.5},
        {"quota_nano": 2**60},
        {"quota_period": "year"},
        {"models": ["x"] * 201},
        {"models": ["a\u0000b"]},
        {"endpoints": ["/v1/nothing"]},
        {"endpoints": ["../../etc"]},
    ],
)
async def test_odd_limits_are_refused(member: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await member.post(KEYS, json={"name": "odd", **wrong})
    assert answer.status_code in {400, 422}
    failure(answer)
