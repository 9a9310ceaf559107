"""What every request passes, as pure ASGI: request id, log line, metrics, security headers, body limit.

Starlette's own middleware base class would cost a third of the throughput.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from guildhall.core.addresses import TrustedProxies
from guildhall.core.errors import AppError, BadRequestError, TooLargeError, UnavailableError, error_body
from guildhall.core.ids import new_id
from guildhall.core.metrics import Metrics
from guildhall.core.traces import Traces

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

WAITS = "waits"  # in the state of a request that waits for something to happen: its time says nothing about us
BODY_LIMIT = "body_limit"  # in the state of a request whose route takes more than others, before it reads
MAX_BODY_BYTES = 1024 * 1024  # of the JSON API; the model gateway and uploads have their own

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    # A blob is of our own making: a PDF, under that type whatever is in it, and under this very policy.
    " frame-src 'self' blob:; connect-src 'self' ws: wss:; font-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_CLIENT_REQUEST_ID = re.compile(rb"[!-~]{1,64}")
_log = structlog.get_logger("guildhall.http")


class RequestContext:
    """Names each request, answers with the name, logs it and counts it."""

    def __init__(self, app: AsgiApp, metrics: Metrics, proxies: TrustedProxies, traces: Traces | None = None) -> None:
        self._app = app if traces is None else Traced(app, traces)
        self._metrics = metrics
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = new_id("req")
        address = self._proxies.address_in(scope)
        scope.setdefault("state", {}).update(request_id=request_id, address=address)
        client_id = dict(scope["headers"]).get(b"x-request-id", b"")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if _CLIENT_REQUEST_ID.fullmatch(client_id):
            structlog.contextvars.bind_contextvars(client_request_id=client_id.decode())
        started = time.perf_counter()
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                extra = [header for header in SECURITY_HEADERS if header[0] not in present]
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            if "\x00" in scope["path"] or b"%00" in scope["query_string"]:  # what no database of ours can look up
                error = BadRequestError("invalid_request", "The address must not contain NUL characters.")
                await refuse(scope, receive, send_named, error)
            else:
                await self._app(scope, _limited(scope, receive) if scope["type"] == "http" else receive, send_named)
        except asyncio.CancelledError:  # by the server, which has waited for this as long as it may
            if scope["type"] != "http" or status:
                raise
            await refuse(scope, receive, send_named, _stopping())
        finally:
            if scope["type"] == "http":
                self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.requests.labels(_known_method(scope["method"]), route, status).inc()
        if not scope["state"].get(WAITS):
            self._metrics.request_seconds.labels(route).observe(seconds)
        _log.info("request", method=scope["method"], route=route, status=status, seconds=round(seconds, 4))


def _stopping() -> UnavailableError:
    return UnavailableError("server_stopping", "The server is stopping; ask again in a moment.")


def _known_method(method: str) -> str:
    """Callers may send any word as a method; labels and names know a few."""
    return method if method in _METHODS else "other"


class Traced:
    """Makes a span of every request that comes through."""

    def __init__(self, app: AsgiApp, traces: Traces) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method = _known_method(scope["method"])
        with self._traces.request(method, headers) as span:
            await self._app(scope, receive, send_noted)
            route = getattr(scope.get("route"), "path", "unmatched")
            self._traces.answered(span, method, route, status, request_id_of(scope))


async def refuse(scope: Scope, receive: Receive, send: Send, error: AppError) -> None:
    """Answer with `error` before anything else has; a socket is closed unopened."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = orjson.dumps(error_body(error, request_id_of(scope)))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in error.headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _limited(scope: Scope, receive: Receive) -> Receive:
    """`receive`, raising `TooLargeError` once a body passes the limit of its route."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            limit = scope["state"].get(BODY_LIMIT, MAX_BODY_BYTES)
            if received > limit:
                raise TooLargeError("request_too_large", "The request body is too large.", limit_bytes=limit)
        return message

    return limited


def request_id_of(scope: Scope) -> str:
    """The id that `RequestContext` gave this request."""
    return str(scope.get("state", {}).get("request_id", ""))


def address_of(scope: Scope) -> str:
    """The address that the request comes from, behind the proxies we trust; empty when it cannot be told."""
    return str(scope.get("state", {}).get("address", ""))
