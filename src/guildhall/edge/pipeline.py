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
from collections.abc import Awaitable, Sequence

from guildhall.core.errors import (
    AppError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)
from guildhall.edge import wire
from guildhall.edge.admit import Admitter
from guildhall.edge.allowances import Allowance
from guildhall.edge.answer import Answer
from guildhall.edge.call import Call, Caller, Target
from guildhall.edge.directory import Directory
from guildhall.edge.endpoints import Endpoint
from guildhall.edge.forward import Forwarder
from guildhall.edge.identify import Identifier, permit, require
from guildhall.edge.reckoner import Reckoner
from guildhall.edge.recorder import Recorder


class Pipeline:
    """The five steps, and the calls that are between the first and the last."""

    def __init__(
        self,
        directory: Directory,
        identifier: Identifier,
        admitter: Admitter,
        forwarder: Forwarder,
        recorder: Recorder,
    ) -> None:
        self._directory = directory
        self._identifier = identifier
        self._admitter = admitter
        self._forwarder = forwarder
        self._recorder = recorder
        self.reckoner = Reckoner(lambda call: self.close(call, None))
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
        caller = self._identifier.known(credential) or await self._identifier.caller_of(credential, address)
        if caller.terms is not None:
            require(caller.terms, "models", address, now=time.time())
        return caller

    def at_once(self, call: Call) -> Sequence[Target]:
        """Steps 2 and 3 for a call of a `known` caller: where it can go without any waiting, best first.

        Empty for all that has to be opened: what is streamed, limited, not served, or wrong.
        """
        if self._is_draining or call.caller is None:
            return ()
        try:
            request = wire.read_request(call.endpoint, call.body)
        except AppError:
            return ()
        if request.stream or request.stream_options is not wire.ABSENT:
            return ()
        if self._directory.allowances(call.caller, call.address):
            return ()
        call.model, call.request = request.model, request
        return self._directory.at_once(call)

    def open(self, call: Call) -> Awaitable[Answer]:
        """Steps 2 to 4: wait for an answer, or its beginning. Raises `AppError`."""
        caller = self._admit(call)
        endpoint = call.endpoint
        request = call.request or wire.read_request(endpoint, call.body)
        call.model = request.model
        call.request = request
        call.stream = endpoint.can_stream and bool(request.stream)
        if request.stream_options is not wire.ABSENT:
            call.stream_options = wire.read_stream_options(request)
            call.include_usage = bytes(call.stream_options.get("include_usage", b"")) == b"true"
        if caller.terms is not None:
            permit(caller.terms, endpoint, call.model)
        targets = self._directory.targets(call)
        if targets:
            targets = _narrowed(call, targets)
        allowances = self._directory.allowances(caller, call.address)
        if targets and not allowances:
            return self._forwarder.forward(call, targets)
        return self._open_limited(call, targets, allowances)

    async def _open_limited(self, call: Call, targets: Sequence[Target], allowances: Sequence[Allowance]) -> Answer:
        """For a caller with limits, or a model that has to be looked for."""
        if not targets:
            targets = await self._directory.find(call)
            if not targets:
                raise self._unserved(call.endpoint, call.model)
            targets = _narrowed(call, targets)
        if allowances:
            await self._admitter.admit(call, allowances, targets[0])
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
        """Step 5: let go of the provider and write the row, once it is known what the call used."""
        if answer is not None:
            call.is_left = call.code == "client_closed" and self.reckoner.reads_on()
            answer.close()
        if call.uncounted is not None:
            call.close()
            self.reckoner.take(call)
            return
        if call.hold is not None:
            call.let_go()
        self._recorder.record(call)
        if call.admittance is not None:
            self._admitter.settle(call)
        self.active -= 1
        if self._is_draining and not self.active:
            self._emptied.set()

    async def drain(self, seconds: float) -> int:
        """Take no new calls and wait for those under way; gives how many are still not done."""
        self._is_draining = True
        self.reckoner.hurry()
        if self.active:
            self._emptied.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._emptied.wait()
            except TimeoutError:
                pass
        return self.active

    async def stop(self) -> None:
        """See to it that every call that has ended has its row."""
        await self.reckoner.stop()

    def _admit(self, call: Call) -> Caller:
        """Step 2, as far as it needs no look at the request: whether anybody may call now."""
        if self._is_draining:
            error = UnavailableError("shutting_down", "The server is restarting; try again in a moment.")
            error.headers["retry-after"] = "2"
            raise error
        if call.caller is None:
            raise UnauthorizedError("invalid_api_key", "The caller is not known.")
        return call.caller


def _narrowed(call: Call, targets: Sequence[Target]) -> Sequence[Target]:
    """Those that the call itself leaves. Raises `AppError` when none is left."""
    if call.narrow is not None:
        targets = call.narrow(targets)
    wanted = call.wishes.channel_id if call.wishes is not None else None
    if wanted is None:
        return targets
    if call.caller is None or call.caller.role != "admin":
        raise ForbiddenError("admin_only", "Only an admin may choose the channel.")
    targets = [target for target in targets if target.channel_id == wanted]
    if not targets:
        raise BadRequestError("channel_not_serving", "The channel that you chose does not serve this model now.")
    return targets
