"""Compacting: a conversation is summed up, and models are told the summary in place of what came before."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.chat.scripted import ScriptedEngine, text
from tests.chat.talk import SESSIONS, all_said, begin, billed, ended, messages, say, text_of, written
from tests.services.product import Running
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
NARROW, SMALL = "simulated-instant:narrow", "simulated-instant:room=700"
POLICY = "/api/v1/configuration/compacting"


@pytest_asyncio.fixture(scope="session")
async def narrow(admin: httpx.AsyncClient, simulated: None) -> AsyncIterator[str]:
    """A model that is known to hold 1,000 tokens, and one that refuses more than 700, which nobody knows."""
    body = {"name": "Narrow", "kind": "simulator", "models": [{"name": name} for name in (NARROW, SMALL)]}
    answer = await admin.post("/api/v1/gateway/channels", json=body)
    assert answer.status_code == 201, answer.text
    answer = await admin.put(f"/api/v1/gateway/models/{NARROW}", json={"context_tokens": 1_000})
    assert answer.status_code < 300, answer.text
    yield NARROW
    await admin.delete(f"/api/v1/gateway/channels/{answer.json().get('id', '')}")


@pytest.fixture
def engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """What answers in sessions from now on; summaries are still made by a model."""
    engine = ScriptedEngine([text("Aye.")])
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", engine)
    return engine


async def compact(http: httpx.AsyncClient, session_id: str, **body: str) -> dict[str, Any]:
    answer = await http.post(f"{SESSIONS}/{session_id}/compact", json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def context_of(http: httpx.AsyncClient, session_id: str) -> int | None:
    tokens: int | None = (await http.get(f"{SESSIONS}/{session_id}/usage")).json()["context"]["tokens"]
    return tokens


def told(engine: ScriptedEngine) -> list[str]:
    """What the engine was told with its last turn."""
    return [spoken.text for spoken in engine.turns[-1].history]


async def test_a_model_is_told_the_summary_and_people_see_all(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await begin(member)
    for words in ("The key is 4711.", "The door is blue."):
        await say(member, session_id, words)
        await ended(member, session_id)
    made = await compact(member, session_id, note="numbers [[say=Key 4711, blue door.]]")
    assert (made["kind"], made["status"], made["role"]) == ("summary", "streaming", "assistant")
    summary = await billed(member, session_id)
    assert (summary["id"], summary["status"], text_of(summary)) == (made["id"], "complete", "Key 4711, blue door.")
    assert summary["usage"]["calls"] == 1
    assert summary["usage"]["context_tokens"] == summary["usage"]["output_tokens"]
    assert await context_of(member, session_id) == summary["usage"]["output_tokens"]
    await say(member, session_id, "Go on.")
    await ended(member, session_id)
    (asked,) = told(engine)
    assert "<summary>\nKey 4711, blue door.\n</summary>" in asked
    assert asked.endswith("Go on.")
    assert "The key is" not in asked
    kinds = [message["kind"] for message in await messages(member, session_id)]
    assert kinds == ["said"] * 4 + ["summary"] + ["said"] * 2


async def test_the_summary_is_asked_for_with_all_that_was_said(
    member: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    await say(member, session_id, "The key is 4711.")
    await billed(member, session_id)
    await compact(member, session_id)
    assert "Simulated answer" in text_of(await billed(member, session_id))
    calls = (await member.get("/api/v1/gateway/calls", params={"session_id": session_id})).json()["items"]
    assert len(calls) == 2
    summing = max(calls, key=lambda call: str(call["id"]))
    assert summing["input_tokens"] > 300  # the order, and the answer with it


async def test_a_summary_belongs_to_its_branch(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id = await begin(member)
    first = await say(member, session_id, "One.")
    await ended(member, session_id)
    await say(member, session_id, "Two.")
    await ended(member, session_id)
    summary = await compact(member, session_id, note="[[say=One, two.]]")
    await ended(member, session_id)
    again = await member.post(f"{SESSIONS}/{session_id}/compact", json={})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing_to_compact")
    aside = {"text": "Aside.", "parent_id": first["answer"]["id"]}
    await member.post(f"{SESSIONS}/{session_id}/messages", json=aside)
    await ended(member, session_id)
    assert told(engine) == ["One.", "Aye.", "Aside."]
    await member.post(f"{SESSIONS}/{session_id}/messages/{summary['id']}/switch")
    await say(member, session_id, "Three.")
    await ended(member, session_id)
    assert "One, two." in told(engine)[0]
    await compact(member, session_id, note="[[say=All three.]]")
    await ended(member, session_id)
    await say(member, session_id, "Four.")
    await ended(member, session_id)
    assert "All three." in told(engine)[0]
    assert "One, two." not in told(engine)[0]


async def test_a_summary_that_fails_or_is_stopped_changes_nothing(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id = await begin(member)
    await say(member, session_id, "One.")
    await ended(member, session_id)
    failed = await compact(member, session_id, note="[[error=400]]")
    assert (await ended(member, session_id))["status"] == "failed"
    stopped = await compact(member, session_id, note="[[endless]] [[slow=50]]")
    # The second stands in the place of the first, and what is said meanwhile waits.
    assert (stopped["parent_id"], stopped["siblings"]) == (failed["parent_id"], [failed["id"], stopped["id"]])
    assert "queued" in await say(member, session_id, "Two.")
    for path, body in (("compact", {}), (f"messages/{failed['id']}/regenerate", {})):
        busy = await member.post(f"{SESSIONS}/{session_id}/{path}", json=body)
        assert (busy.status_code, busy.json()["error"]["code"]) == (409, "session_busy")
    await written(member, session_id, 3)
    await member.post(f"{SESSIONS}/{session_id}/stop")
    assert (await ended(member, session_id))["status"] == "stopped"
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["is_queue_held"] is True
    await member.post(f"{SESSIONS}/{session_id}/queue/resume")
    await all_said(member, session_id, 5)
    assert told(engine) == ["One.", "Aye.", "Two."]
    shared = await member.post(f"{SESSIONS}/{session_id}/shares", json={})
    address = f"/api/v1/shares/{shared.json()['link'].rsplit('/', 1)[-1]}/messages"
    copied = (await member.get(address)).json()["items"]
    assert [message["kind"] for message in copied] == ["said"] * 4


async def test_a_full_context_is_summed_up_before_the_next_question(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, narrow: str
) -> None:
    session_id = await begin(member, narrow)
    await say(member, session_id, "Tell me all [[words=720]]")
    await billed(member, session_id)
    assert (await context_of(member, session_id) or 0) > 850
    sent = await say(member, session_id, "And then? [[words=5]]", **{"Idempotency-Key": "then"})
    assert sent["queued"]["text"].startswith("And then?")
    again = await say(member, session_id, "And then? [[words=5]]", **{"Idempotency-Key": "then"})
    assert "queued" in again or again["message"]["parent_id"]
    said = await all_said(member, session_id, 5)
    assert [(message["role"], message["kind"]) for message in said[2:]] == [
        ("assistant", "summary"),
        ("user", "said"),
        ("assistant", "said"),
    ]
    assert said[2]["status"] == "complete"
    once = await say(member, session_id, "And then? [[words=5]]", **{"Idempotency-Key": "then"})
    assert once["answer"]["id"] == said[4]["id"]


async def test_an_admin_can_have_nothing_summed_up_by_itself(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, narrow: str
) -> None:
    held = (await admin.get(POLICY)).json()
    assert held["value"] == {"automatic": True}
    off = await admin.put(POLICY, json={"value": {"automatic": False}, "revision": held["revision"]})
    assert off.status_code == 200, off.text
    try:
        session_id = await begin(member, narrow)
        await say(member, session_id, "Tell me all [[words=720]]")
        await billed(member, session_id)
        assert "answer" in await say(member, session_id, "And then? [[words=5]]")
        await ended(member, session_id)
    finally:
        on = {"value": {"automatic": True}, "revision": off.json()["revision"]}
        assert (await admin.put(POLICY, json=on)).status_code == 200


async def test_what_waits_in_the_queue_is_asked_after_the_summary_that_it_needs(
    member: httpx.AsyncClient, narrow: str
) -> None:
    session_id = await begin(member, narrow)
    await say(member, session_id, "Tell me all [[words=720]]")
    await billed(member, session_id)
    await member.post(f"{SESSIONS}/{session_id}/retry")
    await say(member, session_id, "Then [[words=5]]")
    await all_said(member, session_id, 5)
    said = await messages(member, session_id)
    assert [message["kind"] for message in said] == ["said", "said", "summary", "said", "said"]


async def test_what_waits_is_judged_by_the_newest_context_also_of_several_calls_that_are_not_billed(
    member: httpx.AsyncClient, narrow: str
) -> None:
    session_id = await begin(member, narrow)
    await say(member, session_id, f"[[delay=1]] [[call=nothing {{}}]] [[say={'all ' * 450}]]")
    assert "queued" in await say(member, session_id, "Then [[words=5]]")
    said = await all_said(member, session_id, 3)
    assert said[1]["usage"]["calls"] == 2
    assert said[2]["kind"] == "summary"


async def test_a_full_context_is_summed_up_before_a_question_that_is_edited(
    member: httpx.AsyncClient, narrow: str
) -> None:
    session_id = await begin(member)
    first = await say(member, session_id, "Tell me all [[words=720]]")
    await ended(member, session_id)
    then = await say(member, session_id, "Then [[words=5]]")
    await billed(member, session_id)
    address = f"{SESSIONS}/{session_id}/messages"
    edited = {"text": "And then? [[words=5]]", "edited_id": then["message"]["id"], "model": narrow}
    assert "queued" in (await member.post(address, json=edited)).json()
    said = await all_said(member, session_id, 5)
    assert [message["kind"] for message in said] == ["said", "said", "summary", "said", "said"]
    assert text_of(said[3]).startswith("And then?")
    # The question as it was is found beside the summary.
    assert said[2]["siblings"] == [then["message"]["id"], said[2]["id"]]
    edited = {"text": "Tell me less [[words=5]]", "edited_id": first["message"]["id"]}
    assert "answer" in (await member.post(address, json=edited)).json()
    await ended(member, session_id)


async def test_a_question_that_found_no_room_is_asked_again_after_a_summary(
    member: httpx.AsyncClient, narrow: str
) -> None:
    session_id = await begin(member, SMALL)
    await say(member, session_id, "First [[words=500]]")
    await ended(member, session_id)
    await say(member, session_id, f"Second {'word ' * 200}")
    failed = await ended(member, session_id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "context_too_long")
    # The summary's own call finds no room at first: it is told less then.
    summary = await compact(member, session_id, retry_id=failed["id"], note="[[say=It began.]]")
    assert summary["parent_id"] == (await messages(member, session_id))[1]["id"]
    said = await all_said(member, session_id, 5)
    assert [message["status"] for message in said] == ["complete"] * 5
    assert said[2]["kind"] == "summary"
    assert text_of(said[3]).startswith("Second word")
    alone = await begin(member, SMALL)
    await say(member, alone, "word " * 800)
    failed = await ended(member, alone)
    refused = await member.post(f"{SESSIONS}/{alone}/compact", json={"retry_id": failed["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_to_compact")
    nowhere = await member.post(f"{SESSIONS}/{alone}/compact", json={"retry_id": "me_nowhere"})
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "message_not_found")


async def test_nothing_said_is_nothing_to_sum_up(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    nothing = await member.post(f"{SESSIONS}/{session_id}/compact", json={})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing_to_compact")
    assert (await other.post(f"{SESSIONS}/{session_id}/compact", json={})).status_code == 404
    long = await member.post(f"{SESSIONS}/{session_id}/compact", json={"note": "x" * 4001})
    assert (long.status_code, long.json()["error"]["code"]) == (400, "invalid_request")


async def test_a_model_without_a_word_fails_and_says_so(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "One [[instant]]")
    await ended(member, session_id)
    await compact(member, session_id, note="[[say=]]")
    failed = await ended(member, session_id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "empty_summary")


async def test_a_summary_is_found_exported_and_copied_as_what_it_is(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "One [[instant]]")
    await ended(member, session_id)
    async with listening(member) as tab:
        await tab.subscribe(f"chat.session.{session_id}")
        made = await compact(member, session_id, note="[[say=Quintessence of sayings.]]")
        done = await tab.until("message.completed")
    assert (done["body"]["message"]["kind"], done["body"]["message"]["id"]) == ("summary", made["id"])
    found = (await member.get("/api/v1/chat/search", params={"q": "quintessence"})).json()["items"]
    assert [(hit["message_id"], hit["kind"]) for hit in found] == [(made["id"], "summary")]
    markdown = (await member.get(f"{SESSIONS}/{session_id}/export", params={"format": "markdown"})).text
    assert "## Summary of what came before" in markdown
    copied = (await member.get("/api/v1/me/export")).json()["messages"]
    assert {one["id"]: one["kind"] for one in copied}[made["id"]] == "summary"
