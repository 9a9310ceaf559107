"""Response items: what goes into a response and comes out of it, as it is stored, listed and said again. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from guildhall.core.errors import BadRequestError
from guildhall.core.ids import new_id

Item = dict[str, Any]


class StoredTurn(Protocol):
    """A response that is kept here."""

    @property
    def input(self) -> str | None:
        """Its items, as they were `written`."""

    @property
    def body(self) -> str | None:
        """The response, as it was `written`."""


class _Output(msgspec.Struct):
    output: list[msgspec.Raw] = []


_PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "reasoning": "rs",
}
_USUAL, _MOST = 20, 100


def of_input(given: Any) -> list[Item]:
    """The input of a request as items, each with an id."""
    if isinstance(given, str):
        return [_listed({"role": "user", "content": given})]
    return [_listed(item) for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def _listed(item: Item) -> Item:
    kind = item.get("type") or "message"
    content = item.get("content")
    if kind == "message" and isinstance(content, str):
        form = "output_text" if item.get("role") == "assistant" else "input_text"
        item = {**item, "content": [{"type": form, "text": content}]}
    return {**item, "type": kind, "id": item.get("id") or new_id(_PREFIXES.get(kind, "item"))}


def raw(given: msgspec.Raw) -> list[msgspec.Raw]:
    """The same without ids, each item in the very bytes it came in."""
    text = bytes(given).lstrip()
    if text.startswith(b"["):
        return msgspec.json.decode(given, type=list[msgspec.Raw])
    message = {"role": "user", "content": given} if text.startswith(b'"') else given
    return [msgspec.Raw(msgspec.json.encode(message))]


def said(turns: Iterable[StoredTurn]) -> list[msgspec.Raw]:
    """What went into responses and came out of them, one after the other."""
    found: list[msgspec.Raw] = []
    for turn in turns:
        found += msgspec.json.decode(turn.input or "[]", type=list[msgspec.Raw])
        found += msgspec.json.decode(turn.body or "{}", type=_Output).output
    return found


def to_others(items: Iterable[msgspec.Raw]) -> list[msgspec.Raw]:
    """Items for a provider who has not made them: without ids that it does not know, and without thoughts, which only
    their own provider takes back."""
    found = (msgspec.json.decode(item, type=dict[str, msgspec.Raw]) for item in items)
    known = [item for item in found if bytes(item.get("type", b"")) != b'"reasoning"']
    return [
        msgspec.Raw(msgspec.json.encode({name: value for name, value in item.items() if name != "id"}))
        for item in known
    ]


def page(items: Sequence[Item], query: Mapping[str, str]) -> dict[str, Any]:
    """Some of the items, as OpenAI lists them: the newest first, unless `order` says otherwise. Raises
    `BadRequestError`.
    """
    order = query.get("order", "desc")
    if order not in {"asc", "desc"}:
        raise BadRequestError("invalid_field", "order must be asc or desc.", param="order")
    text = query.get("limit", str(_USUAL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
        raise BadRequestError("invalid_field", f"limit must be a number from 1 to {_MOST}.", param="limit")
    found = list(items) if order == "asc" else list(reversed(items))
    after = query.get("after")
    if after:
        places = [place for place, item in enumerate(found) if item.get("id") == after]
        if not places:
            raise BadRequestError("invalid_field", "after is not an item of this response.", param="after")
        found = found[places[0] + 1 :]
    shown = found[: int(text)]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0].get("id") if shown else None,
        "last_id": shown[-1].get("id") if shown else None,
        "has_more": len(shown) < len(found),
    }


def written(value: Any) -> str:
    """As it is stored: JSON as text, because a database's own JSON does not take every string."""
    return msgspec.json.encode(value).decode()


def read(text: str | None) -> Any:
    """What was `written`; an empty list when nothing was."""
    return msgspec.json.decode(text) if text else []
