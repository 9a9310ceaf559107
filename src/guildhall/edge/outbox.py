"""The outbox: what is to be sent in one turn of the loop, together: requests to providers, then answers to callers.

Sent one by one as they come up, each write wakes its reader, which has nothing more to do by the time of the next one
and sleeps again: the waking costs more than the write. Sent in two groups, a reader is still awake (decision 0009). So
that the groups are larger, what has come in meanwhile has its turn before they are sent.
"""

import asyncio
import os
from typing import Any

_Letter = tuple["Mailbox", bytes]


class Outbox:
    """The writes of this turn."""

    def __init__(self) -> None:
        self._requests: list[_Letter] = []
        self._answers: list[_Letter] = []
        self._is_due = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def request(self, mailbox: "Mailbox", data: bytes) -> None:
        """Send `data` to a provider at the end of this turn."""
        self._requests.append((mailbox, data))
        self._be_due()

    def answer(self, mailbox: "Mailbox", data: bytes) -> None:
        """Send `data` to a caller at the end of this turn."""
        self._answers.append((mailbox, data))
        self._be_due()

    def send(self) -> None:
        """Send everything now."""
        self._is_due = False
        letters = self._requests + self._answers
        self._requests = []
        self._answers = []
        for mailbox, data in letters:
            mailbox.write(data)

    def _after_another_look(self) -> None:
        if self._is_due and self._loop is not None:
            self._loop.call_soon(self.send)

    def _be_due(self) -> None:
        if not self._is_due:
            self._is_due = True
            # Asking asyncio for the loop costs a system call each time.
            self._loop = self._loop or asyncio.get_running_loop()
            self._loop.call_soon(self._after_another_look)


class Mailbox:
    """A transport, written to without a detour where that is possible."""

    __slots__ = ("_descriptor", "_is_behind", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        socket: Any = transport.get_extra_info("socket")
        is_plain = socket is not None and transport.get_extra_info("sslcontext") is None
        self._descriptor = socket.fileno() if is_plain else -1
        self._is_behind = not is_plain

    def write(self, data: bytes) -> None:
        """Write as much as the socket takes; the transport sends the rest, and finds out what is wrong with it."""
        if self._transport.is_closing():
            return
        if self._is_behind:
            self._is_behind = self._descriptor < 0 or self._transport.get_write_buffer_size() > 0
        if not self._is_behind:
            try:
                sent = os.write(self._descriptor, data)
            except OSError:
                sent = 0
            if sent == len(data):
                return
            data = data[sent:]
        self._is_behind = True
        self._transport.write(data)
