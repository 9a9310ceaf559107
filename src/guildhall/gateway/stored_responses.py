"""Stored responses under `/v1/responses/{id}`: read, list what went in, delete; here or at its provider."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import msgspec
import orjson

from guildhall.core.errors import BadRequestError, NotFoundError, UnavailableError
from guildhall.edge.answer import JSON, WholeAnswer
from guildhall.edge.call import Call, Target, Way
from guildhall.edge.desk import Question
from guildhall.edge.endpoints import RESPONSES, Endpoint
from guildhall.edge.failures import UpstreamFailure
from guildhall.edge.forward import Forwarder
from guildhall.gateway import response_items as items
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.response_shelf import ResponseShelf
from guildhall.gateway.tables import StoredResponse

_PLACE = re.compile(rf"{RESPONSES.path}/([\w.:-]{{1,200}})(/input_items)?", re.ASCII)
_ONE = Endpoint(f"{RESPONSES.path}/{{id}}", ())
_QUERY = frozenset({"include", "include[]", "limit", "order", "after"})


class StoredResponses:
    """Answers questions about stored responses."""

    def __init__(self, shelf: ResponseShelf, forwarder: Forwarder, directory: LiveDirectory) -> None:
        self._shelf, self._forwarder, self._directory = shelf, forwarder, directory

    def takes(self, method: str, path: str) -> bool:
        """Whether there is such an address."""
        found = _PLACE.fullmatch(path)
        return found is not None and (method == "GET" or (method == "DELETE" and not found[2]))

    async def answer(self, question: Question) -> WholeAnswer:
        """What is asked for. Raises `NotFoundError`, also for what belongs to others, and other `AppError`s."""
        found = _PLACE.fullmatch(question.path)
        response_id, user_id = found[1] if found else "", question.caller.user_id
        response = await self._shelf.get(user_id, response_id)
        if question.query.get("stream") == "true":
            raise BadRequestError("unsupported_parameter", "A stored response is not streamed again.",
                                  param="stream")  # fmt: skip
        if response.channel_id is not None:
            return await self._at_home(question, response)
        if question.method == "DELETE":
            await self._shelf.delete(user_id, response_id)
            return _json(orjson.dumps({"id": response_id, "object": "response", "deleted": True}))
        if found and found[2]:
            return _json(orjson.dumps(items.page(await self._input(user_id, response_id), question.query)))
        return _json((response.body or "{}").encode())

    async def _input(self, user_id: str, response_id: str) -> list[items.Item]:
        """All that went into a response: its own input behind the earlier turns."""
        turns = await self._shelf.turns(user_id, response_id)
        said = [msgspec.json.decode(item, type=items.Item) for item in items.said(turns[:-1])]
        return [*said, *(item for turn in turns[-1:] for item in items.read(turn.input))]

    async def _at_home(self, question: Question, response: StoredResponse) -> WholeAnswer:
        """What the provider that keeps it says."""
        target = self._home_of(response)
        query = urlencode([(name, value) for name, value in question.query.items() if name in _QUERY])
        way = _way(target.ways[RESPONSES.path], question, query)
        call = Call(_ONE)
        try:
            answer = await self._forwarder.attempt(
                call, replace(target, ways={_ONE.path: way}, parameters=None, model="")
            )
        except UpstreamFailure as failure:
            if failure.status == 404:
                raise NotFoundError("not_found", f"Response with id '{response.id}' not found.") from None
            raise failure.error() from failure
        if not isinstance(answer, WholeAnswer):
            answer.close()
            raise UnavailableError("no_channel", "The provider did not answer what was asked.")
        if question.method == "DELETE" and answer.status < 300:
            await self._shelf.delete(question.caller.user_id, response.id)
        return answer

    def _home_of(self, response: StoredResponse) -> Target:
        """The channel that keeps it, best with the key that it was asked with. Raises `UnavailableError`."""
        shares = self._directory.snapshot.shares.get(RESPONSES.path, {})
        every = (route.target for found in shares.values() for route in found.routes)
        homes = [
            target
            for target in every
            if target.channel_id == response.channel_id and not target.ways[RESPONSES.path].adapter
        ]
        if not homes:
            raise UnavailableError("no_channel", "The channel that keeps this response cannot be called now.")
        return min(homes, key=lambda target: target.key_id != response.key_id)


def _way(way: Way, question: Question, query: str) -> Way:
    """The way to create one, turned into the way to ask for one."""
    first, _, rest = way.head.partition(b"\r\n")
    place = (
        first.split(b" ")[1]
        + question.path.removeprefix(RESPONSES.path).encode()
        + (f"?{query}" if query else "").encode()
    )
    return replace(way, head=b"%b %b HTTP/1.1\r\n%b" % (question.method.encode(), place, rest))


def _json(body: bytes) -> WholeAnswer:
    return WholeAnswer(200, [JSON], body)
