"""The queue: what is said while an answer is made is sent by the server itself once that has ended."""

from typing import Any

import httpx
import pytest

from tests.chat.talk import SESSIONS, all_said, begin, ended, messages, say, text_of, written
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]
SLOW = "Take your time [[endless]] [[slow=40]]"


async def queued(http: httpx.AsyncClient, session_id: str, *texts: str) -> list[str]:
    """Say things while an answer is made; gives the ids under which they wait."""
    return [(await say(http, session_id, words))["queued"]["id"] for words in texts]


async def waiting(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    answer = await http.get(f"{SESSIONS}/{session_id}/queue")
    assert answer.status_code == 200, answer.text
    queue: dict[str, Any] = answer.json()
    return queue


async def test_what_is_said_meanwhile_is_sent_in_order_one_after_the_other(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, SLOW)
    await written(member, session_id, 2)
    ids = await queued(member, session_id, "Two [[say=2.]]", "Three [[say=3.]]", "Four [[say=4.]]", "Five [[say=5.]]")
    at = f"{SESSIONS}/{session_id}/queue"
    assert (await member.put(at, json={"ids": [ids[3], "qu_gone", ids[1]]})).status_code == 200
    changed = await member.patch(f"{at}/{ids[1]}", json={"text": "Three! [[say=3!]]"})
    assert changed.json()["text"] == "Three! [[say=3!]]"
    assert (await member.delete(f"{at}/{ids[0]}")).status_code == 204
    assert [each["id"] for each in (await waiting(member, session_id))["items"]] == [ids[3], ids[1], ids[2]]
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
    assert (await member.post(f"{at}/resume")).status_code == 200
    said = [text_of(message) for message in await all_said(member, session_id, 8)]
    assert said[2:] == ["Five [[say=5.]]", "5.", "Three! [[say=3!]]", "3!", "Four [[say=4.]]", "4."]
    assert await waiting(member, session_id) == {"items": [], "is_held": False}


async def test_when_an_answer_is_stopped_the_queue_waits_for_a_word(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    at = f"{SESSIONS}/{session_id}"
    await say(member, session_id, SLOW)
    await queued(member, session_id, "Two [[words=50]] [[drop=8]]", "Three [[say=3.]]", "Four [[say=4.]]")
    await written(member, session_id, 2)
    await member.post(f"{at}/stop")
    await ended(member, session_id)
    queue = await waiting(member, session_id)
    assert (len(queue["items"]), queue["is_held"]) == (3, True)
    assert (await member.get(at)).json()["is_queue_held"] is True
    # It goes on by a word; a failure holds it again, and saying something lets it go on too.
    assert (await member.post(f"{at}/queue/resume")).json()["is_held"] is False
    assert (await ended(member, session_id))["status"] == "failed"
    queue = await waiting(member, session_id)
    assert ([each["text"] for each in queue["items"]], queue["is_held"]) == (
        ["Three [[say=3.]]", "Four [[say=4.]]"],
        True,
    )
    await say(member, session_id, "In between [[say=Aye.]]")
    said = [text_of(message) for message in await all_said(member, session_id, 10)]
    assert said[4:] == ["In between [[say=Aye.]]", "Aye.", "Three [[say=3.]]", "3.", "Four [[say=4.]]", "4."]
    assert (await member.get(at)).json()["is_queue_held"] is False


async def test_a_message_queued_twice_with_one_key_is_said_once(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, SLOW)
    headers = {"Idempotency-Key": "tap-tap"}
    first = await say(member, session_id, "Once [[instant]]", **headers)
    assert await say(member, session_id, "Once [[instant]]", **headers) == first
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
    assert await say(member, session_id, "Once [[instant]]", **headers) == first
    await member.post(f"{SESSIONS}/{session_id}/queue/resume")
    await ended(member, session_id)
    sent = await say(member, session_id, "Once [[instant]]", **headers)
    assert sent["message"]["id"] == (await messages(member, session_id))[2]["id"]
    assert len(await messages(member, session_id)) == 4


async def test_every_tab_sees_the_queue(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, SLOW)
    async with listening(member) as tab:
        await tab.subscribe(f"chat.session.{session_id}")
        ids = await queued(member, session_id, "Two", "Three")
        body = (await tab.until("queue.changed"))["body"]
        assert (body["ids"], body["queued"]["text"]) == (ids[:1], "Two")
        assert (await tab.until("queue.changed"))["body"]["ids"] == ids
        await member.put(f"{SESSIONS}/{session_id}/queue", json={"ids": ids[::-1]})
        assert (await tab.until("queue.changed"))["body"] == {"ids": ids[::-1], "queued": None}
    async with listening(member) as late:
        await late.subscribe(f"chat.session.{session_id}")
        assert [each["text"] for each in (await late.hear())["body"]["queue"]] == ["Three", "Two"]
        await member.post(f"{SESSIONS}/{session_id}/stop")
        assert (await late.until("session.changed"))["body"]["session"]["is_queue_held"] is True
        for queued_id in ids:
            await member.delete(f"{SESSIONS}/{session_id}/queue/{queued_id}")
        assert (await late.until("session.changed"))["body"]["session"]["is_queue_held"] is False


async def test_a_queue_ends_somewhere_and_is_its_owners_alone(
    member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    session_id = await begin(member)
    await say(member, session_id, SLOW)
    ids = await queued(member, session_id, *(f"Number {number}" for number in range(20)))
    at = f"{SESSIONS}/{session_id}"
    one_more = await member.post(f"{at}/messages", json={"text": "One more"})
    assert (one_more.status_code, one_more.json()["error"]["code"]) == (409, "queue_full")
    foreign = [
        await other.get(f"{at}/queue"),
        await other.put(f"{at}/queue", json={"ids": ids}),
        await other.post(f"{at}/queue/resume"),
        await other.patch(f"{at}/queue/{ids[0]}", json={"text": "Mine"}),
        await other.delete(f"{at}/queue/{ids[0]}"),
    ]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in foreign} == {(404, "session_not_found")}
    gone = await member.patch(f"{at}/queue/qu_gone", json={"text": "Where"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "queued_not_found")
    empty = await member.patch(f"{at}/queue/{ids[0]}", json={"text": " "})
    assert (empty.status_code, empty.json()["error"]["code"]) == (400, "invalid_request")
    await member.post(f"{at}/stop")
    await ended(member, session_id)
    copy = [
        each for each in (await member.get("/api/v1/me/export")).json()["queue"] if each["session_id"] == session_id
    ]
    assert [each["text"] for each in copy] == [f"Number {number}" for number in range(20)]
    assert (await member.delete(at)).status_code == 204
    assert (await member.post(f"{at}/restore")).status_code == 200
    assert len((await waiting(member, session_id))["items"]) == 20
