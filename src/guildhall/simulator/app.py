"""The simulator's ASGI application: `/v1/models`, `/v1/chat/completions`, and `/stats` for tests that count."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from itertools import count
from typing import Any

import msgspec
import orjson

from guildhall.simulator import play, wire
from guildhall.simulator import script as scripts
from guildhall.simulator.script import Script

_JSON = (b"content-type", b"application/json")
MODELS = ("simulated-chat", "simulated-reasoner", "simulated-instant")
_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Simulator:
    """One simulated provider; it counts what it was asked, what it answered and who left early."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._stats = {"asked": 0, "answered": 0, "dropped": 0, "abandoned": 0, "active": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        match scope["method"], scope["path"]:
            case "POST", "/v1/chat/completions":
                await self._chat(receive, send)
            case "GET", "/v1/models":
                await _respond(send, 200, wire.models(MODELS))
            case "GET", "/stats":
                await _respond(send, 200, orjson.dumps(self._stats))
            case method, path:
                await _respond(send, 404, orjson.dumps(wire.error(404, f"Unknown request URL: {method} {path}.")))

    async def _chat(self, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        try:
            request = wire.decode(body)
        except msgspec.DecodeError as problem:
            await _respond(send, 400, orjson.dumps(wire.error(400, f"The body is not a chat completion: {problem}")))
            return
        last = request.messages[-1].text() if request.messages else ""
        script = scripts.read(request.model, last)
        self._stats["asked"] += 1
        self._stats["active"] += 1
        outcome = "abandoned"
        try:
            outcome = await self._answer(request, script, receive, send)
        finally:
            self._stats["active"] -= 1
            self._stats[outcome] += 1

    async def _answer(self, request: wire.ChatRequest, script: Script, receive: Receive, send: Send) -> str:
        """Answer, and tell how it ended; whoever leaves while we pause or stream is noticed at once."""
        answer_id = f"chatcmpl-simulated-{next(self._ids)}"
        if not request.model.startswith("simulated"):
            await _respond(send, 404, orjson.dumps(wire.error(404, f"The model {request.model!r} does not exist.")))
        elif script.is_plain and not request.stream:
            reply = play.compose(request, script)
            await _respond(send, 200, wire.completion(answer_id, request.model, reply, usage=True, finished=True))
        else:
            return await _unless_gone(_perform(answer_id, request, script, send), receive)
        return "answered"


async def _perform(answer_id: str, request: wire.ChatRequest, script: Script, send: Send) -> str:
    """Play the script to its end; leaving the response unfinished makes the server close the connection."""
    if await _refuse(script, send):
        return "answered"
    reply = play.compose(request, script)
    step = 1 if "split" in script.flags else 0
    if not request.stream:
        body, let_out = await play.whole(answer_id, request, script, reply)
        await _start(send, 200, [_JSON, (b"content-length", str(len(body)).encode())])
        await _write(send, body[:let_out], step, more=let_out < len(body))
        if script.hang_after is not None:
            await asyncio.Event().wait()
        return "answered" if let_out == len(body) else "dropped"
    try:
        started = False
        async for event in play.stream(answer_id, request, script, reply):
            if not started:
                await _start(send, 200, [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")])
                started = True
            await _write(send, event, step, more=True)
    except play.DroppedError:
        return "dropped"
    await send({"type": "http.response.body", "body": b""})
    return "answered"


async def _refuse(script: Script, send: Send) -> bool:
    """Answer with an error or a web page when the script says so."""
    if script.status == 200 and not script.flags & {"html", "errorbody"}:
        return False
    await asyncio.sleep(script.delay)
    if "html" in script.flags:
        await _start(send, 200, [(b"content-type", b"text/html"), (b"content-length", str(len(_PAGE)).encode())])
        await _write(send, _PAGE, 0, more=False)
    elif "errorbody" in script.flags:
        await _respond(send, 200, orjson.dumps(wire.error(500, "The simulated provider failed politely.")))
    else:
        message = f"The simulator was asked to answer with {script.status}."
        headers = [(b"retry-after", b"1")] if script.status in (429, 503) else []
        await _respond(send, script.status, orjson.dumps(wire.error(script.status, message)), headers)
    return True


async def _unless_gone(work: Coroutine[Any, Any, str], receive: Receive) -> str:
    """Do the work, unless the caller leaves first."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else "abandoned"
    finally:
        for task in (working, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def _respond(send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None) -> None:
    length = (b"content-length", str(len(body)).encode())
    await _start(send, status, [_JSON, length, *(extra or [])])
    await _write(send, body, 0, more=False)


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _write(send: Send, body: bytes, step: int, *, more: bool) -> None:
    """Send the bytes at once, or `step` at a time when a step is given."""
    size = step or max(1, len(body))
    for start in range(0, max(1, len(body)), size):
        is_last = start + size >= len(body)
        await send({"type": "http.response.body", "body": body[start : start + size], "more_body": more or not is_last})
        if step:
            await asyncio.sleep(0)
