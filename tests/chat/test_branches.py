"""Branches: questions edited, answers made anew, and which way through a session is shown."""

from typing import Any

import httpx
import pytest

from tests.chat.scripted import ScriptedEngine, text
from tests.chat.talk import SESSIONS, begin, ended, messages, say
from tests.services.product import Running
from tests.sockets import listening

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]


async def said(http: httpx.AsyncClient, session_id: str, words: str, **where: str) -> tuple[str, str]:
    """Say something and hear it answered; gives the ids of question and answer."""
    answer = await http.post(f"{SESSIONS}/{session_id}/messages", json={"text": words, **where})
    assert answer.status_code == 202, answer.text
    await ended(http, session_id)
    return answer.json()["message"]["id"], answer.json()["answer"]["id"]


async def act(http: httpx.AsyncClient, session_id: str, message_id: str, verb: str, **body: str) -> httpx.Response:
    return await http.post(f"{SESSIONS}/{session_id}/messages/{message_id}/{verb}", json=body)


async def shown(http: httpx.AsyncClient, session_id: str) -> list[str]:
    """The ids of the branch that is shown, read in small pages."""
    ids: list[str] = []
    query: dict[str, str | int] = {"limit": 2}
    while True:
        page = (await http.get(f"{SESSIONS}/{session_id}/messages", params=query)).json()
        ids += [message["id"] for message in page["items"]]
        if page["next_cursor"] is None:
            return ids[::-1]
        query["cursor"] = page["next_cursor"]


