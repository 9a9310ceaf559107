"""Chat writer: answers and chunks of chat completions, written for whoever asked in that dialect.

Beyond OpenAI's own fields it writes `reasoning_content`, `thinking_blocks` and `extra_content`: see `chat_request`.
"""

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from guildhall.core.ids import new_id
from guildhall.edge import sse
from guildhall.gateway.adapters import events, tokens
from guildhall.gateway.adapters.tokens import Tokens

DONE = sse.DONE


def answer(provider_id: str | None, model: str | None, choices: Sequence[dict[str, Any]], used: Tokens) -> bytes:
    """A whole answer."""
    head = _head("chat.completion", provider_id, model)
    return msgspec.json.encode({**head, "choices": choices, "usage": tokens.to_chat(used)})


def choice(index: int, message: dict[str, Any], finish_reason: str) -> dict[str, Any]:
    """One of the answers to choose from."""
    return {
        "index": index,
        "message": {"role": "assistant", "content": None, "refusal": None, **message},
        "logprobs": None,
        "finish_reason": finish_reason,
    }


def call(call_id: str | None, name: str, arguments: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """One call of a tool."""
    written: dict[str, Any] = {
        "id": call_id or new_id("call"),
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }
    return {**written, "extra_content": extra} if extra else written


class ChunkWriter:
    """The chunks of one streamed answer."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._started: set[int] = set()

    @property
    def has_started(self) -> bool:
        """Whether the caller has been told anything."""
        return bool(self._started)

    def name(self, provider_id: str | None, model: str | None) -> None:
        """What the answer is called; only the first name counts."""
        if not self._head:
            self._head = _head("chat.completion.chunk", provider_id, model)

    def chunk(self, delta: dict[str, Any], *, index: int = 0, finish_reason: str | None = None) -> bytes:
        """One step of an answer; the first one of each says whose it is."""
        self.name(None, None)
        first = b""
        if index not in self._started:
            self._started.add(index)
            first = self._event([_choice(index, {"role": "assistant", "content": ""}, None)])
        if not delta and finish_reason is None:
            return first
        return first + self._event([_choice(index, delta, finish_reason)])

    def end(self, used: Tokens) -> bytes:
        """What closes the stream: the usage and the last mark."""
        self.name(None, None)
        return events.write({**self._head, "choices": [], "usage": tokens.to_chat(used)}) + DONE

    def _event(self, choices: list[dict[str, Any]]) -> bytes:
        return events.write({**self._head, "choices": choices})


def _choice(index: int, delta: dict[str, Any], finish_reason: str | None) -> dict[str, Any]:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _head(kind: str, provider_id: str | None, model: str | None) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{provider_id or new_id('msg')}",
        "object": kind,
        "created": int(time.time()),
        "model": model or "",
    }
