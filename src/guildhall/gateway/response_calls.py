"""Calls of `/v1/responses`: go on from an earlier response, and remember the new one.

A provider who has the Responses API keeps its responses itself: their ids stick to the channel. For any other provider
this house keeps what went in and what came out, and puts the earlier turns before the new input. What the caller gets
last waits until the response is stored, so that going on from it always works, on every server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from guildhall.core.clock import now
from guildhall.core.errors import AppError, BadRequestError, TooLargeError, UnavailableError
from guildhall.edge import wire
from guildhall.edge.answer import Answer, Flowing, Headers, WholeAnswer
from guildhall.edge.call import Call, Target
from guildhall.edge.pipeline import Pipeline
from guildhall.gateway import response_items as items
from guildhall.gateway.response_keeper import ResponseKeeper
from guildhall.gateway.response_shelf import ResponseShelf
from guildhall.gateway.response_tape import Tape
from guildhall.gateway.tables import StoredResponse

_LONGEST_ID = 200


class _Asked(msgspec.Struct):
    """What a request says of storing."""

    store: Any = None
    previous_response_id: Any = None
    input: msgspec.Raw = wire.ABSENT
    conversation: msgspec.Raw = wire.ABSENT


_asked = msgspec.json.Decoder(_Asked)


class ResponseCalls:
    """Opens calls of the Responses API."""

    def __init__(
        self, pipeline: Pipeline, shelf: ResponseShelf, keeper: ResponseKeeper, *, max_body_bytes: int
    ) -> None:
        self._pipeline, self._shelf, self._keeper = pipeline, shelf, keeper
        self._max_body_bytes = max_body_bytes

    async def open(self, call: Call) -> Answer:
        """A response that is remembered, unless the caller does not want it. Raises `AppError`."""
        asked = _read(call.body)
        if asked is None:  # the pipeline says what is wrong with it
            return await self._pipeline.open(call)
        if asked.previous_response_id is not None:
            await self._continue(call, asked.previous_response_id)
        answer = await self._pipeline.open(call)
        if asked.store is False:
            return answer
        keeping = _Keeping(call, self._keeper, asked)
        if isinstance(answer, WholeAnswer):
            if answer.status < 400:
                await keeping.whole(answer.body)
            return answer
        return KeptAnswer(answer, keeping)

    async def open_count(self, call: Call) -> Answer:
        """How many tokens a request would cost, earlier turns included. Raises `AppError`."""
        asked = _read(call.body)
        if asked is not None and asked.previous_response_id is not None:
            await self._continue(call, asked.previous_response_id)
        return await self._pipeline.open(call)

    async def _continue(self, call: Call, previous_id: str) -> None:
        """Let the call go on from a response. Raises `BadRequestError` when the caller has no such response."""
        user_id = call.caller.user_id if call.caller else ""
        turns = await self._shelf.turns(user_id, previous_id)
        if not turns or turns[0].previous_id:
            missing = turns[0].previous_id if turns else previous_id
            raise BadRequestError(
                "previous_response_not_found",
                f"Previous response with id '{missing}' not found.",
                param="previous_response_id",
            )
        if turns[-1].channel_id is not None:
            call.narrow = _Home(call, turns[-1])
            return
        size = len(call.body) + sum(len(turn.input or "") + len(turn.body or "") for turn in turns)
        if size > self._max_body_bytes:
            raise TooLargeError(
                "request_too_large", f"With its earlier turns it has more than {self._max_body_bytes} bytes."
            )
        call.original = call.body
        call.body = _with_turns(call.original, items.said(turns))
        call.narrow = _Elsewhere(call, turns)


@dataclass(slots=True)
class _Home:
    """Only the channel that keeps the earlier response can go on from it."""

    call: Call
    previous: StoredResponse

    def __call__(self, targets: Sequence[Target]) -> Sequence[Target]:
        path, previous = self.call.endpoint.path, self.previous
        found = [each for each in targets if each.channel_id == previous.channel_id and not each.ways[path].adapter]
        if not found:
            raise UnavailableError("no_channel", "The channel that keeps the previous response cannot be called now.")
        return sorted(found, key=lambda each: each.key_id != previous.key_id)


@dataclass(slots=True)
class _Elsewhere:
    """Anybody can go on from what this house keeps; best those whose answers it keeps too."""

    call: Call
    turns: Sequence[StoredResponse]

    def __call__(self, targets: Sequence[Target]) -> Sequence[Target]:
        call, path = self.call, self.call.endpoint.path
        ours = [target for target in targets if target.ways[path].adapter]
        if not ours:
            call.body = _with_turns(call.original, items.to_others(items.said(self.turns)))
        return ours or targets


@dataclass(slots=True)
class _Keeping:
    """What is remembered of one call."""

    call: Call
    keeper: ResponseKeeper
    asked: _Asked

    @property
    def is_ours(self) -> bool:
        """Whether this house keeps the response, and not its provider."""
        target = self.call.target
        return target is not None and target.ways[self.call.endpoint.path].adapter is not None

    async def whole(self, body: bytes) -> None:
        """A response has arrived; wait until it is stored."""
        try:
            response = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return
        if isinstance(response, dict):
            await self.keep(response)

    async def keep(self, response: dict[str, Any]) -> None:
        """Remember it, and wait until that is done."""
        self.note(response)
        await self.keeper.settle(str(response.get("id")))

    def _input(self) -> str | None:
        """What went in, as it is stored; None for what goes too deep to be read."""
        try:
            return items.written(items.of_input(msgspec.json.decode(self.asked.input)))
        except (msgspec.DecodeError, RecursionError):
            return None

    def note(self, response: dict[str, Any]) -> None:
        """Remember it; without an id nobody could ask for it."""
        call, response_id = self.call, response.get("id")
        if not isinstance(response_id, str) or not 0 < len(response_id) <= _LONGEST_ID or not call.caller:
            return
        target, is_ours = call.target, self.is_ours
        self.keeper.keep({
            "id": response_id,
            "user_id": call.caller.user_id,
            "model": call.model[:200],
            "channel_id": None if is_ours or target is None else target.channel_id,
            "key_id": None if is_ours or target is None else target.key_id,
            "previous_id": self.asked.previous_response_id if is_ours else None,
            "status": str(response.get("status"))[:20],
            "input": self._input() if is_ours else None,
            "body": items.written(response) if is_ours else None,
            "created_at": now(),
        })  # fmt: skip


class KeptAnswer:
    """A streamed response that is remembered, whole or broken off."""

    is_events = True

    def __init__(self, answer: Flowing, keeping: _Keeping) -> None:
        self._answer, self._keeping = answer, keeping
        self._tape = Tape(keeps_words=keeping.is_ours)
        self._error: str | None = None
        self._is_kept = False
        self.status = answer.status
        self.headers: Headers = answer.headers

    async def read(self) -> bytes:
        """The next whole events; the last ones once the response is stored. Raises `AppError`."""
        try:
            events = await self._answer.read()
        except AppError as error:
            self._error = error.message
            raise
        if events:
            self._tape.hear(events)
            if self._tape.last is not None and not self._is_kept:
                self._is_kept = True
                await self._keeping.keep(self._tape.last)
        return events

    def close(self) -> None:
        """Let go of the provider; what was said until now is remembered."""
        self._answer.close()
        if not self._is_kept and self._tape.head:
            self._is_kept = True
            self._keeping.note(self._tape.response("failed" if self._error else "incomplete", self._error))


def _read(body: bytes) -> _Asked | None:
    """What is said of storing; None for what is no request. Raises `BadRequestError`."""
    try:
        asked = _asked.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not (asked.store is None or isinstance(asked.store, bool)):
        raise BadRequestError("invalid_field", "store must be true or false.", param="store")
    if bytes(asked.conversation) not in {b"", b"null"}:  # nobody can have made one here, so it is somebody else's
        raise BadRequestError(
            "unsupported_parameter", "Go on from a response with previous_response_id instead.", param="conversation"
        )
    previous = asked.previous_response_id
    if not (previous is None or isinstance(previous, str)):
        raise BadRequestError("invalid_field", "previous_response_id must be text.", param="previous_response_id")
    return asked


def _with_turns(body: bytes, said: Sequence[msgspec.Raw]) -> bytes:
    """The request with the earlier turns before its own input."""
    return wire.rewritten(
        body, {"input": wire.as_raw([*said, *items.raw(_asked.decode(body).input)]), "previous_response_id": None}
    )