async def test_an_edited_question_begins_a_branch_and_the_other_stays(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    first = await said(member, session_id, "One [[say=1.]]")
    second = await said(member, session_id, "Two [[say=2.]]")
    third = await said(member, session_id, "Three [[say=3.]]")
    edited = await said(member, session_id, "Two, but better [[say=2!]]", edited_id=second[0])
    assert await shown(member, session_id) == [*first, *edited]
    question = (await messages(member, session_id))[2]
    assert (question["parent_id"], question["siblings"]) == (first[1], [second[0], edited[0]])
    assert (await act(member, session_id, second[0], "switch")).json()["head_id"] == third[1]
    assert await shown(member, session_id) == [*first, *second, *third]
    again = await said(member, session_id, "One, but first [[say=0.]]", edited_id=first[0])
    assert await shown(member, session_id) == list(again)
    assert (await messages(member, session_id))[0]["siblings"] == [first[0], again[0]]
    # Back where something was said last below the chosen one, and from there to any message of another branch.
    assert (await act(member, session_id, first[0], "switch")).json()["head_id"] == edited[1]
    assert (await act(member, session_id, third[0], "switch")).json()["head_id"] == third[1]
    before = (await act(member, session_id, second[0], "switch")).json()
    assert (before["head_id"], before["updated_at"]) == (
        third[1],
        (await member.get(f"{SESSIONS}/{session_id}")).json()["updated_at"],
    )


async def test_a_branch_begins_after_any_message(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    first = await said(member, session_id, "One [[instant]]")
    await said(member, session_id, "Two [[instant]]")
    other = await said(member, session_id, "Otherwise [[instant]]", parent_id=first[1])
    assert await shown(member, session_id) == [*first, *other]
    below = await said(member, session_id, "And then [[instant]]")
    assert await shown(member, session_id) == [*first, *other, *below]


async def test_an_answer_is_made_anew_by_another_model_and_both_are_kept(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    first = await said(member, session_id, "One [[instant]]")
    second = await said(member, session_id, "Two [[instant]]")
    made = await act(member, session_id, first[1], "regenerate", model="simulated-chat")
    assert made.status_code == 202, made.text
    answer = await ended(member, session_id)
    assert (answer["id"], answer["model"]) == (made.json()["answer"]["id"], "simulated-chat")
    assert answer["siblings"] == [first[1], answer["id"]]
    assert await shown(member, session_id) == [first[0], answer["id"]]
    assert (await act(member, session_id, first[1], "switch")).json()["head_id"] == second[1]
    assert (await act(member, session_id, second[0], "regenerate")).status_code == 202
    third = await ended(member, session_id)
    assert third["siblings"] == [second[1], third["id"]]
    assert await shown(member, session_id) == [*first, second[0], third["id"]]


async def test_the_engine_hears_the_branch_alone(
    member: httpx.AsyncClient, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine([text("Aye.")])
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", engine)
    session_id = await begin(member)
    first = await said(member, session_id, "One")
    second = await said(member, session_id, "Two")
    await said(member, session_id, "Deux", edited_id=second[0])
    await act(member, session_id, first[1], "regenerate")
    await ended(member, session_id)
    await act(member, session_id, second[0], "switch")
    await said(member, session_id, "Three")
    told = [[spoken.text for spoken in turn.history] for turn in engine.turns]
    begun, ids = ["One", "Aye."], [turn.id for turn in engine.turns]
    assert told == [["One"], [*begun, "Two"], [*begun, "Deux"], ["One"], [*begun, "Two", "Aye.", "Three"]]
    assert [turn.after for turn in engine.turns] == [None, ids[0], ids[0], None, ids[1]]


async def test_every_tab_sees_another_branch_at_once(member: httpx.AsyncClient) -> None:
    session_id = await begin(member)
    first = await said(member, session_id, "One [[instant]]")
    async with listening(member) as tab, listening(member) as behind:
        for one in (tab, behind):
            await one.subscribe(f"chat.session.{session_id}")
        edited = await said(member, session_id, "Uno [[instant]]", edited_id=first[0])
        await tab.until("branch.changed")
        assert (await tab.until("message.created"))["body"]["message"]["siblings"] == [first[0], edited[0]]
        await act(member, session_id, first[0], "switch")
        assert (await tab.until("branch.changed"))["body"]["head_id"] == first[1]
        assert (await tab.until("session.changed"))["body"]["session"]["head_id"] == first[1]
        assert (await behind.until("branch.changed"))["seq"] < (await behind.until("branch.changed"))["seq"]
    async with listening(member) as late:
        await late.subscribe(f"chat.session.{session_id}")
        snapshot = await late.hear()
        assert [message["id"] for message in snapshot["body"]["messages"]] == list(first)


async def test_files_and_links_hold_the_branch_that_is_shown_and_a_copy_of_everything_all(
    other: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    session_id = await begin(other)
    first = await said(other, session_id, "Alpha [[words=3]]")
    edited = await said(other, session_id, "Beta [[words=3]]", edited_id=first[0])
    at = f"{SESSIONS}/{session_id}"
    await other.patch(at, json={"title": "Branches"})
    document = (await other.get(f"{at}/export", params={"format": "json"})).json()
    assert (document["branches"], document["session"]["head_id"]) == (2, edited[1])
    assert [message["id"] for message in document["messages"]] == list(edited)
    markdown = (await other.get(f"{at}/export")).text
    assert "- Branch: the one shown, of 2 in this session" in markdown
    assert "Beta" in markdown
    assert "Alpha [[" not in markdown
    token = (await other.post(f"{at}/shares", json={})).json()["link"].rsplit("/", 1)[1]
    copy: list[dict[str, Any]] = (await http.get(f"/api/v1/shares/{token}/messages")).json()["items"]
    assert [message["id"] for message in copy] == list(edited)
    everything = (await other.get("/api/v1/me/export")).json()
    parents = {each["id"]: each["parent_id"] for each in everything["messages"] if each["session_id"] == session_id}
    assert parents == {first[0]: None, first[1]: first[0], edited[0]: None, edited[1]: edited[0]}


async def test_what_is_not_there_or_makes_no_sense_is_refused(
    member: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    session_id, elsewhere = await begin(member), await begin(member)
    first = await said(member, session_id, "One [[instant]]")
    foreign = await said(member, elsewhere, "Elsewhere [[instant]]")

    async def failed(answer: httpx.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["error"]["code"]

    for message_id in (foreign[1], "me_none", "%00", "x" * 300):
        for verb in ("switch", "regenerate"):
            refused = await failed(await act(member, session_id, message_id, verb))
            assert refused in {(404, "message_not_found"), (400, "invalid_request"), (404, "not_found")}, message_id
    at = f"{SESSIONS}/{session_id}/messages"
    for body, expected in (
        ({"edited_id": foreign[0]}, (404, "message_not_found")),
        ({"parent_id": foreign[0]}, (404, "message_not_found")),
        ({"edited_id": first[1]}, (400, "not_a_question")),
        ({"edited_id": first[0], "parent_id": first[1]}, (400, "two_places")),
        ({"parent_id": 7}, (400, "invalid_request")),
    ):
        assert await failed(await member.post(at, json={"text": "No"} | body)) == expected, body
    for verb in ("switch", "regenerate"):
        assert await failed(await act(other, session_id, first[1], verb)) == (404, "session_not_found")
    assert await shown(member, session_id) == list(first)
    await said(member, session_id, "Uno [[instant]]", edited_id=first[0])
    await say(member, session_id, "Go on [[endless]] [[slow=40]]")
    assert await failed(await act(member, session_id, first[0], "switch")) == (409, "session_busy")
    await member.post(f"{SESSIONS}/{session_id}/stop")
    await ended(member, session_id)
