"""The tape: what must be remembered of a response that is streamed past, also of one that breaks off. Pure."""

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from guildhall.edge import sse

_BEGIN = b"response.created"
_ITEM = b"response.output_item.done"
_ENDS = (b"response.completed", b"response.incomplete", b"response.failed")
_MARKS = (_BEGIN, _ITEM, *_ENDS)
_MOST_LOOSE_BYTES = 16 * 1024 * 1024
_WORDS = {"response.output_text.delta": "output_text", "response.refusal.delta": "refusal"}

Broken = Literal["incomplete", "failed"]


@dataclass(slots=True)
class Tape:
    """One streamed response."""

    keeps_words: bool = True
    """Whether what is said must be remembered, or only that it was."""
    head: dict[str, Any] = field(default_factory=dict)
    """The response as it began."""
    last: dict[str, Any] | None = None
    """The response as it ended."""
    _items: list[Any] = field(default_factory=list)
    _loose: list[bytes] = field(default_factory=list)  # events of an item that is not done
    _loose_bytes: int = 0

    def hear(self, events: bytes) -> None:
        """Whole events have passed."""
        if any(mark in events for mark in _MARKS):
            for event in sse.split(events):
                self._hear_one(event)
        else:
            self._keep(events)

    def response(self, broken: Broken, error: str | None) -> dict[str, Any]:
        """What was said, of a response that `broken`ly ended, or as its provider ended it."""
        if self.last is not None:
            return self.last
        reason = {"error": {"code": "server_error", "message": error}} if error else {}
        cut = {"incomplete_details": {"reason": "interrupted"}} if broken == "incomplete" else {}
        return {**self.head, "status": broken, **reason, **cut, "output": [*self._items, *self._unfinished()]}

    def _hear_one(self, event: bytes) -> None:
        told = _read(event) if any(mark in event for mark in _MARKS) else None
        kind = told.get("type", "").encode() if told else b""
        if told is None or kind not in _MARKS:
            self._keep(event)
        elif kind == _ITEM and self.keeps_words:
            self._items.append(told.get("item"))
            self._loose.clear()
            self._loose_bytes = 0
        elif isinstance(told.get("response"), dict):
            if kind == _BEGIN:
                self.head = told["response"]
            else:
                self.last = told["response"]

    def _keep(self, events: bytes) -> None:
        self._loose_bytes += len(events)
        if self.keeps_words and self._loose_bytes <= _MOST_LOOSE_BYTES:
            self._loose.append(events)

    def _unfinished(self) -> list[dict[str, Any]]:
        """The message that was being said; half a call or half a thought is of no use to anybody."""
        parts: dict[str, list[str]] = {}
        item: dict[str, Any] = {}
        for events in self._loose:
            for event in sse.split(events):
                told = _read(event) or {}
                kind = _WORDS.get(str(told.get("type")))
                if kind and isinstance(told.get("delta"), str):
                    parts.setdefault(kind, []).append(told["delta"])
                elif told.get("type") == "response.output_item.added" and isinstance(told.get("item"), dict):
                    item = told["item"]
        if not parts or item.get("type") != "message":
            return []
        return [{**item, "status": "incomplete", "content": [_part(kind, "".join(parts[kind])) for kind in parts]}]


def _part(kind: str, words: str) -> dict[str, Any]:
    if kind == "refusal":
        return {"type": "refusal", "refusal": words}
    return {"type": "output_text", "text": words, "annotations": [], "logprobs": []}


def _read(event: bytes) -> dict[str, Any] | None:
    try:
        told = msgspec.json.decode(sse.payload(event))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("type", ""), str) else None
