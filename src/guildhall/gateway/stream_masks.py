"""Masks over streams: what is to be taken out of an answer may come in pieces, one in each event.

The pieces of one text are joined and masked; if that changes it, the first event holds the whole text and the others
nothing of it, so that what is kept still reads as the stream it was. Pure.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from guildhall.gateway.masks import Masks

_FIELD = "data:"
# Where the dialects put the pieces of what is written.
_PIECES = frozenset(
    {"content", "text", "delta", "reasoning_content", "reasoning", "refusal", "arguments", "thinking", "partial_json"}
)
# What tells pieces of several texts apart, beside the names on the way to them.
_PLACES = ("type", "index", "output_index", "content_index", "item_id")
_DEEPEST = 100  # names on the way to a piece; no dialect needs more than half of that
_Place = tuple[Any, ...]
_Piece = tuple[_Place, dict[str, Any], str]


def masked_answer(body: bytes, masks: Masks) -> bytes:
    """An answer without what is to be taken out, also where that is spread over the events of a stream."""
    if not masks or not body.lstrip().startswith((b"data:", b"event:", b":")):
        return masks.masked(body)
    lines = body.decode(errors="replace").split("\n")
    events = {number: event for number, line in enumerate(lines) if (event := _event(line)) is not None}
    texts: defaultdict[_Place, list[tuple[int, dict[str, Any], str]]] = defaultdict(list)
    for number, event in events.items():
        for place, holder, name in _pieces(event, ()):
            texts[place].append((number, holder, name))
    for pieces in texts.values():
        whole = "".join(holder[name] for _, holder, name in pieces)
        masked = masks.masked(whole.encode(errors="replace")).decode()
        if masked == whole:
            continue
        for number, holder, name in pieces:
            holder[name], masked = masked, ""
            lines[number] = f"{_FIELD} {json.dumps(events[number], ensure_ascii=False, separators=(',', ':'))}"
    return masks.masked("\n".join(lines).encode(errors="replace"))


def _event(line: str) -> dict[str, Any] | None:
    """What a line tells, unless it is cut off or something else."""
    if not line.startswith(_FIELD):
        return None
    try:
        told = json.loads(line.removeprefix(_FIELD))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _pieces(value: Any, place: _Place) -> Iterator[_Piece]:
    """Every piece of text in an event, with its place."""
    if len(place) > _DEEPEST:
        return
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _pieces(one, (*place, None if isinstance(one, dict) and "index" in one else number))
    elif isinstance(value, dict):
        here = (*place, *(str(value.get(name)) for name in _PLACES))
        for name, one in value.items():
            if isinstance(one, str):
                if name in _PIECES:
                    yield (*here, name), value, name
            else:
                yield from _pieces(one, (*here, name))
