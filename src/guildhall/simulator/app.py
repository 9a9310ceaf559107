"""The simulator's ASGI application: what providers serve under `/v1`, and `/stats` for tests that count."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any

import msgspec
import orjson

from guildhall.simulator import anthropic, figures, gemini, media, play, responses, wire
from guildhall.simulator import script as scripts
from guildhall.simulator.play import Speech
from guildhall.simulator.script import Script
from guildhall.simulator.wire import ChatRequest

_JSON = (b"content-type", b"application/json")
MODELS = ("simulated-chat", "simulated-reasoner", "simulated-instant")
_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"
_NO_ROOM = "This model's maximum context length is {} tokens. However, your messages resulted in {} tokens."

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Decode = Callable[[bytes], ChatRequest]
Speak = Callable[[str, ChatRequest], Speech]


class Simulator:
    """One simulated provider; it counts what it was asked, what it answered and who left early."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._shelf = responses.Shelf()
        self._stats = {"asked": 0, "answered": 0, "dropped": 0, "abandoned": 0, "active": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        match scope["method"], scope["path"]:
            case "POST", "/v1/chat/completions" | "/v1/completions":
                await self._chat(wire.decode, wire.Speech, receive, send)
            case "POST", "/v1/messages":
                await self._chat(anthropic.decode, anthropic.Speech, receive, send)
            case "POST", path if found := gemini.ADDRESS.fullmatch(path):
                is_stream = found["way"] == "streamGenerateContent"
                decode = partial(gemini.decode, model=found["model"], stream=is_stream)
                await self._chat(decode, gemini.Speech, receive, send)
            case "POST", "/v1/responses":
                await self._chat(self._shelf.decode, self._shelf.speech, receive, send)
            case "POST", "/v1/responses/input_tokens" as path:
                await self._figures(path, receive, send)
            case "POST", path if path in media.PATHS:
                await self._media(scope, receive, send)
            case "POST", path if path in figures.ANSWERS:
                await self._figures(path, receive, send)
            case method, path:
                await _respond(send, *self._look_up(method, path))

    def _look_up(self, method: str, path: str) -> tuple[int, bytes]:
        """Status and body for what calls no model."""
        match method, path:
            case "GET" | "DELETE", path if path.startswith("/v1/responses/"):
                status, found = self._shelf.ask(method, path)
                return status, orjson.dumps(found)
            case "GET", "/v1/models":
                return 200, wire.models(MODELS)
            case "GET", "/v1beta/models":
                return 200, orjson.dumps({"models": [{"name": f"models/{name}"} for name in MODELS]})
            case "GET", "/stats":
                return 200, orjson.dumps(self._stats)
        return 404, orjson.dumps(wire.error(404, f"Unknown request URL: {method} {path}."))

    async def _chat(self, decode: Decode, speak: Speak, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        try:
            request = decode(body)
        except msgspec.DecodeError as problem:
            await _respond(send, 400, orjson.dumps(wire.error(400, f"The body is not what is asked here: {problem}")))
            return
        script = scripts.read(request.model, *_asked(request))
        speech = speak(f"simulated-{next(self._ids)}", request)
        self._stats["asked"] += 1
        self._stats["active"] += 1
        outcome = "abandoned"
        try:
            outcome = await _answer(request, script, speech, receive, send)
        finally:
            self._stats["active"] -= 1
            self._stats[outcome] += 1

    async def _figures(self, path: str, receive: Receive, send: Send) -> None:
        """What is not language: vectors, ranks, verdicts, counts."""
        self._stats["asked"] += 1
        try:
            asked = await _body(receive)
            body = self._shelf.tokens(asked) if path.endswith("/input_tokens") else figures.answer(path, asked)
        except msgspec.DecodeError as problem:
            await _respond(send, 400, orjson.dumps(wire.error(400, f"The body is not a request for {path}: {problem}")))
            return
        await _respond(send, 200, orjson.dumps(body))
        self._stats["answered"] += 1

    async def _media(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pictures and sound."""
        self._stats["asked"] += 1
        content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        try:
            answer = media.answer(scope["path"], content_type, await _body(receive))
        except (msgspec.DecodeError, KeyError, ValueError) as problem:
            await _respond(send, 400, orjson.dumps(wire.error(400, f"The request misses something: {problem}")))
            return
        length = (b"content-length", str(len(answer.body)).encode())
        await _start(send, 200, [(b"content-type", answer.kind), length])
        await _write(send, answer.body, 0, more=False)
        self._stats["answered"] += 1


def _asked(request: ChatRequest) -> tuple[str, int]:
    """What directs this answer, and how many answers to it have had their tools' results."""
    messages = request.messages
    last = _directing(messages, messages[-1].text()) if messages else ""
    roles = [message.role for message in messages]
    if roles[-1:] != ["tool"] or "user" not in roles:
        return last, 0
    place = len(roles) - 1 - roles[::-1].index("user")
    text = _directing(messages, messages[place].text())
    if not scripts.is_loop(text):
        return last, 0
    after = roles[place + 1 :]
    return text, sum(role == "tool" and before != "tool" for before, role in zip(["", *after], after, strict=False))


def _directing(messages: Sequence[wire.Message], text: str) -> str:
    """A message's own directions, or else those of the instructions before all of them."""
    if "[[" in text or messages[0].role not in {"system", "developer"}:
        return text
    instructions = messages[0].text()
    return instructions if "[[" in instructions else text


async def _answer(request: ChatRequest, script: Script, speech: Speech, receive: Receive, send: Send) -> str:
    """Answer, and tell how it ended; whoever leaves while we pause or stream is noticed at once."""
    if not request.model.startswith("simulated"):
        await _respond(send, 404, orjson.dumps(speech.error(404, f"The model {request.model!r} does not exist.")))
    elif script.is_plain and not request.stream:
        await _respond(send, 200, speech.whole(play.compose(request, script), usage=True, finished=True))
    else:
        return await _unless_gone(_perform(request, script, speech, send), receive)
    return "answered"


async def _perform(request: ChatRequest, script: Script, speech: Speech, send: Send) -> str:
    """Play the script to its end; leaving the response unfinished makes the server close the connection."""
    if await _refuse(script, speech, send):
        return "answered"
    reply = play.compose(request, script)
    if script.room is not None and reply.input_tokens > script.room:
        await _respond(send, 400, orjson.dumps(speech.error(400, _NO_ROOM.format(script.room, reply.input_tokens))))
        return "answered"
    step = 1 if "split" in script.flags else 0
    if not request.stream:
        body, let_out = await play.whole(speech, script, reply)
        await _start(send, 200, [_JSON, (b"content-length", str(len(body)).encode())])
        await _write(send, body[:let_out], step, more=let_out < len(body))
        if script.hang_after is not None:
            await asyncio.Event().wait()
        return "answered" if let_out == len(body) else "dropped"
    try:
        started = False
        async for event in play.stream(speech, script, reply):
            if not started:
                await _start(send, 200, [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")])
                started = True
            if event:
                await _write(send, event, step, more=True)
    except play.DroppedError:
        return "dropped"
    await send({"type": "http.response.body", "body": b""})
    return "answered"


async def _refuse(script: Script, speech: Speech, send: Send) -> bool:
    """Answer with an error or a web page when the script says so."""
    if script.status == 200 and not script.flags & {"html", "errorbody"}:
        return False
    await asyncio.sleep(script.delay)
    if "html" in script.flags:
        await _start(send, 200, [(b"content-type", b"text/html"), (b"content-length", str(len(_PAGE)).encode())])
        await _write(send, _PAGE, 0, more=False)
    elif "errorbody" in script.flags:
        await _respond(send, 200, orjson.dumps(speech.error(500, "The simulated provider failed politely.")))
    else:
        message = f"The simulator was asked to answer with {script.status}."
        headers = [(b"retry-after", b"1")] if script.status in (429, 503) else []
        await _respond(send, script.status, orjson.dumps(speech.error(script.status, message)), headers)
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
    pieces: list[bytes] = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        pieces.append(message.get("body", b""))
    return b"".join(pieces)


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
