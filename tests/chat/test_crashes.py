"""What survives when the server or a worker is killed or stopped in the middle of an answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from guildhall.core.db import Database
from guildhall.core.settings import Settings
from tests.chat.talk import SESSIONS, all_said, begin, connect_simulator, ended, messages, say, text_of, written
from tests.chat.test_questions import QUESTIONS, waiting
from tests.conftest import MakeSettings, Split
from tests.engines.stage import call
from tests.services import processes, product

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
EMAIL = "first@example.org"


@contextlib.asynccontextmanager
async def signed_in_again(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with product.client(f"http://127.0.0.1:{settings.port}") as http:
        answer = await http.post("/api/v1/auth/login", json={"email": EMAIL, "password": product.PASSWORD})
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


async def test_after_kill_9_an_answer_shows_what_was_written_says_so_and_the_session_goes_on(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "Never stop [[endless]] [[slow=100]]")
        seen = text_of(await written(http, session_id, 30))
        first.kill()
    async with product.launch(settings), signed_in_again(settings) as http:
        answer = await ended(http, session_id, 40)
        assert answer["status"] == "interrupted"
        assert text_of(answer).startswith(seen)
        assert (await http.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"
        await say(http, session_id, "Go on [[say=Here I am.]]")
        assert text_of(await ended(http, session_id)) == "Here I am."
        assert [message["role"] for message in await messages(http, session_id)] == ["user", "assistant"] * 2


async def test_a_message_acknowledged_just_before_kill_9_is_answered_after_the_restart(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        exchange = await say(http, session_id, "Still there? [[say=Still here.]]")
        first.kill()
    async with product.launch(settings), signed_in_again(settings) as http:
        answer = await ended(http, session_id, 40)
        assert answer["id"] == exchange["answer"]["id"]
        assert (answer["status"], text_of(answer)) in {("complete", "Still here."), ("interrupted", "")}


async def test_what_waits_to_be_sent_is_sent_once_after_kill_9(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "Never stop [[endless]] [[slow=100]]")
        for number in (1, 2):
            await say(http, session_id, f"Number {number} [[say=So {number}.]]", **{"Idempotency-Key": f"n{number}"})
        await written(http, session_id, 5)
        first.kill()
    async with product.launch(settings), signed_in_again(settings) as http:
        said = await all_said(http, session_id, 6, 40)
        assert [message["status"] for message in said] == ["complete", "interrupted", *["complete"] * 4]
        assert [text_of(message) for message in said[3::2]] == ["So 1.", "So 2."]
        again = await say(http, session_id, "Number 1 [[say=So 1.]]", **{"Idempotency-Key": "n1"})
        assert again["answer"]["id"] == said[3]["id"]
        assert (await http.get(f"{SESSIONS}/{session_id}/queue")).json() == {"items": [], "is_held": False}


async def test_what_an_agent_asks_waits_through_kill_9_and_is_answered_afterwards(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    asked = {"question": "Which bread?", "options": [{"label": "Rye"}, {"label": "Spelt"}]}
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        workspace = (await http.post("/api/v1/workspaces", json={"name": "Bakery"})).json()["id"]
        session_id = await begin(http)
        await http.patch(f"{SESSIONS}/{session_id}", json={"workspace_id": workspace})
        await say(http, session_id, f"{call('ask_user', questions=[asked])} [[say=I bake it.]]")
        question = await waiting(http, session_id)
        first.kill()
    async with product.launch(settings), signed_in_again(settings) as http:
        assert (await waiting(http, session_id))["id"] == question["id"]
        assert (await http.get(f"{SESSIONS}/{session_id}")).json()["state"] == "waiting"
        answered = await http.post(f"{QUESTIONS}/{question['id']}/answer", json={"answers": [["Spelt"]]})
        assert answered.status_code == 200
        answer = await ended(http, session_id, 40)
        assert (answer["status"], text_of(answer)) == ("complete", "I bake it.")
        (part,) = (part for part in answer["parts"] if part["type"] == "tool")
        assert (part["tool"]["status"], part["tool"]["details"]) == ("done", {"answers": [["Spelt"]]})
        assert part["text"] == "Which bread?\nAnswer: Spelt"


async def test_after_kill_9_a_summary_that_was_being_made_changes_nothing(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "One [[say=So it is.]]")
        await ended(http, session_id)
        await http.post(f"{SESSIONS}/{session_id}/compact", json={"note": "[[endless]] [[slow=100]]"})
        await say(http, session_id, "Two [[say=2.]]")
        await written(http, session_id, 5)
        first.kill()
    async with product.launch(settings), signed_in_again(settings) as http:
        said = await all_said(http, session_id, 5, 40)
        assert [(one["kind"], one["status"]) for one in said[2:4]] == [("summary", "interrupted"), ("said", "complete")]
        assert text_of(said[4]) == "2."


async def test_a_server_that_is_stopped_stores_the_answer_it_cuts_off(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port(), drain_seconds=1.0)
    async with product.launch(settings) as first, product.signed_in(first.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "Never stop [[endless]] [[slow=100]]")
        seen = text_of(await written(http, session_id, 10))
        assert await first.stop() == 0
    async with product.launch(settings), signed_in_again(settings) as http:
        last = (await messages(http, session_id))[-1]
        assert last["status"] == "interrupted"
        assert text_of(last).startswith(seen)


async def test_a_worker_of_its_own_answers_and_another_takes_over_when_it_is_killed(worker: Split) -> None:
    async with product.signed_in(worker.server.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "Hello [[say=Hello from afar.]]")
        assert text_of(await ended(http, session_id)) == "Hello from afar."
        await say(http, session_id, "Never stop [[endless]] [[slow=100]]")
        seen = text_of(await written(http, session_id, 10))
        worker.process.kill()
        async with product.launch(worker.process.settings, "worker"):
            answer = await ended(http, session_id, 40)
            assert answer["status"] == "interrupted"
            assert text_of(answer).startswith(seen)
            await say(http, session_id, "Again [[say=I took over.]]")
            assert text_of(await ended(http, session_id)) == "I took over."


async def test_an_answer_that_ends_while_the_database_is_locked_is_stored_whole(
    make_settings: MakeSettings, mode: str
) -> None:
    """On SQLite another program holds the write lock for longer than we wait; on PostgreSQL it holds the table."""
    settings = make_settings(port=processes.free_port())
    async with product.launch(settings) as hall, product.signed_in(hall.url, EMAIL, "First") as http:
        await connect_simulator(http)
        session_id = await begin(http)
        await say(http, session_id, "Count [[words=40]] [[slow=20]]")
        await written(http, session_id, 5)
        other = Database(settings)
        async with other.write() as holding:
            held = "UPDATE chat_turns SET id = id" if mode == "embedded" else "LOCK TABLE chat_turns"
            await (await holding.connection()).exec_driver_sql(held)
            await asyncio.sleep(20)
        await other.close()
        answer = await ended(http, session_id, 40)
        assert answer["status"] == "complete"
        assert len(text_of(answer).split()) == 40
        assert (await http.get(f"{SESSIONS}/{session_id}")).json()["state"] == "idle"
