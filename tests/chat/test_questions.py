"""Questions that agents ask: answering, skipping, stopping, who may, and what is taken for an answer."""

import asyncio
from typing import Any

import httpx
import pytest

from guildhall.engines.api import Answers, Option, QuestionItem
from tests.chat.scripted import ScriptedEngine, Step, asking, called, text
from tests.chat.talk import SESSIONS, begin, ended, messages, say
from tests.chat.test_permissions import waiting as permissions_of
from tests.followers import following
from tests.services.product import Running

QUESTIONS = "/api/v1/chat/questions"
COLOUR = QuestionItem("Which colour?", "Colour", (Option("Red", "warm"), Option("Blue", "cool")))
ROOMS = QuestionItem("Which rooms?", "Rooms", (Option("Hall"), Option("Attic")), is_multiple=True)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simulated")]


@pytest.fixture
def engine(server: Running, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine of the server, for one test."""
    scripted = ScriptedEngine()
    monkeypatch.setitem(server.app.hall.turns._engines, "builtin", scripted)
    return scripted


async def waiting(http: httpx.AsyncClient, session_id: str) -> dict[str, Any]:
    """What a session wants to know, once it does."""
    async with asyncio.timeout(10):
        while True:
            items = (await http.get(QUESTIONS, params={"session_id": session_id})).json()["items"]
            if items:
                return dict(items[0])
            await asyncio.sleep(0.03)


async def answer(http: httpx.AsyncClient, question: dict[str, Any], answers: Any) -> httpx.Response:
    return await http.post(f"{QUESTIONS}/{question['id']}/answer", json={"answers": answers})


async def skip(http: httpx.AsyncClient, question: dict[str, Any]) -> httpx.Response:
    return await http.post(f"{QUESTIONS}/{question['id']}/skip")


async def asked(http: httpx.AsyncClient, engine: ScriptedEngine, *steps: Step) -> tuple[str, dict[str, Any]]:
    """A session whose agent asks, and what it asks."""
    engine.steps = list(steps)
    session_id = await begin(http)
    await say(http, session_id, "Paint it")
    return session_id, await waiting(http, session_id)


async def test_an_agent_waits_for_an_answer_and_goes_on_with_it(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR, ROOMS), text("Painted."))
    assert question["items"] == [
        {
            "text": "Which colour?",
            "header": "Colour",
            "options": [{"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cool"}],
            "is_multiple": False,
        },
        {
            "text": "Which rooms?",
            "header": "Rooms",
            "options": [{"label": "Hall", "description": ""}, {"label": "Attic", "description": ""}],
            "is_multiple": True,
        },
    ]
    assert (question["status"], question["answers"], question["tool_call_id"]) == ("pending", None, "call_1")
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "waiting"
    given = await answer(member, question, [["Green, please"], ["Hall", "Attic"]])
    assert (given.status_code, given.json()["status"]) == (200, "answered")
    assert (await ended(member, session_id))["status"] == "complete"
    assert engine.answers == [Answers((("Green, please",), ("Hall", "Attic")))]
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"
    assert not (await member.get(QUESTIONS, params={"session_id": session_id})).json()["items"]


async def test_what_is_skipped_is_left_to_the_agent(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR))
    assert (await skip(member, question)).json()["status"] == "skipped"
    assert (await ended(member, session_id))["status"] == "complete"
    assert engine.answers == [None]


async def test_the_first_word_counts(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR), 0.2)
    words = await asyncio.gather(
        answer(member, question, [["Red"]]), skip(member, question), answer(member, question, [["Blue"]])
    )
    assert sorted(word.status_code for word in words) == [200, 409, 409]
    first = next(word.json()["status"] for word in words if word.status_code == 200)
    late = [word.json()["error"] for word in words if word.status_code == 409]
    assert all(error["code"] == "already_decided" and error["details"]["status"] == first for error in late)
    await ended(member, session_id)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([["Red"]], "answers_unfit"),
        ([["Red"], ["Hall"], []], "answers_unfit"),
        ([["Red", "Blue"], []], "answers_unfit"),
        ([[], []], "answers_unfit"),
        ([["  "], ["Hall"]], "invalid_request"),
        ([["x" * 4001], []], "invalid_request"),
        ([["a\x00b"], []], "invalid_request"),
        ([["Red"] * 51, []], "invalid_request"),
        ([], "invalid_request"),
        (["Red", "Hall"], "invalid_request"),
        (None, "invalid_request"),
    ],
)
async def test_what_does_not_fit_what_was_asked_is_no_answer(
    member: httpx.AsyncClient, engine: ScriptedEngine, answers: Any, code: str
) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR, ROOMS))
    refused = await answer(member, question, answers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert (await waiting(member, session_id))["status"] == "pending"
    await skip(member, question)
    await ended(member, session_id)


async def test_part_of_what_was_asked_may_be_left_open(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR, ROOMS))
    assert (await answer(member, question, [[], ["Hall"]])).status_code == 200
    await ended(member, session_id)
    assert engine.answers == [Answers(((), ("Hall",)))]


async def test_stopping_takes_back_what_was_asked(member: httpx.AsyncClient, engine: ScriptedEngine) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR))
    await member.post(f"{SESSIONS}/{session_id}/stop")
    last = await ended(member, session_id)
    assert (last["status"], last["parts"][0]["tool"]["status"]) == ("stopped", "interrupted")
    late = await answer(member, question, [["Red"]])
    assert (late.status_code, late.json()["error"]["details"]["status"]) == (409, "cancelled")


async def test_only_the_owner_is_asked(
    member: httpx.AsyncClient, admin: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR))
    for word in (await answer(admin, question, [["Red"]]), await skip(admin, question)):
        assert (word.status_code, word.json()["error"]["code"]) == (404, "question_not_found")
    assert question["id"] not in (await admin.get(QUESTIONS)).text
    assert question["id"] in (await member.get(QUESTIONS)).text
    assert (await skip(member, {"id": "qn_none"})).status_code == 404
    await skip(member, question)
    await ended(member, session_id)


async def test_every_tab_is_told_and_a_newcomer_is_shown_what_is_asked(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    me = (await member.get("/api/v1/me")).json()["id"]
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR), text("Done."))
    streams = f"chat.session.{session_id}", f"user.{me}"
    async with following("websocket", member, streams[0]) as tab, following("websocket", member, streams[1]) as other:
        assert [each["id"] for each in tab.snapshots[0]["body"]["questions"]] == [question["id"]]
        await answer(member, question, [["Red"]])
        await tab.until(lambda: "message.completed" in [event["type"] for event in tab.events])
        await other.until(lambda: "question.answered" in [event["type"] for event in other.events])
    told = next(event for event in tab.events if event["type"] == "question.answered")
    assert (told["body"]["question"]["status"], told["body"]["question"]["answers"]) == ("answered", [["Red"]])


async def test_a_session_waits_as_long_as_anything_in_it_does(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR), *called("call_2", "ls"))
    await answer(member, question, [["Red"]])
    (permission,) = await permissions_of(member, session_id)
    assert (await member.get(f"{SESSIONS}/{session_id}")).json()["state"] == "waiting"
    await member.post(f"/api/v1/chat/permissions/{permission['id']}/decide", json={"decision": "once"})
    assert (await ended(member, session_id))["status"] == "complete"


async def test_what_was_asked_and_answered_is_in_ones_copy_of_everything(
    member: httpx.AsyncClient, engine: ScriptedEngine
) -> None:
    session_id, question = await asked(member, engine, *asking("call_1", COLOUR))
    await answer(member, question, [["Red"]])
    await ended(member, session_id)
    assert (await messages(member, session_id))[-1]["status"] == "complete"
    copy = (await member.get("/api/v1/me/export")).json()["questions"]
    assert [each["answers"] for each in copy if each["id"] == question["id"]] == [[["Red"]]]
