"""The transport that works everywhere: a raw ASGI application for `/v1/*`. It knows nothing of models or money."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from guildhall.core.addresses import TrustedProxies
from guildhall.core.admission import Gate, denied
from guildhall.core.errors import AppError, NotFoundError, TooLargeError
from guildhall.core.ids import new_id
from guildhall.edge import betas, uploads
from guildhall.edge.answer import Answer, Headers, WholeAnswer, error_answer, header
from guildhall.edge.betas import Betas
from guildhall.edge.call import Call
from guildhall.edge.desk import Desk, Question
from guildhall.edge.endpoints import ENDPOINTS, MODELS, PASSAGES, Endpoint, Manner
from guildhall.edge.identify import credential_of
from guildhall.edge.passage import Passages
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.uploads import Upload
from guildhall.edge.visit import CallerGoneError, Opened, Visits
from guildhall.edge.wishes import wishes_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NOSNIFF = (b"x-content-type-options", b"nosniff")


class Transport:
    """The ASGI application."""

    def __init__(
        self,
        visits: Visits,
        pipeline: Pipeline,
        desk: Desk,
        *,
        passages: Passages,
        openers: Mapping[str, Opened],
        gate: Gate,
        proxies: TrustedProxies,
        max_body_bytes: int,
    ) -> None:
        """`openers` open the calls, by address, that need more than the pipeline does."""
        self._desk = desk
        self._passages = passages
        self._openers = openers
        self._gate = gate
        self._proxies = proxies
        self._visits = visits
        self._pipeline = pipeline
        self._max_body_bytes = max_body_bytes

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        address = self._proxies.address_in(scope)
        endpoint = ENDPOINTS.get(scope["path"]) or PASSAGES.get(scope["path"])
        if not self._gate.allowed(address):
            self._gate.refused(address, scope["path"])
            return _respond_error(send, denied(), endpoint.manner if endpoint else "openai")
        if endpoint is None or scope["method"] != "POST":
            return self._look_up(scope, send, address)
        try:
            given = betas.given(scope["headers"])
        except AppError as error:
            return _respond_error(send, error, endpoint.manner)
        return self._call(endpoint, given, scope, receive, send, address)

    def _call(
        self, endpoint: Endpoint, given: Betas | None, scope: Scope, receive: Receive, send: Send, address: str
    ) -> Awaitable[None]:
        """A call of a model."""
        headers, limit = scope["headers"], self._max_body_bytes
        opened, upload = self._openers.get(endpoint.path), None
        if endpoint.path in PASSAGES:
            upload = Upload(headers, receive, limit) if uploads.is_form(headers) else None
            opened = partial(self._passages.open, upload)
        if given is not None:
            opened = partial(_with_betas, given, opened or self._pipeline.open)
        line = AsgiLine(headers, receive, send, limit, upload)
        return self._visits.receive(
            endpoint,
            line,
            credential=credential_of(headers),
            address=address,
            wishes=wishes_of(headers),
            body=line.body if upload is None else b"",
            opened=opened,
        )

    async def _look_up(self, scope: Scope, send: Send, address: str) -> None:
        """Everything that calls no model."""
        method, path, headers = scope["method"], scope["path"], scope["headers"]
        try:
            if not self._desk.takes(method, path):
                raise NotFoundError("unknown_url", f"Unknown request URL: {method} {path[:200]}.")
            caller = await self._pipeline.identify(credential_of(headers), address)
            query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
            answer = await self._desk.answer(Question(caller, method, path, query, headers))
        except AppError as error:
            is_anthropic = path.startswith(MODELS.path) and header(headers, b"anthropic-version")
            await _respond_error(send, error, "anthropic" if is_anthropic else "openai")
            return
        await _respond(send, answer, [*answer.headers, (b"x-request-id", new_id("req").encode())])


class AsgiLine:
    """The way to a caller through ASGI.

    Nobody watches a caller during the first second: most calls are over by then, and watching costs a task.
    """

    _watcher: asyncio.Task[None] | None = None

    def __init__(
        self, headers: Headers, receive: Receive, send: Send, limit: int, upload: Upload | None = None
    ) -> None:
        """An `upload` reads the request by itself."""
        self._upload = upload
        self._headers = headers
        self._receive = receive
        self._send = send
        self._limit = limit
        self._gone: Callable[[], None] = lambda: None

    async def body(self) -> bytes:
        """The request's body. Raises `AppError` when it is too large, `CallerGoneError`."""
        limit = self._limit
        if int(header(self._headers, b"content-length") or b"0") > limit:
            raise too_large(limit)
        message = await self._receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            pieces = [body]
            received = len(body)
            while message.get("more_body"):
                message = await self._receive()
                pieces.append(message.get("body", b""))
                received += len(pieces[-1])
                if received > limit:
                    raise too_large(limit)
            body = b"".join(pieces)
        if message["type"] == "http.disconnect":
            raise CallerGoneError
        return body

    def whole(self, answer: WholeAnswer, headers: Headers) -> Awaitable[None]:
        """Send a whole answer."""
        return _respond(self._send, answer, headers)

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the head of a streamed answer."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def more(self, events: bytes) -> None:
        """Send a piece of it."""
        await self._send({"type": "http.response.body", "body": events, "more_body": True})

    async def end(self, events: bytes) -> None:
        """Send the last piece."""
        await self._send({"type": "http.response.body", "body": events})

    def watch(self, gone: Callable[[], None]) -> None:
        """Remember whom to tell."""
        self._gone = gone

    def tick(self) -> None:
        """Begin to watch whether the caller is still there."""
        if self._watcher is None and (self._upload is None or self._upload.is_over):
            self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def leave(self) -> None:
        """Watch no more."""
        if self._watcher is not None:
            self._watcher.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone()


async def _with_betas(given: Betas, opened: Opened, call: Call) -> Answer:
    call.betas = given
    return await opened(call)


def too_large(limit: int) -> TooLargeError:
    """The request's body is over the limit."""
    return TooLargeError("request_too_large", f"The request body is larger than {limit} bytes.")


async def _respond_error(send: Send, error: AppError, manner: Manner = "openai") -> None:
    request_id = new_id("req")
    answer = error_answer(error, manner, request_id)
    await _respond(send, answer, [*answer.headers, (b"x-request-id", request_id.encode())])


async def _respond(send: Send, answer: WholeAnswer, headers: Headers) -> None:
    length = (b"content-length", b"%d" % len(answer.body))
    await send({"type": "http.response.start", "status": answer.status, "headers": [*headers, length, _NOSNIFF]})
    await send({"type": "http.response.body", "body": answer.body})
