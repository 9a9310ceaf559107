"""Answers: streamed, stored, stopped, failed and asked for again, whoever is watching."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.chat import turns
from tests.chat.talk import SESSIONS, begin, billed, ended, messages, say, text_of, written
from tests.sockets import Frame, listening

pytestmark = pytest.mark.usefixtures("simulated")


def replay(frames: list[Frame], message_id: str) -> str:
    """The text of an answer as a client adds it up from a snapshot and events."""
    parts: dict[str, str] = {}
    for frame in frames:
        body: dict[str, Any] = frame.get("body") or {}
        if frame["op"] == "snapshot":
            found = [message for message in body["messages"] if message["id"] == message_id]
            parts = {part["id"]: part["text"] for message in found for part in message["parts"]}
        elif frame.get("type") in {"part.created", "part.completed"} and body["message_id"] == message_id:
            parts[body["part"]["id"]] = body["part"]["text"]
        elif frame.get("type") == "part.delta" and body["message_id"] == message_id:
            parts[body["part_id"]] += body["text"]
        elif frame.get("type") == "message.completed" and body["message"]["id"] == message_id:
            parts = {part["id"]: part["text"] for part in body["message"]["parts"]}
    return "".join(parts.values())


async def test_an_answer_streams_to_the_socket_and_is_stored_whole(member: httpx.AsyncClient) -> None:
    session_id = await begin(member, "simulated-reasoner")
    async with listening(member) as tab:
        await tab.subscribe(f"chat.session.{session_id}")
        exchange = await say(member, session_id, "Tell me [[words=60]] [[slow=150]]")
        final = (await tab.until("message.completed"))["body"]["message"]
    assert final["id"] == exchange["answer"]["id"]
    assert final["status"] == "complete"
    assert [part["type"] for part in final["parts"]] == ["reasoning", "text"]
    assert all(part["ended_at"] for part in final["parts"])
    assert final["usage"]["output_tokens"] > 0
    assert sum(frame.get("type") == "part.delta" for frame in tab.frames) > 3
    whole, streamed = text_of(final, "reasoning") + text_of(final), replay(tab.frames[:-1], final["id"])
    assert whole.startswith(streamed)  # the last words come with the finished message
    assert len(streamed) > len(whole) / 2
    assert (await messages(member, session_id))[-1] | {"usage": final["usage"]} == final  # the bill may come meanwhile
    numbers = [frame["seq"] for frame in tab.frames if frame["op"] == "event"]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.slow
async def test_tabs_that_come_and_go_see_the_same_half_written_answer_go_on(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    exchange = await say(member, session_id, "Go on [[endless]] [[slow=100]]")
    answer_id = exchange["answer"]["id"]
    await written(member, session_id, 10)
    frames: list[Frame] = []
    for most in (8, 16, 24, 32):
        async with listening(member) as tab:
            await tab.subscribe(f"chat.session.{session_id}", after=frames[-1]["seq"] if frames else None)
            while len(frames) < most:
                frames.append(await tab.hear())
    async with listening(member) as tab:
        await tab.subscribe(f"chat.session.{session_id}", after=frames[-1]["seq"])
        assert (await member.post(f"{SESSIONS}/{session_id}/stop")).status_code == 204
        while frames[-1].get("type") != "message.completed":
            frames.append(await tab.hear())
    assert frames[0]["op"] == "snapshot"
    assert len(replay(frames[:1], answer_id).split()) >= 10
    # One that was merged of several says where it begins.
    begun = [frame.get("first_seq", frame["seq"]) for frame in frames[1:]]
    assert begun == [frame["seq"] + 1 for frame in frames[:-1]]
    whole = text_of((await messages(member, session_id))[-1])
    assert replay(frames, answer_id) == whole
    assert whole.startswith(replay(frames[:-1], answer_id))


async def test_coming_back_after_the_answer_ended_gives_a_snapshot(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Quick [[words=30]] [[slow=200]]")
    final = await billed(member, session_id)
    async with listening(member) as tab:
        assert (await tab.subscribe(f"chat.session.{session_id}", after=1))["op"] == "subscribed"
        snapshot = await tab.hear()
    assert snapshot["op"] == "snapshot"
    assert snapshot["body"]["messages"][-1] == final


async def test_stopping_keeps_what_was_written_and_frees_the_session(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Never stop [[endless]] [[slow=100]]")
    await written(member, session_id, 5)
    assert (await member.post(f"{SESSIONS}/{session_id}/stop")).status_code == 204
    stopped = await ended(member, session_id, 5)
    assert stopped["status"] == "stopped"
    assert len(text_of(stopped).split()) >= 5
    await say(member, session_id, "And now? [[say=Now.]]")
    assert text_of(await ended(member, session_id)) == "Now."


async def test_stopping_right_after_asking_stops_too(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Never stop [[endless]] [[slow=100]]")
    await member.post(f"{SESSIONS}/{session_id}/stop")
    assert (await ended(member, session_id, 5))["status"] == "stopped"
    assert (await member.post(f"{SESSIONS}/{session_id}/stop")).status_code == 204


async def test_one_answer_at_a_time(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "First [[endless]] [[slow=40]]")
    at = f"{SESSIONS}/{session_id}"
    refused = [
        await member.delete(at),
        await member.post(f"{at}/retry"),
        await member.post(f"{at}/messages/{(await messages(member, session_id))[1]['id']}/regenerate", json={}),
        await member.post(f"{at}/messages", json={"text": "Otherwise", "edited_id": "me_any"}),
    ]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in refused} == {(409, "session_busy")}
    await member.post(f"{at}/stop")
    await ended(member, session_id)
    assert len(await messages(member, session_id)) == 2


async def test_a_message_sent_twice_with_one_key_is_said_once(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    headers = {"Idempotency-Key": "tap-tap"}
    first = await say(member, session_id, "Once", **headers)
    await ended(member, session_id)
    second = await say(member, session_id, "Once", **headers)
    assert second["message"] == first["message"]
    assert second["answer"]["id"] == first["answer"]["id"]
    assert len(await messages(member, session_id)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[error=429]]", None),
        ("[[error=500]]", None),
        ("[[html]]", "upstream_invalid_response"),
        ("[[errorbody]]", None),
        ("[[drop=3]]", None),
    ],
)
async def test_a_provider_that_fails_fails_the_answer_in_words(
    member: httpx.AsyncClient, text: str, code: str | None
) -> None:
    session_id = await begin(member)
    await say(member, session_id, f"Fail {text}")
    failed = await ended(member, session_id)
    assert failed["status"] == "failed"
    assert failed["error"]["message"]
    assert failed["error"]["code"] == (code or failed["error"]["code"])
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"


async def test_what_a_dropped_answer_had_said_is_kept(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Drop [[words=50]] [[drop=8]] [[slow=100]]")
    failed = await ended(member, session_id)
    assert failed["status"] == "failed"
    assert len(text_of(failed).split()) >= 5


async def test_a_failed_answer_can_be_asked_for_again(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    await say(member, session_id, "Fail [[error=500]]")
    failed = await ended(member, session_id)
    again = await member.post(f"{SESSIONS}/{session_id}/retry")
    assert again.status_code == 202
    assert again.json()["answer"]["id"] != failed["id"]
    second = await ended(member, session_id)
    assert second["siblings"] == [failed["id"], second["id"]]
    assert [message["role"] for message in await messages(member, session_id)] == ["user", "assistant"]


async def test_a_session_without_a_question_has_nothing_to_answer(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    answer = await member.post(f"{SESSIONS}/{session_id}/retry")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nothing_to_answer")


async def test_a_model_that_is_gone_fails_the_answer(member: httpx.AsyncClient) -> None:
    session_id = await begin(member, "no-such-model")
    await say(member, session_id, "Hello")
    assert (await ended(member, session_id))["error"]["code"] == "model_not_found"


async def test_odd_text_comes_back_as_it_was_said(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    said = "你好 👩‍👩‍👧 \u202eright to left\u202c <script>alert(1)</script> \\u0000 'quotes' [[instant]]"
    exchange = await say(member, session_id, said)
    assert text_of(exchange["message"]) == said
    await ended(member, session_id)


@pytest.mark.parametrize("body", [{"text": ""}, {"text": " \n "}, {"text": "a\x00b"}, {"text": "x" * 200_001}, {}, 7])
async def test_a_message_that_says_nothing_or_too_much_is_refused(member: httpx.AsyncClient, body: object) -> None:
    session_id = await begin(member)
    answer = await member.post(f"{SESSIONS}/{session_id}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert await messages(member, session_id) == []


@pytest.mark.slow
async def test_fifty_sessions_answer_at_once(member: httpx.AsyncClient) -> None:
    made = await asyncio.gather(*(begin(member) for _ in range(50)))
    await asyncio.gather(*(say(member, one, "All together [[words=40]] [[slow=60]]") for one in made))
    finals = await asyncio.gather(*(ended(member, one, 40) for one in made))
    assert {final["status"] for final in finals} == {"complete"}
    assert {len(text_of(final).split()) for final in finals} == {40}


async def test_an_answer_that_never_ends_is_stopped(member: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_CHARACTERS", 20_000)
    session_id = await begin(member)
    await say(member, session_id, "Go on [[endless]]")
    answer = await ended(member, session_id)
    assert (answer["status"], answer["error"]["code"]) == ("stopped", "turn_length_limit")
    assert 20_000 < len(text_of(answer)) < 21_000
    await say(member, session_id, "And now? [[say=Done.]]")
    assert text_of(await ended(member, session_id)).endswith("Done.")
