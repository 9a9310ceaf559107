"""The socket: tickets, origins, bad operations, silence and slow readers."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from guildhall.core import events
from guildhall.core.connection import Connection
from guildhall.core.db import Database
from guildhall.core.ids import new_id
from guildhall.core.realtime import SILENCE_SECONDS, Realtime, StreamKind, pass_of
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus
from tests.services import product
from tests.services.product import Running
from tests.sockets import Listener, listening, opened


async def my_stream(http: httpx.AsyncClient) -> str:
    return f"user.{(await http.get('/api/v1/me')).json()['id']}"


async def closes_with(listener: Listener) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await listener.hear()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_a_ticket_needs_a_signed_in_person(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/realtime/ticket")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")


async def test_a_ticket_opens_one_socket(member: httpx.AsyncClient) -> None:
    ticket = (await member.post("/api/v1/realtime/ticket")).json()["ticket"]
    async with opened(member, ticket) as first:
        await first.say(op="ping")
        assert await first.hear() == {"op": "pong"}
        async with opened(member, ticket) as second:
            assert await closes_with(second) == 4401


@pytest.mark.parametrize("ticket", ["", "made-up", "é"])
async def test_a_wrong_ticket_is_closed_with_its_code(member: httpx.AsyncClient, ticket: str) -> None:
    async with opened(member, ticket) as listener:
        assert await closes_with(listener) == 4401


async def test_an_address_with_a_nul_is_refused_before_anything_looks_at_it(member: httpx.AsyncClient) -> None:
    with pytest.raises(InvalidStatus):
        async with opened(member, "%00"):
            pass
    answer = await member.get("/api/v1/chat/sessions/%00")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


async def test_two_sockets_racing_for_one_ticket_get_one(member: httpx.AsyncClient) -> None:
    ticket = (await member.post("/api/v1/realtime/ticket")).json()["ticket"]

    async def race() -> Any:
        async with opened(member, ticket) as listener:
            await listener.say(op="ping")
            try:
                return (await listener.hear())["op"]
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None

    outcomes = await asyncio.gather(*(race() for _ in range(6)))
    assert sorted(map(str, outcomes)) == ["4401"] * 5 + ["pong"]


async def test_a_page_of_another_site_cannot_open_a_socket(member: httpx.AsyncClient) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with listening(member, origin="https://elsewhere.example") as listener:
            await listener.hear()


async def test_our_own_page_can_open_a_socket(member: httpx.AsyncClient, server: Running) -> None:
    async with listening(member, origin=server.url) as listener:
        await listener.say(op="ping")
        assert await listener.hear() == {"op": "pong"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("not json", "invalid_operation"),
        ("[]", "invalid_operation"),
        ('{"op":"dance"}', "invalid_operation"),
        ('{"op":"ping","extra":1}', "invalid_operation"),
        ('{"op":"subscribe","stream":"x","after":"y"}', "invalid_operation"),
        ('{"op":"subscribe","stream":""}', "stream_not_found"),
        ('{"op":"subscribe","stream":"nothing.here"}', "stream_not_found"),
        ('{"op":"subscribe","stream":"chat.session."}', "stream_not_found"),
        ('{"op":"subscribe","stream":"chat.session.\\u0000"}', "stream_not_found"),
    ],
)
async def test_bad_operations_are_answered_and_the_socket_stays(
    member: httpx.AsyncClient, sent: str, code: str
) -> None:
    async with listening(member) as listener:
        await listener.socket.send(sent)
        frame = await listener.hear()
        assert (frame["op"], frame["code"]) == ("error", code)
        await listener.say(op="ping")
        assert await listener.hear() == {"op": "pong"}


async def test_a_place_beyond_the_end_begins_with_a_snapshot(member: httpx.AsyncClient) -> None:
    async with listening(member) as listener:
        assert (await listener.subscribe(await my_stream(member), after=10**9))["op"] == "subscribed"
        assert (await listener.hear())["op"] == "snapshot"


@pytest.mark.slow
async def test_subscriptions_have_a_limit(member: httpx.AsyncClient) -> None:
    sessions = [(await member.post("/api/v1/chat/sessions", json={})).json()["id"] for _ in range(51)]
    async with listening(member) as listener:
        for session_id in sessions:
            await listener.say(op="subscribe", stream=f"chat.session.{session_id}")
        async with asyncio.timeout(10):
            while (frame := await listener.hear())["op"] != "error":
                pass
    assert frame["code"] == "too_many_subscriptions"


@pytest.mark.slow
async def test_tasks_end_with_their_sockets(member: httpx.AsyncClient) -> None:
    stream = await my_stream(member)
    async with listening(member) as listener:
        await listener.subscribe(stream)
    await asyncio.sleep(0.2)
    before = len(asyncio.all_tasks())
    for _ in range(20):
        async with listening(member) as listener:
            await listener.subscribe(stream)
    await asyncio.sleep(0.3)
    assert len(asyncio.all_tasks()) <= before + 2


@pytest.mark.slow
async def test_a_socket_that_says_nothing_is_closed(server: Running, admin: httpx.AsyncClient) -> None:
    """Whose sign-in is fresh: a socket ends with its token, too."""
    async with (
        product.signed_in(server.url, "silent@example.org", "Silent") as fresh,
        listening(fresh, ping_interval=None) as listener,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            await listener.hear(SILENCE_SECONDS + 10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4408


async def test_a_client_that_never_reads_costs_a_bounded_queue_and_misses_nothing_when_it_does(
    settings: Settings,
) -> None:
    bus = create_bus(settings)
    await bus.start()
    log = Database(settings, info={"bus": bus})
    stream = f"test.{new_id('st')}"

    async def everyone(*_: object) -> bool:
        return True

    client = Connection(Realtime(log, bus, [StreamKind("test.", everyone)]), pass_of("us_1", None, None))
    await client.operate(f'{{"op":"subscribe","stream":"{stream}","after":0}}')
    total = 3000
    for _ in range(30):
        async with log.write() as session:
            await events.publish_all(session, {stream: [("tick", {"text": "x" * 100})] * (total // 30)})
    assert len(client.outbox) <= 256
    seen: list[int] = []
    async with asyncio.timeout(20):
        while len(seen) < total:
            told = orjson.loads((await client.outbox.take()).encoded())
            seen += [told["seq"]] if told["op"] == "event" else []
    assert seen == list(range(1, total + 1))
    await client.close()
    await log.close()
    await bus.stop()
