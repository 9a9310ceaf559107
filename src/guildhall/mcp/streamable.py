"""Streamable: a server at an address; every message is a POST, and answers come as JSON or as a stream of events."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from guildhall.core import outbound
from guildhall.core.errors import AppError
from guildhall.core.network import Incoming
from guildhall.core.outbound import OutboundError
from guildhall.mcp import wire
from guildhall.mcp.errors import McpError
from guildhall.mcp.wire import Message

_PARTING_SECONDS = 5.0
_WORDS_BYTES = 2000
_LONGEST_SESSION = 1000
_TOO_LONG = f"It answered with more than {wire.MOST_BYTES // 2**20} MB."


class Address:
    """A link to an address that passes the guard."""

    def __init__(self, url: str, secrets: Mapping[str, str], *, is_private: bool) -> None:
        self._url, self._secrets, self._is_private = url, secrets, is_private
        self._session: dict[str, str] = {}
        self._version: dict[str, str] = {}

    @property
    def is_open(self) -> bool:
        """Nothing is held open between messages."""
        return True

    @property
    def hint(self) -> str:
        """There is nothing to say about silence."""
        return ""

    async def open(self) -> None:
        """Nothing to do: the first message is the greeting."""

    async def ask(self, request: Message) -> Message:
        """Send it; the answer is in what comes back."""
        async with self._post(request) as incoming:
            if "text/event-stream" in incoming.headers.get("content-type", ""):
                return await self._answer_in(incoming, request["id"])
            body = await _whole(incoming, wire.MOST_BYTES)
        for message in wire.read(body):
            if message.get("id") == request["id"]:
                return message
        raise McpError(f"It answered with what is no message: {_start_of(body)}")

    async def tell(self, notification: Message) -> None:
        """Send it; what comes back says nothing."""
        async with self._post(notification):
            pass

    def agreed(self, version: str) -> None:
        """From now on every message says which version holds."""
        self._version = {"mcp-protocol-version": version}

    async def close(self) -> None:
        """Tell the server that its session is over, if it gave us one."""
        if self._session:
            with contextlib.suppress(OutboundError, TimeoutError, AppError):
                async with asyncio.timeout(_PARTING_SECONDS), self._sent("DELETE", b""):
                    pass

    async def _answer_in(self, incoming: Incoming, request_id: object) -> Message:
        asked = []
        async for event in _events(incoming):
            for message in wire.read(event):
                if "method" in message:
                    asked += [message] if "id" in message else []
                elif message.get("id") == request_id:
                    return message
            while asked:
                with contextlib.suppress(McpError):
                    await self.tell(wire.reply_to(asked.pop()))
        raise McpError("It ended the connection without an answer.", is_lost=True)

    @asynccontextmanager
    async def _post(self, message: Message) -> AsyncIterator[Incoming]:
        try:
            async with self._sent("POST", wire.written(message)) as incoming:
                session = incoming.headers.get("mcp-session-id", "")
                if 0 < len(session) <= _LONGEST_SESSION and session.isascii() and session.isprintable():
                    self._session = {"mcp-session-id": session}
                if not 200 <= incoming.status < 300:
                    raise await self._refused(incoming)
                yield incoming
        except OutboundError as error:
            raise McpError(error.message, is_lost=error.reason == "dropped") from None
        except AppError as error:
            raise McpError(error.message) from None

    def _sent(self, method: str, body: bytes) -> contextlib.AbstractAsyncContextManager[Incoming]:
        headers = {
            "accept": "application/json, text/event-stream",
            "content-type": "application/json",
            **self._session,
            **self._version,
            **{name.lower(): value for name, value in self._secrets.items()},
        }
        return outbound.opened(method, self._url, body, headers=headers, private=self._is_private)

    async def _refused(self, incoming: Incoming) -> McpError:
        status = incoming.status
        if status == 404 and self._session:
            self._session = {}
            return McpError("It does not know our session any more.", is_unheard=True)
        if status in (401, 403):
            return McpError(f"It wants other credentials (status {status}).")
        if 300 <= status < 400:
            return McpError(f"It redirects to {incoming.headers.get('location', 'nowhere')[:200]}: enter that address.")
        words = _start_of(await _whole(incoming, _WORDS_BYTES))
        return McpError(f"It answered with status {status}: {words}" if words else f"It answered with status {status}.")


async def _whole(incoming: Incoming, most: int) -> bytes:
    received = bytearray()
    async for chunk in incoming.chunks:
        received += chunk
        if len(received) > most:
            if most == wire.MOST_BYTES:
                raise McpError(_TOO_LONG)
            break
    return bytes(received)


async def _events(incoming: Incoming) -> AsyncIterator[bytes]:
    """What each event of a stream says."""
    received = bytearray()
    event: list[bytes] = []
    size = 0
    async for chunk in incoming.chunks:
        received += chunk
        size += len(chunk)
        if size > wire.MOST_BYTES:
            raise McpError(_TOO_LONG)
        if b"\n" not in chunk and b"\r" not in chunk:
            continue
        *lines, rest = received.replace(b"\r\n", b"\n").split(b"\n")
        received = rest
        for line in lines:
            if line.startswith(b"data:"):
                event.append(bytes(line[5:].removeprefix(b" ")))
            elif not line and event:
                yield b"\n".join(event)
                event, size = [], len(rest)


def _start_of(body: bytes) -> str:
    return " ".join(body[:300].decode(errors="replace").replace("\0", "").split())[:200]
