"""The streams without a WebSocket: places, rights, limits, errors and ends of server-sent events and long poll."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from guildhall.core import realtime
from tests.conftest import MakeSettings
from tests.services import processes, product
from tests.services.product import Running
from tests.sockets import listening

pytestmark = pytest.mark.slow


async def user_stream(http: httpx.AsyncClient) -> str:
    return f"user.{(await http.get('/api/v1/me')).json()['id']}"


async def new_session(http: httpx.AsyncClient) -> str:
    return str((await http.post("/api/v1/chat/sessions", json={})).json()["id"])


async def poll(http: httpx.AsyncClient, *streams: str, **params: Any) -> dict[str, Any]:
    answer = await http.get("/api/v1/events", params={"stream": streams, "wait": 0, **params})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def told(answer: httpx.Response, count: int) -> list[tuple[str, dict[str, Any]]]:
    """The first frames of a stream of server-sent events, each with its id."""
    found, place = [], ""
    async with asyncio.timeout(10):
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                place = line[4:]
            elif line.startswith("data: "):
                found.append((place, json.loads(line[6:])))
                if len(found) == count:
                    return found
    return found


async def test_a_newcomer_polls_a_snapshot_and_goes_on_from_its_number(member: httpx.AsyncClient) -> None:
    stream = f"chat.session.{(session := await new_session(member))}"
    first = await poll(member, stream)
    assert first["snapshot"]["session"]["id"] == session
    await member.patch(f"/api/v1/chat/sessions/{session}", json={"title": "New"})
    then = await poll(member, stream, after=first["seq"])
    assert [(event["seq"], event["type"]) for event in then["events"]] == [(first["seq"] + 1, "session.changed")]
    assert (then["snapshot"], then["seq"], then["after"]) == (None, first["seq"] + 1, f"{stream}:{first['seq'] + 1}")


async def test_a_poll_waits_for_what_happens_and_answers_at_once(member: httpx.AsyncClient) -> None:
    stream = f"chat.session.{(session := await new_session(member))}"
    place = (await poll(member, stream))["seq"]
    waiting = asyncio.create_task(poll(member, stream, after=place, wait=25))
    await asyncio.sleep(0.3)
    started = time.monotonic()
    await member.patch(f"/api/v1/chat/sessions/{session}", json={"title": "New"})
    assert [event["type"] for event in (await waiting)["events"]] == ["session.changed"]
    assert time.monotonic() - started < 2


async def test_a_poll_without_news_ends_empty_at_its_place(member: httpx.AsyncClient) -> None:
    stream = f"chat.session.{await new_session(member)}"
    place = (await poll(member, stream))["seq"]
    started = time.monotonic()
    empty = await poll(member, stream, after=place, wait=1)
    assert (empty["events"], empty["snapshot"], empty["seq"]) == ([], None, place)
    assert 0.9 < time.monotonic() - started < 3


async def test_several_streams_share_one_poll(member: httpx.AsyncClient) -> None:
    streams = [f"chat.session.{await new_session(member)}" for _ in range(3)]
    first = await poll(member, *streams)
    assert [place["stream"] for place in first["streams"]] == streams
    assert all(place["snapshot"] for place in first["streams"])
    again = await poll(member, *streams, after=first["after"])
    assert (again["events"], [place["snapshot"] for place in again["streams"]]) == ([], [None] * 3)


async def test_server_sent_events_begin_with_a_snapshot_and_follow(member: httpx.AsyncClient) -> None:
    stream = f"chat.session.{(session := await new_session(member))}"
    async with member.stream("GET", "/api/v1/events", params={"stream": stream}) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        await member.patch(f"/api/v1/chat/sessions/{session}", json={"title": "New"})
        frames = await told(answer, 2)
    assert [frame["op"] for _, frame in frames] == ["subscribed", "snapshot"]


async def test_the_last_event_id_counts_before_the_address(member: httpx.AsyncClient) -> None:
    stream = f"chat.session.{(session := await new_session(member))}"
    place = (await poll(member, stream))["seq"]
    for title in ("a", "b", "c"):
        await member.patch(f"/api/v1/chat/sessions/{session}", json={"title": title})
    request = {"params": {"stream": stream, "after": place}, "headers": {"last-event-id": str(place + 1)}}
    async with member.stream("GET", "/api/v1/events", **request) as answer:
        frames = await told(answer, 3)
    assert [(place_, frame["seq"]) for place_, frame in frames] == [(str(place + n), place + n) for n in (1, 2, 3)]


async def test_the_id_of_several_streams_holds_every_place(member: httpx.AsyncClient) -> None:
    streams = sorted([f"chat.session.{await new_session(member)}" for _ in range(2)])
    async with member.stream("GET", "/api/v1/events", params={"stream": streams}) as answer:
        frames = await told(answer, 4)
    assert {part.rpartition(":")[0] for part in frames[-1][0].split(",")} == set(streams)
    after = (await poll(member, *streams))["after"]
    async with member.stream(
        "GET", "/api/v1/events", params={"stream": streams}, headers={"last-event-id": after}
    ) as answer:
        assert [frame["snapshot"] for _, frame in await told(answer, 2)] == [False, False]


@pytest.mark.parametrize("wait", [{}, {"wait": 0}])
async def test_a_stream_of_somebody_else_looks_like_none(
    member: httpx.AsyncClient, other: httpx.AsyncClient, http: httpx.AsyncClient, wait: dict[str, int]
) -> None:
    theirs = [f"chat.session.{await new_session(member)}", await user_stream(member)]
    for stream in [*theirs, "chat.session.none", "nothing.here", "Not A Name", ""]:
        answer = await other.get("/api/v1/events", params={"stream": stream, **wait})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "stream_not_found")
    answer = await http.get("/api/v1/events", params={"stream": theirs[0], **wait})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"stream": ["a"] * 21},
        {"wait": 31, "stream": "a"},
        {"wait": -1, "stream": "a"},
        {"wait": "x", "stream": "a"},
        {"stream": "a", "after": "x"},
        {"stream": "a", "after": "-1"},
        {"stream": "a", "after": "9" * 30},
        {"stream": "a", "after": "a:b"},
        {"stream": "a", "tab": "a b"},
    ],
)
async def test_a_bad_question_gets_one_clear_error(member: httpx.AsyncClient, params: dict[str, Any]) -> None:
    answer = await member.get("/api/v1/events", params=params)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error"), answer.text


async def test_connections_of_one_person_have_a_limit(
    other: httpx.AsyncClient, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, stream = server.app.hall.realtime, await user_stream(other)
    monkeypatch.setattr(hall, "limits", lambda: realtime.RealtimeLimits(sockets_per_user=4))

    async def connected(count: int) -> None:
        async with asyncio.timeout(10):
            while sum(f"user.{one.user_id}" == stream for one in hall.connections()) != count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # seen from outside

    place = (await poll(other, stream))["seq"]
    held = [asyncio.create_task(poll(other, stream, after=place, wait=30)) for _ in range(4)]
    await connected(4)
    refused = await other.get("/api/v1/events", params={"stream": stream, "wait": 0})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_connections")
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    await connected(0)
    await poll(other, stream)


async def test_a_stream_that_is_quiet_still_beats(member: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realtime, "HEARTBEAT_SECONDS", 0.2)
    async with member.stream("GET", "/api/v1/events", params={"stream": await user_stream(member)}) as answer:
        async with asyncio.timeout(5):
            async for line in answer.aiter_lines():
                if line == ": still here":
                    break


async def test_a_server_that_stops_ends_every_way_at_once_and_with_a_reason(make_settings: MakeSettings) -> None:
    settings = make_settings(port=processes.free_port())
    async with (
        product.launch(settings) as launched,
        product.signed_in(launched.url, "ada@example.org", "Ada") as http,
        listening(http) as socket,
    ):
        stream = await user_stream(http)
        await socket.subscribe(stream)
        place = (await poll(http, stream))["seq"]
        polling = asyncio.create_task(poll(http, stream, after=place, wait=30))
        frames: list[dict[str, Any]] = []
        async with http.stream("GET", "/api/v1/events", params={"stream": stream}) as answer, asyncio.timeout(20):
            async for line in answer.aiter_lines():
                frames += [json.loads(line[6:])] if line.startswith("data: ") else []
                if len(frames) == 2 and frames[-1]["op"] == "snapshot" and line.startswith("data: "):
                    started = time.monotonic()
                    stopping = asyncio.create_task(launched.stop())
        assert (frames[-1]["op"], frames[-1]["code"]) == ("close", 1012)
        assert (await polling)["events"] == []
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert await stopping == 0
        assert time.monotonic() - started < 8
