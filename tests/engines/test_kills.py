"""Killed at random instants: no acknowledged message is lost, and no tool does its work twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from guildhall.core.settings import Settings
from tests.chat.talk import INSTANT, SESSIONS, connect_simulator, ended, say, text_of
from tests.conftest import MakeSettings
from tests.engines.stage import call
from tests.engines.stage import say as says
from tests.services import processes, product
from tests.workspaces import desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
KILLS = {"embedded": 27, "scaled": 3}  # in each mode; another server takes over slowly what it can't know is dead
_TALK = "[[words=60]] [[slow=100]]"


class Person:
    """Somebody who talks in three sessions, two of them with an agent, and remembers what was acknowledged."""

    def __init__(self) -> None:
        self.token = ""
        self.desk = ""
        self.sessions: list[str] = []
        self.acknowledged: dict[str, list[str]] = {}

    async def settle(self, http: httpx.AsyncClient) -> None:
        """Begin; from the first time on everything is as it was."""
        if not self.token:
            self.token = (await _registered(http))["access_token"]
        http.headers["authorization"] = f"Bearer {self.token}"
        if not self.sessions:
            await connect_simulator(http)
            self.desk = await desk.begin(http)
            workspace = self.desk.rpartition("/")[2]
            for wanted in ({"workspace_id": workspace}, {"workspace_id": workspace}, {}):
                made = await http.post(SESSIONS, json={"model": INSTANT, "mode": "full", **wanted})
                self.sessions.append(made.json()["id"])

    async def talk(self, http: httpx.AsyncClient, round_: int) -> None:
        """Say something everywhere; what is not acknowledged may be lost."""
        texts = [_work(f"{round_}-a"), _work(f"{round_}-b"), _TALK]
        await asyncio.gather(*(self._say(http, *what) for what in zip(self.sessions, texts, strict=True)))

    async def _say(self, http: httpx.AsyncClient, session: str, text: str) -> None:
        try:
            exchange = await say(http, session, text)
        except httpx.HTTPError:
            return
        self.acknowledged.setdefault(session, []).extend([exchange["message"]["id"], exchange["answer"]["id"]])

    async def check(self, http: httpx.AsyncClient) -> list[dict[str, Any]]:
        """All that was acknowledged is there, and over; gives the tool calls."""
        tools = []
        for session in self.acknowledged:
            await ended(http, session, 60)
            said = await _all_messages(http, session)
            assert {message["id"] for message in said} >= set(self.acknowledged[session])
            assert {message["status"] for message in said} <= {"complete", "interrupted"}
            tools += [part["tool"] for message in said for part in message["parts"] if part["type"] == "tool"]
        return tools


async def test_nothing_is_lost_or_done_twice_however_often_the_server_is_killed(
    make_settings: MakeSettings, mode: str
) -> None:
    settings, person = make_settings(port=processes.free_port()), Person()
    for round_ in range(KILLS[mode]):
        async with _serving(settings, person) as (hall, http):
            await person.check(http)
            talking = asyncio.create_task(person.talk(http, round_))
            await asyncio.sleep(random.uniform(0.05, 1.5))
            hall.kill()
            await talking
    async with _serving(settings, person) as (_, http):
        tools = await person.check(http)
        done = Counter((await desk.read(http, person.desk, "done.txt"))["text"].split())
        assert max(done.values()) == 1
        for tool in tools:
            if tool["status"] != "done":
                continue
            if tool["name"] == "bash":
                assert done[_mark(tool["arguments"]["command"])] == 1
            else:
                found = await desk.read(http, person.desk, tool["arguments"]["path"])
                assert found["text"] == tool["arguments"]["content"]
        for session in person.sessions:
            await say(http, session, "Go on [[say=Here I am.]]")
            assert text_of(await ended(http, session)).endswith(
                "Here I am."
            )  # a question without answer is asked along


@asynccontextmanager
async def _serving(settings: Settings, person: Person) -> AsyncIterator[tuple[product.Launched, httpx.AsyncClient]]:
    async with product.launch(settings) as hall, product.client(hall.url) as http:
        await person.settle(http)
        yield hall, http


async def _registered(http: httpx.AsyncClient) -> dict[str, Any]:
    account = {"email": "first@example.org", "password": product.PASSWORD, "name": "First"}
    answer = await http.post("/api/v1/auth/register", json=account)
    assert answer.status_code in {200, 201}, answer.text
    signed_in: dict[str, Any] = answer.json()
    return signed_in


async def _all_messages(http: httpx.AsyncClient, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_cursor": None}
    while not found or page["next_cursor"]:
        wanted = {"limit": 100, **({"cursor": page["next_cursor"]} if found else {})}
        answer = await http.get(f"{SESSIONS}/{session}/messages", params=wanted)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
    return found


def _work(mark: str) -> str:
    command = f"echo {mark} >> done.txt; sleep 0.2"
    return " ".join(
        [call("bash", command=command), call("write", path=f"{mark}.txt", content=mark * 1000), says("Done.")]
    )


def _mark(command: str) -> str:
    return command.split()[1]
