"""OpenAI's newer way of asking and answering, `/v1/responses`, with a memory of what was said."""

from collections.abc import Mapping
from itertools import count
from typing import Any, cast
from uuid import uuid4

import msgspec
import orjson

from guildhall.simulator import answers
from guildhall.simulator.wire import ChatRequest, Message, Piece, Reply, error

_MOST_KEPT = 1000
_KINDS = {"text": "message", "thought": "reasoning", "call": "function_call"}


class ResponsesRequest(msgspec.Struct):
    """The fields of a request that change what the simulator does."""

    model: str
    input: str | list[dict[str, Any]]
    stream: bool = False
    tools: list[dict[str, Any]] | None = None
    tool_choice: Any = None
    store: bool | None = None
    previous_response_id: str | None = None


class Request(ChatRequest):
    """The same as the simulator understands it, and all that was asked."""

    asked: ResponsesRequest | None = None
    items: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Shelf:
    """Responses of one simulator, the oldest forgotten first."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}

    def decode(self, body: bytes) -> ChatRequest:
        """A request behind what it goes on from. Raises `msgspec.DecodeError`."""
        asked = msgspec.json.decode(body, type=ResponsesRequest)
        items = _items(asked.input)
        previous = asked.previous_response_id
        if previous is not None:
            if previous not in self._kept:
                raise msgspec.DecodeError(f"Previous response with id '{previous}' not found.")
            response, earlier = self._kept[previous]
            items = [*earlier, *response["output"], *items]
        return Request(
            model=asked.model,
            messages=[_read(item) for item in items],
            stream=asked.stream,
            tools=[{"type": "function", "function": tool} for tool in asked.tools or () if "name" in tool],
            tool_choice=asked.tool_choice,
            asked=asked,
            items=items,
        )

    def speech(self, _answer_id: str, request: ChatRequest) -> "Speech":
        """For one answer."""
        return Speech(cast("Request", request), self)

    def keep(self, response: dict[str, Any], items: list[dict[str, Any]]) -> None:
        """Remember a response."""
        if len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[response["id"]] = response, items

    def ask(self, method: str, path: str) -> tuple[int, Mapping[str, Any]]:
        """Status and body for what is asked of one that was kept."""
        response_id, _, what = path.removeprefix("/v1/responses/").partition("/")
        if response_id not in self._kept or what not in {"", "input_items"}:
            return 404, error(404, f"Response with id '{response_id}' not found.")
        response, items = self._kept[response_id]
        if method == "DELETE":
            del self._kept[response_id]
            return 200, {"id": response_id, "object": "response", "deleted": True}
        if what:
            ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {}
            return 200, {"object": "list", "data": items, "has_more": False, **ends}
        return 200, response

    def tokens(self, body: bytes) -> dict[str, Any]:
        """What a request would cost. Raises `msgspec.DecodeError`."""
        heard = sum(answers.count(message.text()) for message in self.decode(body).messages)
        return {"object": "response.input_tokens", "input_tokens": heard}


class Speech:
    """How OpenAI writes one response down."""

    def __init__(self, request: Request, shelf: Shelf) -> None:
        self._request, self._shelf = request, shelf
        self._id = f"resp_{uuid4().hex}"
        self._numbers = count()
        self._output: list[dict[str, Any]] = []
        self._open: tuple[str, int] | None = None
        self._words: list[str] = []

    def whole(self, reply: Reply, *, usage: bool, finished: bool) -> bytes:
        """The answer in one body."""
        said = [Piece("thought", reply.reasoning)] if reply.reasoning else []
        for index, call in enumerate(reply.calls):
            said += [Piece("call", "", index, call), Piece("call", call.arguments, index)]
        for piece in [*said, *([Piece("text", reply.text)] if reply.text else [])]:
            self.say(piece)
        self._close()
        response = self._response("completed" if finished else "incomplete", reply if usage else None)
        self._keep(response)
        return orjson.dumps(response)

    def begin(self, _reply: Reply) -> bytes:
        """The response before anything is said."""
        return self._event("response.created", response=self._response("in_progress", None))

    def say(self, piece: Piece) -> bytes:
        """One more piece, in the item it belongs to."""
        opening = b"" if (piece.kind, piece.index) == self._open else self._turn_to(piece)
        self._words.append(piece.text)
        name = {"text": "output_text", "thought": "reasoning_summary_text"}.get(piece.kind, "function_call_arguments")
        place = {"item_id": self._output[-1]["id"], "output_index": len(self._output) - 1}
        more = {"content_index": 0, "logprobs": []} if piece.kind == "text" else {}
        return opening + self._event(f"response.{name}.delta", **place, **more, delta=piece.text)

    def end(self, reply: Reply, *, usage: bool) -> bytes:
        """The whole response, and what it used."""
        closing = self._close()
        response = self._response("completed", reply if usage else None)
        self._keep(response)
        return closing + self._event("response.completed", response=response)

    def fail(self, message: str) -> bytes:
        """An error in the middle."""
        failed = self._response("failed", None) | {"error": {"code": "server_error", "message": message}}
        return self._event("response.failed", response=failed)

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error in place of an answer."""
        return error(status, message)

    def _turn_to(self, piece: Piece) -> bytes:
        """The events that end one item and begin the next."""
        closing = self._close()
        self._open = (piece.kind, piece.index)
        item: dict[str, Any] = {"id": f"it_{uuid4().hex}", "type": _KINDS[piece.kind], "status": "in_progress"}
        if piece.call is not None:
            item |= {"call_id": piece.call.id, "name": piece.call.name, "arguments": ""}
        elif piece.kind == "text":
            item |= {"role": "assistant", "content": []}
        else:
            item |= {"summary": []}
        self._output.append(item)
        index = len(self._output) - 1
        added = self._event("response.output_item.added", output_index=index, item=item)
        if piece.kind != "text":
            return closing + added
        part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        place = {"item_id": item["id"], "output_index": index, "content_index": 0}
        return closing + added + self._event("response.content_part.added", **place, part=part)

    def _close(self) -> bytes:
        if self._open is None:
            return b""
        (kind, _), self._open = self._open, None
        text, self._words = "".join(self._words), []
        item = self._output[-1]
        item["status"] = "completed"
        if kind == "text":
            item["content"] = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
        elif kind == "call":
            item["arguments"] = text
        else:
            item["summary"] = [{"type": "summary_text", "text": text}]
        return self._event("response.output_item.done", output_index=len(self._output) - 1, item=item)

    def _keep(self, response: dict[str, Any]) -> None:
        asked = self._request.asked
        if asked is not None and asked.store is not False:
            self._shelf.keep(response, self._request.items)

    def _response(self, status: str, reply: Reply | None) -> dict[str, Any]:
        asked = self._request.asked
        return {
            "id": self._id,
            "object": "response",
            "created_at": 1_760_000_000,
            "status": status,
            "error": None,
            "model": self._request.model,
            "output": list(self._output),
            "parallel_tool_calls": True,
            "previous_response_id": asked.previous_response_id if asked else None,
            "store": asked is None or asked.store is not False,
            "tool_choice": "auto",
            "tools": (asked.tools if asked else None) or [],
            "usage": None if reply is None else _usage(reply),
        }

    def _event(self, kind: str, **fields: Any) -> bytes:
        body = {"type": kind, "sequence_number": next(self._numbers), **fields}
        return f"event: {kind}\n".encode() + b"data: " + orjson.dumps(body) + b"\n\n"


def _items(given: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(given, str):
        given = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": given}]}]
    return [{"id": f"it_{uuid4().hex}", **item} for item in given]


def _read(item: dict[str, Any]) -> Message:
    if item.get("type") == "function_call_output":
        return Message("tool", str(item.get("output")))
    return Message(str(item.get("role", "assistant")), item.get("content") or "")


def _usage(reply: Reply) -> dict[str, Any]:
    return {
        "input_tokens": reply.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": reply.output_tokens,
        "output_tokens_details": {"reasoning_tokens": reply.thought_tokens},
        "total_tokens": reply.input_tokens + reply.output_tokens,
    }
