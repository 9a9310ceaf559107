"""THE realtime suite: by WebSocket, server-sent events and long poll, in both modes, a client sees the same content in
the same order, without gap or repeat, whatever breaks in between."""

import asyncio
from typing import Any

import httpx
import pytest
import pytest_asyncio

from guildhall.core import events, queries
from guildhall.core.db import Database
from tests.chat import talk
from tests.conftest import MakeSettings
from tests.followers import CARRIERS, Carrier, drops, following
from tests.services import processes, product
from tests.services.product import Running

every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


@pytest_asyncio.fixture
async def session_id(member: httpx.AsyncClient) -> str:
    return await talk.begin(member)


async def rename(http: httpx.AsyncClient, session_id: str, count: int, *, seconds: float = 0) -> None:
    """Give a session one title after the other; each is an event of its stream."""
    for number in range(count):
        answer = await http.patch(f"/api/v1/chat/sessions/{session_id}", json={"title": f"Title {number}"})
        assert answer.status_code == 200, answer.text
        await asyncio.sleep(seconds / count)


def titles(told: list[dict[str, Any]]) -> list[str]:
    return [frame["body"]["session"]["title"] for frame in told if frame["type"] == "session.changed"]


async def stored(db: Database, stream: str, after: int) -> list[tuple[int, str]]:
    """What the log itself says."""
    async with db.read() as session:
        rows = await queries.events_after(session, stream, after, 100_000)
    return [(row.seq, row.type) for row in rows]


def told_by(frames: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(frame["seq"], frame["type"]) for frame in frames]


@every_carrier
@pytest.mark.slow
async def test_five_drops_at_random_points_lose_and_repeat_nothing(
    carrier: Carrier, member: httpx.AsyncClient, session_id: str
) -> None:
    total = 60
    async with following(carrier, member, f"chat.session.{session_id}") as follower:
        writing = asyncio.create_task(rename(member, session_id, total, seconds=1.5))
        await drops(follower, 5, total, seed=len(carrier))
        await writing
        await follower.until(lambda: len(follower.events) >= total)
        assert titles(follower.events) == [f"Title {number}" for number in range(total)]
        assert follower.connections >= 6
        assert len(follower.snapshots) == 1


class Screen:
    """What a page shows of a conversation: the same reducer as the browser's, in few lines."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}

    def take(self, frame: dict[str, Any]) -> None:
        """Apply one frame."""
        body, kind = frame.get("body", {}), frame.get("type", frame["op"])
        if kind == "snapshot":
            self.messages = {message["id"]: message for message in body["messages"]}
        elif kind in {"message.created", "message.completed"}:
            if kind == "message.completed" or body["message"]["id"] not in self.messages:
                self.messages[body["message"]["id"]] = body["message"]
        elif kind in {"part.created", "part.completed"}:
            parts = self.messages[body["message_id"]]["parts"]
            at = next((i for i, part in enumerate(parts) if part["id"] == body["part"]["id"]), None)
            if at is None:
                parts.append(body["part"])
            elif kind == "part.completed":
                parts[at] = body["part"]
        elif kind == "part.delta":
            parts = self.messages[body["message_id"]]["parts"]
            part = next(part for part in parts if part["id"] == body["part_id"])
            part["text"] += body["text"]

    @property
    def texts(self) -> list[str]:
        """The words, message by message."""
        return ["".join(part.get("text", "") for part in message["parts"]) for message in self.messages.values()]


@every_carrier
@pytest.mark.slow
async def test_an_answer_reads_the_same_after_five_drops(
    carrier: Carrier, admin: httpx.AsyncClient, member: httpx.AsyncClient, session_id: str
) -> None:
    await talk.connect_simulator(admin)
    screen = Screen()
    words = " ".join(f"word{number}" for number in range(120))
    await member.patch(f"/api/v1/chat/sessions/{session_id}", json={"model": "simulated-chat"})
    async with following(carrier, member, f"chat.session.{session_id}") as follower:
        screen.take(follower.snapshots[0])
        follower.on_frame = screen.take
        await talk.say(member, session_id, f"[[say={words}]]")
        for _ in range(5):
            seen = len(follower.events)
            await follower.until(lambda seen=seen: len(follower.events) > seen + 1 or _is_complete(follower.events))
            follower.drop()
        shown = await talk.ended(member, session_id)
        await follower.until(lambda: bool(screen.texts) and screen.texts[-1] == talk.text_of(shown))
        history = await talk.messages(member, session_id)
        assert screen.texts == [talk.text_of(message) for message in history]


def _is_complete(told: list[dict[str, Any]]) -> bool:
    return any(frame["type"] == "message.completed" for frame in told)


@every_carrier
@pytest.mark.slow
async def test_a_slow_reader_gets_all_of_it_in_order(
    carrier: Carrier, member: httpx.AsyncClient, server: Running, session_id: str
) -> None:
    stream, total = f"chat.session.{session_id}", 3000
    async with following(carrier, member, stream, pause=0.0005) as follower:
        for number in range(10):
            items = [("test.tick", {"n": number * 300 + i, "text": "x" * 500}) for i in range(300)]
            async with server.app.hall.db.write() as session:
                await events.publish_all(session, {stream: items})
        await follower.until(lambda: len(follower.events) >= total, 45)
        assert [frame["body"]["n"] for frame in follower.events] == list(range(total))


@pytest.mark.slow
async def test_two_tabs_by_different_ways_see_the_same(
    member: httpx.AsyncClient, session_id: str, db: Database
) -> None:
    stream = f"chat.session.{session_id}"
    async with (
        following("websocket", member, stream) as first,
        following("sse", member, stream) as second,
        following("poll", member, stream) as third,
    ):
        await rename(member, session_id, 30)
        for tab in (first, second, third):
            await tab.until(lambda tab=tab: len(tab.events) >= 30)
        assert told_by(first.events) == told_by(second.events) == told_by(third.events)
        assert told_by(first.events) == await stored(db, stream, first.events[0]["seq"] - 1)


@pytest.mark.slow
@pytest.mark.timeout(120)
@every_carrier
async def test_a_server_killed_in_the_middle_loses_nothing_it_acknowledged(
    carrier: Carrier, make_settings: MakeSettings
) -> None:
    settings = make_settings(port=processes.free_port())
    log = Database(settings)
    acknowledged = []
    async with product.launch(settings) as first, product.signed_in(first.url, "ada@example.org", "Ada") as http:
        session_id = await talk.begin(http, None)
        stream = f"chat.session.{session_id}"
        async with following(carrier, http, stream) as follower:
            await rename(http, session_id, 20)
            killing = asyncio.create_task(_kill_soon(first))
            for number in range(1000):
                try:
                    answer = await http.patch(f"/api/v1/chat/sessions/{session_id}", json={"title": f"Later {number}"})
                except httpx.HTTPError:
                    break
                acknowledged.append(answer.json()["title"])
            await killing
            async with product.launch(settings):
                await rename(http, session_id, 20)
                everything = await stored(log, stream, 1)
                await follower.until(
                    lambda: bool(follower.events) and follower.events[-1]["seq"] == everything[-1][0], 30
                )
                assert told_by(follower.events) == everything
                assert set(acknowledged) <= set(titles(follower.events))
                assert follower.connections >= 2
    await log.close()


async def _kill_soon(launched: product.Launched) -> None:
    await asyncio.sleep(0.4)
    launched.kill()
