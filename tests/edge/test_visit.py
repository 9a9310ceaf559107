"""A visit notices callers who trickle, leave or take for ever."""

import asyncio
from typing import Any

import pytest

from guildhall.core.errors import TooLargeError
from guildhall.edge.answer import Headers, WholeAnswer
from guildhall.edge.call import Call, Timeouts
from guildhall.edge.endpoints import CHAT
from guildhall.edge.transport import AsgiLine
from guildhall.edge.visit import Visit


class Client:
    """The other end of an ASGI connection: it sends what it is told to and keeps what it hears."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.heard: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: Any) -> None:
        self.heard.append(message)


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def line_to(client: Client, headers: Headers | None = None, *, limit: int = 100) -> AsgiLine:
    return AsgiLine(headers or [], client.receive, client.send, limit)


def begin(line: AsgiLine, call: Call) -> Visit:
    return Visit(call, line, Timeouts(), asyncio.get_running_loop())


async def stay(client: Client, visit_of: list[Visit]) -> int:
    """A visit as the transport makes it; gives the status that was written down."""
    call = Call(CHAT)
    line = line_to(client)
    visit = begin(line, call)
    visit_of.append(visit)
    try:
        await line.body()
        visit.has_body = True
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        assert await visit.interrupted()
    finally:
        visit.leave()
    return call.status


async def test_a_body_in_pieces_is_put_together() -> None:
    client = Client(part(b"a", more=True), part(b"b", more=True), part(b"", more=False))
    assert await line_to(client).body() == b"ab"


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"11")]])
async def test_a_body_beyond_the_limit_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    client = Client(part(b"x" * 6, more=True), part(b"x" * 5, more=False))
    with pytest.raises(TooLargeError):
        await line_to(client, headers, limit=10).body()


async def test_a_body_that_trickles_in_is_a_408() -> None:
    client, visits = Client(part(b"x", more=True)), list[Visit]()
    staying = asyncio.create_task(stay(client, visits))
    await asyncio.sleep(0)
    visits[0].tick(asyncio.get_running_loop().time() + 61)
    assert await staying == 408
    assert client.heard[0]["status"] == 408


async def test_a_caller_who_leaves_is_noticed_after_the_first_tick() -> None:
    client, visits = Client(part(b"{}", more=False), {"type": "http.disconnect"}), list[Visit]()
    staying = asyncio.create_task(stay(client, visits))
    await asyncio.sleep(0)
    visits[0].tick(asyncio.get_running_loop().time() + 1)
    assert await staying == 499
    assert client.heard == []


async def test_a_call_that_takes_for_ever_is_a_504() -> None:
    client, visits = Client(part(b"{}", more=False)), list[Visit]()
    staying = asyncio.create_task(stay(client, visits))
    await asyncio.sleep(0)
    visits[0].tick(asyncio.get_running_loop().time() + 1801)
    assert await staying == 504
    assert client.heard[0]["status"] == 504


async def test_an_answer_is_sent_once_even_when_an_error_follows() -> None:
    client = Client()
    visit = begin(line_to(client), Call(CHAT))
    sending = visit.whole(WholeAnswer(200, [], b"{}"))
    assert sending is not None
    await sending
    await visit.refuse(TooLargeError("late", "Too late."))
    assert [message["type"] for message in client.heard] == ["http.response.start", "http.response.body"]
