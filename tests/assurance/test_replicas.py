"""Two servers behind nginx, on one PostgreSQL and one Redis, with a worker of its own: any of them may die."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from guildhall.core.settings import Settings
from tests.chat import talk
from tests.followers import CARRIERS, Carrier, Follower, following
from tests.services import nginx, processes, product
from tests.services.databases import Databases
from tests.services.product import Launched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
EMAIL = "first@example.org"
PATIENCE = 45  # seconds: half a dozen processes start and stop here
NOTICED_SECONDS = 3.0  # until nginx asks a server again that it could not reach


@dataclass
class Hall:
    """Two servers, the address they share, and what launches one again."""

    url: str
    settings: list[Settings]
    servers: list[Launched]
    stack: contextlib.AsyncExitStack

    async def launch(self, number: int) -> None:
        """Start the server of that number, anew."""
        launched = await self.stack.enter_async_context(product.launch(self.settings[number]))
        self.servers[number : number + 1] = [launched]


@pytest.fixture
async def hall(databases: Databases, tmp_path: Path) -> AsyncIterator[Hall]:
    """Two servers and a worker, freshly started, behind nginx."""
    port, first, second = (processes.free_port() for _ in range(3))
    url = f"http://127.0.0.1:{port}"
    async with contextlib.AsyncExitStack() as stack:
        given = stack.enter_context(
            databases.settings("scaled", worker="external", port=first, public_url=url, trusted_proxies="127.0.0.1")
        )
        settings = [given, given.model_copy(update={"port": second})]
        made = Hall(url, settings, [], stack)
        for number in range(2):
            await made.launch(number)
        await stack.enter_async_context(product.launch(given, "worker"))
        stack.enter_context(nginx.server(tmp_path / "nginx", port, [first, second]))
        yield made


class Caller:
    """Somebody who calls all the time: reads, writes, and model calls; `failed` are the answers that were none."""

    def __init__(self, http: httpx.AsyncClient, session_id: str) -> None:
        self.answers: Counter[int] = Counter()
        self.failed: list[str] = []
        self._http = http
        self._session_id = session_id
        self._stopping = False
        self._tasks = [asyncio.create_task(self._run(number)) for number in range(4)]

    async def stop(self) -> None:
        """Finish the calls that are under way."""
        self._stopping = True
        await asyncio.gather(*self._tasks)

    async def _run(self, number: int) -> None:
        completion = {"model": talk.INSTANT, "messages": [{"role": "user", "content": "Hello"}]}
        calls = [
            ("GET", "/api/v1/me", None),
            ("POST", "/v1/chat/completions", completion),
            ("PATCH", f"/api/v1/chat/sessions/{self._session_id}", {"title": f"Title {number}"}),
            ("GET", "/api/v1/chat/sessions", None),
        ]
        for method, path, body in itertools.cycle(calls):
            if self._stopping:
                return
            try:
                answer = await self._http.request(method, path, json=body)
            except httpx.TransportError as error:
                self.failed.append(f"{method} {path}: {error!r}")
            else:
                self.answers[answer.status_code] += 1
                if answer.status_code >= 400:
                    self.failed.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(0.05)


def told(follower: Follower) -> str:
    """The answer as the follower has read it so far."""
    return "".join(event["body"]["text"] for event in follower.events if event["type"] == "part.delta")


async def stopped(http: httpx.AsyncClient, session_id: str, follower: Follower) -> dict[str, Any]:
    """End the answer, which was never interrupted by anything else; the follower hears of it. Gives what is stored."""
    assert (await http.post(f"{talk.SESSIONS}/{session_id}/stop")).status_code == 204
    ended = await talk.ended(http, session_id, 40)
    assert ended["status"] == "stopped"
    await follower.until(lambda: any(event["type"] == "message.completed" for event in follower.events))
    return ended


@contextlib.asynccontextmanager
async def calling(http: httpx.AsyncClient, session_id: str) -> AsyncIterator[Caller]:
    """A caller for the length of a block."""
    caller = Caller(http, session_id)
    try:
        yield caller
    finally:
        await caller.stop()


async def test_who_signs_in_on_one_server_follows_a_stream_on_the_other(hall: Hall) -> None:
    first, second = hall.servers
    async with product.signed_in(first.url, EMAIL, "First") as http, product.client(second.url) as there:
        there.headers["authorization"] = http.headers["authorization"]
        session_id = await talk.begin(http, None)
        for carrier in CARRIERS:
            async with following(carrier, there, f"chat.session.{session_id}") as follower:
                for number in range(5):
                    await http.patch(f"{talk.SESSIONS}/{session_id}", json={"title": f"{carrier} {number}"})
                await follower.until(lambda follower=follower: len(follower.events) == 5, 5)


CUT_SHORT = "without sending complete message body"


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_server_killed_in_the_middle_of_an_answer_is_not_missed(hall: Hall, carrier: Carrier) -> None:
    """The stream goes on by the other server without a gap, and only calls that the dead one had begun are lost."""
    async with product.signed_in(hall.url, EMAIL, "First") as http:
        await talk.connect_simulator(http)
        session_id, busy = await talk.begin(http), await talk.begin(http)
        async with following(carrier, http, f"chat.session.{session_id}") as follower, calling(http, busy) as caller:
            await talk.say(http, session_id, "Go on [[endless]] [[slow=60]]")
            await follower.until(lambda: len(told(follower).split()) >= 20, PATIENCE)
            for number in (0, 1):  # whichever it followed: each dies once, and comes back
                hall.servers[number].kill()
                seen = len(told(follower).split())
                await follower.until(lambda seen=seen: len(told(follower).split()) >= seen + 10, PATIENCE)
                await hall.launch(number)
                await asyncio.sleep(NOTICED_SECONDS)
            ended = await stopped(http, session_id, follower)
        assert talk.text_of(ended).startswith(told(follower))  # its last words come with its end
        # nginx asks the other server what may be asked twice, unless the dead one had begun to answer it.
        begun = [failure for failure in caller.failed if not failure.startswith("GET") or CUT_SHORT in failure]
        print(f"{carrier}: {caller.answers.total()} calls, {len(caller.failed)} of the killed servers' own lost")  # noqa: T201 - the figure
        assert len(caller.failed) == len(begun) <= 8, caller.failed
        assert carrier == "poll" or follower.connections >= 2  # nginx asks the other server again by itself


async def test_a_rolling_restart_fails_no_call(hall: Hall) -> None:
    async with product.signed_in(hall.url, EMAIL, "First") as http:
        await talk.connect_simulator(http)
        session_id, busy = await talk.begin(http), await talk.begin(http)
        async with (
            following("websocket", http, f"chat.session.{session_id}") as follower,
            calling(http, busy) as caller,
        ):
            await talk.say(http, session_id, "Go on [[endless]] [[slow=60]]")
            for number in (0, 1):
                assert await hall.servers[number].stop() == 0
                await hall.launch(number)
                await asyncio.sleep(NOTICED_SECONDS)
            ended = await stopped(http, session_id, follower)
        print(f"rolling restart: {caller.answers.total()} calls, {len(caller.failed)} failed")  # noqa: T201 - the figure
        assert not caller.failed, caller.failed
        assert caller.answers.total() > 100
        assert talk.text_of(ended).startswith(told(follower))  # its last words come with its end
