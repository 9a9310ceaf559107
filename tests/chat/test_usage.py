"""What answers use: shown with each answer and for the session, as it was billed, and stopped where it is too much."""

from typing import Any

import httpx
import pytest

from tests.chat.talk import INSTANT, SESSIONS, begin, billed, ended, say
from tests.engines.stage import call
from tests.engines.stage import say as says
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
MODEL = f"/api/v1/gateway/models/{INSTANT}"


async def worker(http: httpx.AsyncClient, **values: Any) -> str:
    """A session whose agent works alone."""
    workspace = (await http.post("/api/v1/workspaces", json={"name": "Bakery"})).json()
    body = {"model": INSTANT, "mode": "full", "workspace_id": workspace["id"], **values}
    created = await http.post(SESSIONS, json=body)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


async def usage_of(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    answer = await http.get(f"{SESSIONS}/{session_id}/usage")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def calls_of(http: httpx.AsyncClient, session_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await http.get("/api/v1/gateway/calls", params={"session_id": session_id})).json()[
        "items"
    ]
    return found


@pytest.fixture
async def priced(admin: httpx.AsyncClient) -> None:
    """The simulator's model costs something from now on."""
    rates = {"input": 3_000_000_000, "output": 15_000_000_000}
    answer = await admin.post("/api/v1/gateway/prices", json={"model": INSTANT, "rates": rates})
    assert answer.status_code < 300, answer.text


async def test_an_answer_tells_what_its_calls_used_as_the_log_of_calls_does(member: httpx.AsyncClient) -> None:
    session = await worker(member)
    await say(member, session, " ".join([call("list"), call("list", path="."), says("Done.")]))
    usage = (await billed(member, session))["usage"]
    calls = await calls_of(member, session)
    assert usage["calls"] == len(calls) == 3
    for name in ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"):
        assert usage[name] == sum(one[name] or 0 for one in calls), name
    newest = max(calls, key=lambda one: one["id"])
    assert usage["context_tokens"] == newest["input_tokens"] + newest["output_tokens"]
    assert usage["seconds"] > 0
    assert usage["tokens_per_second"] > 0


async def test_a_session_adds_up_its_answers_and_says_how_full_the_context_is(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    assert (await admin.put(MODEL, json={"context_tokens": 10_000})).status_code < 300
    session = await begin(member)
    assert (await usage_of(member, session))["calls"] == 0
    usages = []
    for text in ("One.", "Two."):
        await say(member, session, text)
        usages.append((await billed(member, session))["usage"])
    whole = await usage_of(member, session)
    for name in ("calls", "input_tokens", "output_tokens", "cached_tokens"):
        assert whole[name] == sum(one[name] for one in usages), name
    assert whole["context"] == {"model": INSTANT, "tokens": usages[-1]["context_tokens"], "length": 10_000}


async def test_a_cost_that_nobody_knows_is_not_nothing(member: httpx.AsyncClient) -> None:
    session = await begin(member, "simulated-reasoner")
    await say(member, session, "[[instant]] Hello.")
    usage = (await billed(member, session))["usage"]
    calls = await calls_of(member, session)
    expected = [one["cost_nano"] for one in calls]
    assert (usage["cost_nano"], usage["unpriced_calls"]) == (expected[0], int(expected[0] is None))


async def test_figures_arrive_in_every_tab_a_moment_after_the_answer(member: httpx.AsyncClient) -> None:
    session = await begin(member)
    async with listening(member) as listener:
        await listener.subscribe(f"chat.session.{session}")
        await say(member, session, "Hello.")
        frame = await listener.until("message.changed")
    assert frame["body"]["message"]["usage"]["calls"] == 1


async def test_a_turn_that_goes_in_circles_ends_in_words(member: httpx.AsyncClient) -> None:
    session = await worker(member)
    await say(member, session, " ".join([call("list")] * 8))
    answer = await billed(member, session)
    assert (answer["status"], answer["error"]["code"]) == ("stopped", "turn_call_repeated")
    assert [part["tool"]["status"] for part in answer["parts"] if part["type"] == "tool"] == ["done"] * 5 + ["failed"]
    await say(member, session, says("Went on."))
    assert (await ended(member, session))["status"] == "complete"


async def test_a_turn_ends_in_words_after_as_many_calls_as_it_may_take_and_can_be_gone_on_with(
    member: httpx.AsyncClient,
) -> None:
    session = await worker(member, most_calls=2)
    assert (await usage_of(member, session))["limits"]["calls"] == 2
    await say(member, session, " ".join([call("list"), call("list", path="."), call("list"), says("Done.")]))
    answer = await billed(member, session)
    assert (answer["status"], answer["error"]["code"]) == ("stopped", "turn_call_limit")
    assert "2 model calls" in answer["error"]["message"]
    assert [part["tool"]["status"] for part in answer["parts"] if part["type"] == "tool"] == ["done", "done"]
    assert answer["usage"]["calls"] == 2
    await say(member, session, says("Went on."))
    assert (await ended(member, session))["status"] == "complete"


async def test_a_session_may_take_less_than_the_hall_allows_and_never_more(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    session = await worker(member, most_calls=900)
    assert (await usage_of(member, session))["limits"] == {"calls": 50, "cost_nano": None}
    changed = await member.patch(f"{SESSIONS}/{session}", json={"most_calls": 3, "most_cost_nano": 5})
    assert (changed.json()["most_calls"], changed.json()["most_cost_nano"]) == (3, 5)
    assert (await usage_of(member, session))["limits"] == {"calls": 3, "cost_nano": 5}
    changed = await member.patch(f"{SESSIONS}/{session}", json={"most_calls": None, "most_cost_nano": None})
    assert (await usage_of(member, session))["limits"] == {"calls": 50, "cost_nano": None}
    wrong = await member.patch(f"{SESSIONS}/{session}", json={"most_calls": 0})
    assert wrong.status_code == 400
    held = (await admin.get("/api/v1/configuration/turns")).json()
    body = {"value": {"calls_per_turn": 7, "cost_per_turn": "0.000000009"}, "revision": held["revision"]}
    assert (await admin.put("/api/v1/configuration/turns", json=body)).status_code == 200
    try:
        assert (await usage_of(member, session))["limits"] == {"calls": 7, "cost_nano": 9}
    finally:
        revision = (await admin.get("/api/v1/configuration/turns")).json()["revision"]
        await admin.put("/api/v1/configuration/turns", json={"value": held["value"], "revision": revision})


@pytest.mark.usefixtures("priced")
async def test_a_turn_ends_in_words_at_the_amount_that_it_may_cost(member: httpx.AsyncClient) -> None:
    session = await worker(member, most_cost_nano=1)
    await say(member, session, " ".join([call("list"), says("Done.")]))
    answer = await billed(member, session)
    calls = await calls_of(member, session)
    assert (answer["status"], answer["error"]["code"]) == ("stopped", "turn_cost_limit")
    assert len(calls) == 1
    assert answer["usage"]["cost_nano"] == calls[0]["cost_nano"] > 0
    assert (await usage_of(member, session))["cost_nano"] == calls[0]["cost_nano"]


async def test_what_a_session_uses_is_nobody_elses(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    session = await begin(member)
    refused = await other.get(f"{SESSIONS}/{session}/usage")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "session_not_found")
