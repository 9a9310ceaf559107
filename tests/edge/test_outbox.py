"""What is sent together arrives whole, in order, and nowhere else."""

import asyncio
import os
import socket
from typing import cast

import pytest

from guildhall.edge.outbox import Mailbox, Outbox


class End(asyncio.Protocol):
    """Our end of a connection, which hears nothing."""


async def connect() -> tuple[asyncio.Transport, socket.socket]:
    """Our end and theirs."""
    ours, theirs = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(End, sock=ours)
    return cast("asyncio.Transport", transport), theirs


async def read(theirs: socket.socket, length: int) -> bytes:
    theirs.setblocking(False)
    heard = b""
    async with asyncio.timeout(10):
        while len(heard) < length:
            heard += await asyncio.get_running_loop().sock_recv(theirs, 1 << 20)
    return heard


async def test_a_reader_who_is_slow_gets_everything_in_order() -> None:
    outbox = Outbox()
    transport, theirs = await connect()
    mailbox = Mailbox(transport)
    pieces = [bytes([number]) * 100_000 for number in range(30)]
    for piece in pieces[:20]:
        outbox.answer(mailbox, piece)
    await asyncio.sleep(0.01)
    for piece in pieces[20:]:
        outbox.answer(mailbox, piece)
    assert await read(theirs, 3_000_000) == b"".join(pieces)
    outbox.answer(mailbox, b"again")
    assert await read(theirs, 5) == b"again"
    transport.close()
    theirs.close()


async def test_requests_go_before_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = Outbox()
    (one, provider), (other, caller) = await connect(), await connect()
    outbox.answer(Mailbox(other), b"answer")
    outbox.request(Mailbox(one), b"request")
    sent: list[bytes] = []
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: sent.append(data) or write(descriptor, data))
    outbox.send()
    assert sent == [b"request", b"answer"]
    for end in (one, other):
        end.close()
    provider.close()
    caller.close()


async def test_nothing_is_written_to_a_closed_connection_nor_to_one_that_took_its_number() -> None:
    outbox = Outbox()
    transport, theirs = await connect()
    outbox.answer(Mailbox(transport), b"late")
    transport.abort()
    after, others = await connect()
    await asyncio.sleep(0.01)
    assert theirs.recv(10) == b""
    others.setblocking(False)
    with pytest.raises(BlockingIOError):
        others.recv(10)
    after.close()
    theirs.close()
    others.close()


async def test_a_broken_connection_is_found_out_by_its_transport() -> None:
    outbox = Outbox()
    transport, theirs = await connect()
    theirs.close()
    outbox.answer(Mailbox(transport), b"to nobody")
    await asyncio.sleep(0.05)
    assert transport.is_closing()
