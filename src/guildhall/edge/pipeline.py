"""The pipeline: identify → admit → route → forward → record, the same for every transport and for our own agents.

call = pipeline.enter(Call(CHAT))
call.caller = await pipeline.identify(credential, address)
call.body = …
answer = None
try:
    answer = await pipeline.open(call)
    … pass `answer` on …
finally:
    pipeline.close(call, answer)
"""

import asyncio
import time
from collections.abc import Awaitable

from guildhall.core.errors import AppError, BadRequestError, NotFoundError, UnauthorizedError, UnavailableError
from guildhall.edge import wire
from guildhall.edge.answer import Answer
from guildhall.edge.call import Call, Caller, Directory
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.forward import Forwarder
from guildhall.edge.identify import Identifier, require
from guildhall.edge.recorder import Recorder


class Pipeline:
    """The five steps, and the calls that are between the first and the last."""

    def __init__(self, directory: Directory, identifier: Identifier, forwarder: Forwarder, recorder: Recorder) -> None:
        self._directory = directory
        self._identifier = identifier
        self._forwarder = forwarder
        self._recorder = recorder
        self._is_draining = False
        self._emptied = asyncio.Event()
        self.active = 0

    def enter(self, call: Call) -> Call:
        """A call begins; `close` ends it, whatever happens in between."""
        self.active += 1
        return call

    def known(self, credential: str) -> Caller | None:
        """Step 1, where it needs no waiting and no looking: a key that may be used everywhere."""
        caller = self._identifier.known(credential)
        return caller if caller is not None and caller.terms is None else None

    async def identify(self, credential: str, address: str) -> Caller:
        """Step 1: who calls, if their key lets them. Raises `UnauthorizedError`, `ForbiddenError`."""
        caller = self._identifier.known(credential) or await self._identifier.caller_of(credential)
        if caller.terms is not None:
            require(caller.terms, "models", address, now=time.time())
        return caller

    def open(self, call: Call) -> Awaitable[Answer]:
        """Steps 2 to 4: wait for an answer, or its beginning. Raises `AppError`."""
        self._admit(call)
        endpoint = call.endpoint
        request = wire.read_request(endpoint, call.body)
        call.model = request.model
        call.request = request
        call.stream = endpoint.can_stream and bool(request.stream)
        if request.stream_options is not wire.ABSENT:
            call.stream_options = wire.read_stream_options(request)
            call.include_usage = bytes(call.stream_options.get("include_usage", b"")) == b"true"
        targets = self._directory.targets(endpoint, call.model)
        return self._forwarder.forward(call, targets) if targets else self._look_harder(call)

    async def _look_harder(self, call: Call) -> Answer:
        targets = await self._directory.find(call.endpoint, call.model)
        if not targets:
            raise self._unserved(call.endpoint, call.model)
        return await self._forwarder.forward(call, targets)

    def _unserved(self, endpoint: Endpoint, model: str) -> AppError:
        """Why nobody can answer."""
        if self._directory.is_up(model):
            return BadRequestError(
                "unsupported_endpoint", f"The model `{model[:100]}` cannot be called at {endpoint.path}.", param="model"
            )
        if model in self._directory.models():
            return UnavailableError("no_channel", "No channel that serves this model is up; try again in a moment.")
        return NotFoundError(
            "model_not_found",
            f"The model `{model[:100]}` does not exist or you do not have access to it.",
            param="model",
        )

    def close(self, call: Call, answer: Answer | None) -> None:
        """Step 5: let go of the provider and write the row."""
        if answer is not None:
            answer.close()
        if call.hold is not None:
            call.let_go()
        self._recorder.record(call)
        self.active -= 1
        if self._is_draining and not self.active:
            self._emptied.set()

    async def drain(self, seconds: float) -> int:
        """Take no new calls and wait for those under way; gives how many are still not done."""
        self._is_draining = True
        if self.active:
            self._emptied.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._emptied.wait()
            except TimeoutError:
                pass
        return self.active

    def _admit(self, call: Call) -> None:
        """Step 2: whether this caller may call now. Limits and quotas take their place here."""
        if self._is_draining:
            error = UnavailableError("shutting_down", "The server is restarting; try again in a moment.")
            error.headers["retry-after"] = "2"
            raise error
        if call.caller is None:
            raise UnauthorizedError("invalid_api_key", "The caller is not known.")
