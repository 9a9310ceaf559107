"""The first transport: a raw ASGI application for `/v1/*`. It moves bytes and knows nothing of models or money."""

import asyncio
from collections.abc import Awaitable, MutableMapping
from typing import Any
from urllib.parse import unquote

import orjson
import structlog

from guildhall.core.errors import AppError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.edge import wire
from guildhall.edge.answer import JSON, Answer, WholeAnswer, error_answer
from guildhall.edge.call import Call, Directory, Timeouts
from guildhall.edge.identify import credential_of
from guildhall.edge.pipeline import Pipeline
from guildhall.edge.visit import Receive, Send, Visit, respond
from guildhall.edge.wheel import Wheel

Scope = MutableMapping[str, Any]

_CHAT = "/v1/chat/completions"
_MODELS = "/v1/models"
_log = structlog.get_logger("guildhall.edge")


class Transport:
    """The ASGI application."""

    def __init__(
        self, pipeline: Pipeline, directory: Directory, wheel: Wheel, timeouts: Timeouts, *, max_body_bytes: int
    ) -> None:
        self._pipeline = pipeline
        self._directory = directory
        self._wheel = wheel
        self._timeouts = timeouts
        self._max_body_bytes = max_body_bytes
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        if scope["path"] == _CHAT and scope["method"] == "POST":
            return self._chat(scope, receive, send)
        return self._look_up(scope, send)

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A chat completion, from its body to its row."""
        client = scope.get("client")
        headers = scope["headers"]
        call = self._pipeline.enter(Call(_CHAT, address=client[0] if client else ""))
        # Asking asyncio for the loop costs a system call each time.
        loop = self._loop = self._loop or asyncio.get_running_loop()
        visit = Visit(call, receive, send, self._timeouts, loop)
        answer: Answer | None = None
        self._wheel.add(visit)
        try:
            call.caller = await self._pipeline.identify(credential_of(headers))
            call.body = await visit.body(headers, self._max_body_bytes)
            answer = await self._pipeline.open(call)
            await visit.answer(answer)
        except AppError as error:
            await visit.refuse(error)
        except asyncio.CancelledError:
            if not await visit.interrupted():
                raise
        except Exception as error:  # noqa: BLE001 - the outermost boundary of /v1: whatever it is, say so in our shape
            _log.error("unexpected", call_id=call.id, exc_info=error)
            await visit.refuse(AppError("internal_error", "Something went wrong on our side."))
        finally:
            self._wheel.remove(visit)
            visit.leave()
            self._pipeline.close(call, answer)

    async def _look_up(self, scope: Scope, send: Send) -> None:
        """Everything that calls no model."""
        try:
            if scope["method"] not in {"GET", "HEAD"} or not f"{scope['path']}/".startswith(f"{_MODELS}/"):
                raise NotFoundError("unknown_url", f"Unknown request URL: {scope['method']} {scope['path'][:200]}.")
            await self._pipeline.identify(credential_of(scope["headers"]))
            await self._directory.catch_up()
            answer = WholeAnswer(200, [JSON], self._models(unquote(scope["path"][len(_MODELS) + 1 :])))
        except AppError as error:
            answer = error_answer(error)
        await respond(send, [*answer.headers, (b"x-request-id", new_id("req").encode())], answer)

    def _models(self, name: str) -> bytes:
        """All models, or the one that is named."""
        names = self._directory.models()
        if not name:
            return orjson.dumps({"object": "list", "data": [wire.model_entry(each) for each in names]})
        if name not in names:
            raise NotFoundError("model_not_found", f"The model `{name[:100]}` does not exist.", param="model")
        return orjson.dumps(wire.model_entry(name))
