"""The doorway: how programs that run beside the server call models on somebody's account.

It listens on loopback only and knows no keys but those it lends: each stands for one person, lives in this process's
memory and ends when it is given back. Calls take the same pipeline as all others, with the person's limits.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from guildhall.accounts import keys
from guildhall.core.errors import AppError, NotFoundError, RateLimitedError, UnauthorizedError
from guildhall.core.limits import Charge, Limit, MemoryLimiter
from guildhall.core.middleware import Receive, Scope, Send
from guildhall.edge import wire
from guildhall.edge.answer import JSON, Answer, WholeAnswer, error_answer
from guildhall.edge.call import Call, Caller
from guildhall.edge.endpoints import CHAT
from guildhall.edge.identify import credential_of
from guildhall.edge.line import capturing
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.transport import AsgiLine
from guildhall.edge.visit import CallerGoneError, Visits
from guildhall.edge.wishes import Wishes
from guildhall.gateway.phrasing import Phrase

_LIMITS = ("max_tokens", "max_completion_tokens")  # two names for one thing, of which only one may be said
_SESSION_HEADERS = (b"x-session-id", b"x-parent-session-id")
# An agent that asks again at once, for ever, would do so many times a second.
_PACE = Limit(30, 15.0)


Service = Callable[[bytes], Awaitable[bytes]]


@dataclass
class Lease:
    """A key that was lent to one program on one person's account."""

    user_id: str
    secret: str
    sessions: dict[str, str] = field(default_factory=dict)
    """Chat sessions by the program's own names for them, which it sends as `x-session-id`."""
    turns: dict[str, str] = field(default_factory=dict)
    """The turn that is under way in a chat session; its calls bear its id."""
    parameters: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the calls of a chat session are sent with, whatever the program says: as chat completions name it."""
    services: dict[str, Service] = field(default_factory=dict)
    """What the program may ask for beside models, by path: JSON comes and JSON, or nothing, is said."""


class _Server(uvicorn.Server):
    """Leaves signals to the process it is a guest in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Doorway:
    """Takes `POST /v1/chat/completions` from programs that were lent a key."""

    def __init__(
        self,
        pipeline: Pipeline,
        visits: Visits,
        caller_of: Callable[[str], Awaitable[Caller]],
        phrase: Phrase,
        *,
        max_body_bytes: int,
    ) -> None:
        """`caller_of` finds a person by id."""
        self._pipeline = pipeline
        self._visits = visits
        self._caller_of = caller_of
        self._phrase = phrase
        self._max_body_bytes = max_body_bytes
        self._leases: dict[bytes, Lease] = {}
        self._limiter = MemoryLimiter()
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._url = ""

    async def open(self) -> str:
        """Listen, unless it does already; gives the address for programs, with the `/v1`."""
        async with self._opening:
            if self._server is None:
                listener = socket.create_server(("127.0.0.1", 0))
                config = uvicorn.Config(
                    self, lifespan="off", ws="none", access_log=False, log_level="critical", server_header=False
                )
                self._server = _Server(config)
                self._url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
                self._serving = asyncio.create_task(self._server.serve([listener]), name="doorway")
            return self._url

    async def close(self) -> None:
        """Listen no more; keys that are still out are worthless."""
        self._leases.clear()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
            self._server = self._serving = None

    def lend(self, user_id: str) -> Lease:
        """A new key on this person's account."""
        lease = Lease(user_id, f"ghl-{secrets.token_urlsafe(32)}")
        self._leases[keys.digest(lease.secret)] = lease
        return lease

    def take_back(self, lease: Lease) -> None:
        """End a key; calls that are under way finish."""
        self._leases.pop(keys.digest(lease.secret), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        lease = self._leases.get(keys.digest(credential_of(headers)))
        line = AsgiLine(headers, receive, send, self._max_body_bytes)
        if lease is not None and scope["path"] in lease.services:
            await _serve(lease.services[scope["path"]], scope["method"], line)
            return
        session_id = None if lease is None else _session_of(headers, lease)
        call = self._pipeline.enter(Call(CHAT, address="127.0.0.1", session_id=session_id))
        if lease is not None and (turn_id := lease.turns.get(session_id or "")):
            call.wishes = Wishes(turn_id)

        async def opening() -> Answer:
            if lease is None:
                raise UnauthorizedError("invalid_api_key", "This key was not lent, or has been taken back.")
            if scope["method"] != "POST" or scope["path"] != CHAT.path:
                raise NotFoundError("unknown_url", "Only chat completions can be asked for here.")
            call.caller = await self._caller_of(lease.user_id)
            decision = await self._limiter.take([Charge(call.session_id or lease.secret, _PACE)])
            if not decision.is_allowed:
                raise _too_fast(decision.wait_seconds)
            call.body = self._with_parameters(await line.body(), lease.parameters.get(session_id or "", {}))
            return await self._pipeline.open(call)

        capturer = self._visits.capturer
        await self._visits.resume(
            call, line if capturer is None else capturing(capturer, call, line), opening, has_body=False
        )

    def _with_parameters(self, body: bytes, parameters: Mapping[str, Any]) -> bytes:
        """The program's request with what its session wants said instead. Raises `BadRequestError`."""
        if not parameters:
            return body
        model = wire.read_request(CHAT, body).model
        said: dict[str, Any] = dict.fromkeys(_LIMITS) if "max_tokens" in parameters else {}
        said |= self._phrase(model, parameters)
        return wire.rewritten(
            body, {name: None if value is None else wire.as_raw(value) for name, value in said.items()}
        )


async def _serve(service: Service, method: str, line: AsgiLine) -> None:
    """Say what a service says; it is cancelled when whoever asked has gone."""
    if method != "POST":
        await line.whole(WholeAnswer(405, [(b"allow", b"POST")], b""), [(b"allow", b"POST")])
        return
    try:
        work = asyncio.ensure_future(service(await line.body()))

        def leave() -> None:
            work.cancel()

        line.watch(leave)
        line.tick()
        try:
            await asyncio.wait([work])
        finally:
            work.cancel()
        if work.cancelled():
            return
        said = WholeAnswer(200 if work.result() else 202, [JSON], work.result())
    except CallerGoneError:
        return
    except AppError as error:
        said = error_answer(error)
    finally:
        line.leave()
    await line.whole(said, said.headers)


def _session_of(headers: list[tuple[bytes, bytes]], lease: Lease) -> str | None:
    """The chat session that a call is part of; a sub-agent's calls are part of its parent's."""
    given = {name: value.decode("latin-1") for name, value in headers if name in _SESSION_HEADERS}
    found = (lease.sessions.get(given.get(name, "")) for name in _SESSION_HEADERS)
    return next((session for session in found if session), None)


def _too_fast(wait_seconds: float) -> RateLimitedError:
    error = RateLimitedError("agent_too_fast", "The agent asks for one answer after another without a pause.")
    error.headers["retry-after"] = str(max(1, round(wait_seconds)))
    return error
