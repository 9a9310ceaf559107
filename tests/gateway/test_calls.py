"""The log of calls: everybody finds their own, admins all; rare ones are found, and details tell how it went."""

from typing import Any

import httpx
import pytest

from guildhall.core.ids import new_id
from tests.gateway.providers import Simulator, channel, eventually
from tests.gateway.test_sdk import said

pytestmark = pytest.mark.slow  # they wait for what is written in the background

CALLS = "/api/v1/gateway/calls"
CHAT = "/v1/chat/completions"


async def served_by(admin: httpx.AsyncClient, *urls: str) -> str:
    """A new model, served by the first address, and by the next when that fails."""
    name = new_id("m")
    for number, url in enumerate(urls):
        wanted = channel(f"{name} {number}", url, name, priority=len(urls) - number)
        created = await admin.post("/api/v1/gateway/channels", json=wanted)
        assert created.status_code == 201, created.text
    await admin.get("/api/v1/gateway/models")  # which waits until this server knows all that is stored
    return name


async def ask(raw: httpx.AsyncClient, model: str, text: str = "[[say=ok]]", **headers: str) -> httpx.Response:
    """One completion, under headers of the caller's own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await raw.post(CHAT, json={"model": model, "messages": said(text)}, headers=named)


async def listed(http: httpx.AsyncClient, count: int, **wanted: Any) -> list[dict[str, Any]]:
    """What a filter finds, once it finds that many."""
    found: list[dict[str, Any]] = []

    async def are_there() -> bool:
        nonlocal found
        answer = await http.get(CALLS, params=wanted)
        assert answer.status_code == 200, answer.text
        found = answer.json()["items"]
        return len(found) >= count

    await eventually(are_there)
    assert len(found) == count
    return found


async def detail(http: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    """One call in full."""
    answer = await http.get(f"{CALLS}/{call_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_admins_find_a_call_with_names_and_members_find_their_own(
    admin: httpx.AsyncClient,
    member: httpx.AsyncClient,
    other: httpx.AsyncClient,
    raw: httpx.AsyncClient,
    simulator: Simulator,
) -> None:
    model = await served_by(admin, simulator.url)
    answer = await ask(raw, model)
    (call,) = await listed(admin, 1, model=model)
    assert call["id"] == answer.headers["x-request-id"]
    name = (await member.get("/api/v1/me")).json()["name"]
    assert (call["user"]["name"], call["key"]["name"], call["channel"]["name"]) == (name, "tests", f"{model} 0")
    assert (call["outcome"], call["status"], call["attempts"], call["stream"]) == ("ok", 200, 1, False)
    assert call["overhead_us"] > 0
    (own,) = await listed(member, 1, model=model)
    assert (own["channel"], own["overhead_us"], own["input_tokens"]) == (None, None, call["input_tokens"])
    await listed(other, 0, model=model)
    await listed(other, 0, user_id=call["user"]["id"])
    assert (await other.get(f"{CALLS}/{call['id']}")).status_code == 404
    refused = await member.get(CALLS, params={"channel_id": call["channel"]["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "admin_only")


async def test_a_call_that_failed_over_shows_every_attempt_in_order(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, "http://127.0.0.1:1", simulator.url)
    answer = await ask(raw, model)
    await listed(admin, 1, model=model, outcome="ok")
    call = await detail(admin, answer.headers["x-request-id"])
    first, last = call["attempt_log"]
    assert (first["number"], first["outcome"], first["reason"], first["status"]) == (1, "failed", "refused", None)
    assert first["channel"]["name"] == f"{model} 0"
    assert "refused" in first["message"] or "not" in first["message"]
    assert (last["number"], last["outcome"], last["status"]) == (2, "answered", 200)
    assert last["channel"]["name"] == f"{model} 1"
    assert first["at"] <= last["at"]
    assert first["total_us"] + last["total_us"] <= call["total_us"]
    own = await detail(member, call["id"])
    assert [attempt["outcome"] for attempt in own["attempt_log"]] == ["failed", "answered"]
    assert own["attempt_log"][0]["reason"] == "refused"
    hidden = ("channel", "channel_key_id", "upstream_model", "status", "message")
    assert {own["attempt_log"][0][name] for name in hidden} == {None}


async def test_what_a_provider_said_is_for_admins_and_the_last_attempt_can_fail_too(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    answer = await ask(raw, model, "[[error=500]]")
    assert answer.status_code == 502
    (call,) = await listed(admin, 1, model=model, outcome="failed")
    attempts = (await detail(admin, call["id"]))["attempt_log"]
    assert [(each["number"], each["reason"], each["status"]) for each in attempts] == [
        (1, "status", 500),
        (2, "status", 500),
    ], "a channel that is alone is asked once more"
    assert len(attempts[1]["message"]) > len(call["message"])
    assert sum(each["total_us"] for each in attempts) <= call["total_us"]


async def test_a_stream_that_broke_on_the_way_has_a_failed_attempt(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    await raw.post(CHAT, json={"model": model, "messages": said("[[slow=200]] [[drop=3]]"), "stream": True})
    (call,) = await listed(admin, 1, model=model, code="upstream_error")
    (attempt,) = (await detail(admin, call["id"]))["attempt_log"]
    assert (attempt["outcome"], attempt["reason"]) == ("failed", "dropped")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("job-17 of ada", "job-17 of ada"), ("x" * 64, "x" * 64), ("x" * 65, None), ("caf\u00e9", None), ("", None)],
)
@pytest.mark.parametrize("path", [CHAT, "/v1/embeddings"])
async def test_the_callers_own_request_id_is_kept_by_both_transports(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator, sent: str, kept: str | None, path: str
) -> None:
    model = await served_by(admin, simulator.url)
    for _ in range(2):  # the second head is known by its bytes
        body = {"model": model, "messages": said("[[say=ok]]"), "input": "words"}
        await raw.post(path, json=body, headers={"x-request-id": sent.encode()})  # type: ignore[dict-item]
    calls = await listed(admin, 2, model=model)
    assert [call["client_request_id"] for call in calls] == [kept, kept]
    if kept is not None:
        assert {call["id"] for call in await listed(admin, 2, request=kept, model=model)} == {c["id"] for c in calls}
    assert [call["id"] for call in await listed(admin, 1, request=calls[0]["id"])] == [calls[0]["id"]]


async def test_filters_narrow_and_combine(
    admin: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    await ask(raw, model)
    await raw.post(CHAT, json={"model": model, "messages": said("[[say=ok]]"), "stream": True})
    await ask(raw, model, "[[error=429]]")
    await raw.post("/v1/embeddings", json={"model": model, "input": "words"})
    _, _, streamed, first = await listed(admin, 4, model=model)
    for wanted, count in (
        ({"outcome": "ok"}, 3),
        ({"outcome": "refused"}, 1),
        ({"outcome": "failed"}, 0),
        ({"status": 429}, 1),
        ({"status": 200}, 3),
        ({"code": "rate_limit_exceeded"}, 1),
        ({"text": "PROVIDER is limiting"}, 1),
        ({"text": "100%"}, 0),
        ({"stream": "true"}, 1),
        ({"endpoint": "/v1/embeddings"}, 1),
        ({"endpoint": CHAT, "outcome": "ok", "stream": "false"}, 1),
        ({"key_id": first["key"]["id"]}, 4),
        ({"user_id": first["user"]["id"], "channel_id": first["channel"]["id"]}, 4),
        ({"key_id": "key_none"}, 0),
        ({"since": first["at"]}, 4),
        ({"until": first["at"]}, 0),
        ({"since": streamed["at"], "until": "2999-01-01T00:00:00Z"}, 3),
        ({"after": first["id"]}, 3),
        ({"after": streamed["id"], "outcome": "ok"}, 1),
        ({"session_id": "se_none"}, 0),
    ):
        await listed(admin, count, model=model, **wanted)


async def test_pages_hold_every_call_once(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, raw: httpx.AsyncClient, simulator: Simulator
) -> None:
    model = await served_by(admin, simulator.url)
    sent = [(await ask(raw, model)).headers["x-request-id"] for _ in range(7)]
    await listed(admin, 7, model=model)
    for http in (admin, member):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await http.get(CALLS, params={"model": model, "limit": 3, **cursor})).json()
            assert page["looked_back_to"] is None
            seen += [call["id"] for call in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert seen == sent[::-1]


async def test_what_is_no_filter_is_refused(admin: httpx.AsyncClient) -> None:
    for wrong in (
        {"since": "yesterday"}, {"outcome": "odd"}, {"status": 99}, {"cursor": "x"}, {"after": "!"}, {"limit": 0},
        {"text": ""}, {"request": "x" * 65}, {"stream": "perhaps"},
    ):  # fmt: skip
        answer = await admin.get(CALLS, params=wrong)
        assert (answer.status_code, "error" in answer.json()) == (400, True), wrong
    assert (await admin.get(f"{CALLS}/call_none")).status_code == 404
