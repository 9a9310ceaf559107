"""Connections follow their person's standing: renewed in place, ended within a second, bounded in what they may ask."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from guildhall.core import access
from guildhall.core.clock import now
from guildhall.core.ids import new_id
from guildhall.core.realtime import issue_ticket
from tests.followers import CARRIERS, Carrier, frames
from tests.services import product
from tests.services.product import Running
from tests.sockets import Listener, listening

every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


def person(server: Running) -> Any:
    """Somebody of this test alone, signed in."""
    return product.signed_in(server.url, f"standing-{new_id('us')}@example.org".replace("_", "-"), "Stan")


async def id_of(http: httpx.AsyncClient) -> str:
    return str((await http.get("/api/v1/me")).json()["id"])


async def closed(listener: Listener) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            await listener.hear(5)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


async def ends(carrier: Carrier, http: httpx.AsyncClient, stream: str, begun: asyncio.Event) -> float:
    """When a connection that only follows comes to its end; what ended it is the carrier's to say."""
    try:
        async for frame in frames(carrier, http, stream, None):
            if frame["op"] == "close":
                break
            begun.set()
    except Exception:  # noqa: BLE001 - a closing code, a 401 or the end of a stream
        return time.monotonic()
    return time.monotonic()


@every_carrier
async def test_disabling_an_account_ends_its_connections_within_a_second(
    carrier: Carrier, server: Running, admin: httpx.AsyncClient
) -> None:
    async with person(server) as http:
        user_id = await id_of(http)
        begun = asyncio.Event()
        ending = asyncio.create_task(ends(carrier, http, f"user.{user_id}", begun))
        async with asyncio.timeout(10):
            await begun.wait()
        await asyncio.sleep(0.2)
        started = time.monotonic()
        answer = await admin.patch(f"/api/v1/users/{user_id}", json={"state": "disabled"})
        assert answer.status_code == 200, answer.text
        async with asyncio.timeout(10):
            assert await ending - started < 1.5  # of which the change itself takes a part
        assert not [it for it in server.app.hall.realtime.connections() if it.user_id == user_id]


async def test_signing_out_closes_the_socket_of_that_sign_in_and_no_other(server: Running) -> None:
    async with person(server) as http, product.client(server.url) as second:
        email = (await http.get("/api/v1/me")).json()["email"]
        login = await second.post("/api/v1/auth/login", json={"email": email, "password": product.PASSWORD})
        second.headers["authorization"] = f"Bearer {login.json()['access_token']}"
        async with listening(http) as gone, listening(second) as stays:
            assert (await http.post("/api/v1/auth/logout")).status_code < 300
            assert await closed(gone) == 4401
            await stays.say(op="ping")
            assert await stays.hear() == {"op": "pong"}


async def test_a_socket_is_renewed_without_reconnecting(member: httpx.AsyncClient, server: Running) -> None:
    hall = server.app.hall
    user_id = await id_of(member)
    async with hall.db.write() as session:
        ticket, _ = await issue_ticket(session, user_id, None, now() + timedelta(seconds=1))
    async with listening(member) as listener:
        await listener.say(op="authenticate", ticket=ticket)
        assert (await listener.hear())["op"] == "authenticated"
        renewed = (await member.post("/api/v1/realtime/ticket")).json()
        assert set(renewed) == {"ticket", "expires_in", "authorised_until"}
        await listener.say(op="authenticate", ticket=renewed["ticket"])
        told = await listener.hear()
        assert (told["op"], told["authorised_until"][:19]) == ("authenticated", renewed["authorised_until"][:19])
        await listener.say(op="ping")
        assert await listener.hear() == {"op": "pong"}


async def test_a_ticket_of_somebody_else_renews_nothing(member: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    theirs = (await other.post("/api/v1/realtime/ticket")).json()["ticket"]
    async with listening(member) as listener:
        for ticket in ("", "made-up", theirs):
            await listener.say(op="authenticate", ticket=ticket)
            told = await listener.hear()
            assert (told["op"], told["code"]) == ("error", "ticket_refused")


async def test_a_socket_whose_authorisation_has_run_out_is_closed(member: httpx.AsyncClient, server: Running) -> None:
    async with listening(member) as listener:
        await listener.say(op="ping")
        await listener.hear()
        user_id = await id_of(member)
        for connection in server.app.hall.realtime.connections():
            if connection.user_id == user_id:
                connection.authorised_until = now() - timedelta(minutes=5)
        assert await closed(listener) == 4401


async def test_a_right_that_is_taken_away_ends_the_subscription_only(server: Running) -> None:
    async with person(server) as http, listening(http) as listener:
        user_id = await id_of(http)
        await listener.subscribe(f"user.{user_id}")
        await listener.hear()
        connection = next(it for it in server.app.hall.realtime.connections() if it.user_id == user_id)
        connection._following[f"user.{user_id}"].rest = "somebody-else"  # as if the stream were not theirs any more
        async with server.app.hall.db.write() as session:
            await access.changed(session, user_id)
        told = await listener.hear()
        assert (told["op"], told["code"], told["stream"]) == ("error", "stream_not_found", f"user.{user_id}")
        await listener.say(op="ping")
        assert await listener.hear() == {"op": "pong"}


async def test_an_operation_that_is_too_large_closes_the_socket(member: httpx.AsyncClient) -> None:
    async with listening(member) as listener:
        await listener.say(op="subscribe", stream="x" * 5000)
        assert await closed(listener) == 1009


async def test_a_client_that_asks_without_end_is_told_and_then_closed(
    member: httpx.AsyncClient, server: Running
) -> None:
    most = server.app.hall.realtime.limits().operations_per_socket
    async with listening(member) as listener:
        told = []

        async def ask() -> None:
            for _ in range(most + 200):
                await listener.say(op="ping")

        asking = asyncio.create_task(ask())
        with pytest.raises(ConnectionClosed) as ended:
            while True:
                told.append(await listener.hear(5))
        await asyncio.gather(asking, return_exceptions=True)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4429
    assert {frame.get("code") for frame in told} == {None, "rate_limit_exceeded"}
    assert len([frame for frame in told if frame["op"] == "pong"]) >= most
