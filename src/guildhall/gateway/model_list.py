"""The list of models as callers read it, in OpenAI's shape or in Anthropic's, with what a model can do and costs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import orjson

from guildhall.core.errors import BadRequestError, NotFoundError
from guildhall.edge.answer import JSON, WholeAnswer, header
from guildhall.edge.call import Caller
from guildhall.edge.desk import Question
from guildhall.edge.endpoints import MODELS
from guildhall.gateway.catalog import Entry
from guildhall.gateway.directory import LiveDirectory
from guildhall.gateway.price_book import Quote
from guildhall.gateway.price_desk import PriceDesk
from guildhall.gateway.pricing import MILLION, NANO

ADDRESS = MODELS.path
_UNKNOWN_TIME = datetime.fromtimestamp(0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
_USUAL, _MOST = 20, 1000
# What others call the prices that are for tokens, and for one of something.
_TOKENS = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cached_input",
    "input_cache_write": "cache_write",
    "internal_reasoning": "reasoning",
}
_OTHERS = {"request": "per_call", "image": "per_image", "audio_second": "per_audio_second"}


def callable_by(caller: Caller, names: Sequence[str]) -> Sequence[str]:
    """The models that a caller's key may call."""
    allowed = caller.terms.models if caller.terms is not None else None
    return [name for name in names if name in allowed] if allowed else names


class ModelList:
    """Answers questions about models."""

    def __init__(self, directory: LiveDirectory, prices: PriceDesk) -> None:
        self._directory, self._prices = directory, prices

    async def answer(self, question: Question) -> WholeAnswer:
        """All models, or the one that is named. Raises `NotFoundError`, `BadRequestError`."""
        await self._directory.catch_up()
        names = callable_by(question.caller, self._directory.models())
        name = unquote(question.path[len(ADDRESS) + 1 :])
        is_anthropic = bool(header(question.headers, b"anthropic-version"))
        entry_of = _anthropic_entry if is_anthropic else self._entry
        catalog = self._directory.snapshot.catalog
        if name:
            if name not in names or name not in catalog:
                raise NotFoundError("model_not_found", f"The model `{name[:100]}` does not exist.", param="model")
            found = entry_of(catalog[name])
        elif is_anthropic:
            found = _page([catalog[each] for each in names if each in catalog], question.query)
        else:
            entries = [self._entry(catalog[each]) for each in names if each in catalog]
            found = {"object": "list", "data": entries}
        return WholeAnswer(200, [JSON], orjson.dumps(found))

    def _entry(self, entry: Entry) -> dict[str, Any]:
        """OpenAI's, and what it does not tell."""
        return {
            "id": entry.name,
            "object": "model",
            "created": 0,
            "owned_by": "guildhall",
            "context_length": entry.context_tokens,
            "max_output_tokens": entry.output_tokens,
            "capabilities": list(entry.capabilities),
            "pricing": _pricing(self._prices.quote(entry)),
        }


def _anthropic_entry(entry: Entry) -> dict[str, Any]:
    return {"type": "model", "id": entry.name, "display_name": entry.name, "created_at": _UNKNOWN_TIME}


def _page(entries: Sequence[Entry], query: Mapping[str, str]) -> dict[str, Any]:
    """A page of Anthropic's list, behind `after_id` or before `before_id`."""
    limit = _limit(query.get("limit", ""))
    names = [entry.name for entry in entries]
    after, before = query.get("after_id"), query.get("before_id")
    if after and before:
        raise BadRequestError("invalid_field", "Give after_id or before_id, not both.", param="before_id")
    start, end = 0, len(entries)
    if after:
        start = _place(names, after, "after_id") + 1
    elif before:
        end = _place(names, before, "before_id")
    # What comes before an entry is nearest to it at the end.
    shown = entries[max(start, end - limit) : end] if before else entries[start : min(end, start + limit)]
    return {
        "data": [_anthropic_entry(entry) for entry in shown],
        "has_more": len(shown) < end - start,
        "first_id": shown[0].name if shown else None,
        "last_id": shown[-1].name if shown else None,
    }


def _limit(text: str) -> int:
    if not text:
        return _USUAL
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
        raise BadRequestError("invalid_field", f"limit must be a number from 1 to {_MOST}.", param="limit")
    return int(text)


def _place(names: Sequence[str], name: str, param: str) -> int:
    if name not in names:
        raise BadRequestError("invalid_field", f"{param} is not a model of this list.", param=param)
    return names.index(name)


def _pricing(quote: Quote | None) -> dict[str, str] | None:
    """For one token, call, picture or second, as decimal text; None when nobody knows."""
    if quote is None:
        return None
    rates = {theirs: (getattr(quote.rates, ours), MILLION) for theirs, ours in _TOKENS.items()}
    rates |= {theirs: (getattr(quote.rates, ours), 1) for theirs, ours in _OTHERS.items()}
    shown = {name: _decimal(nano, per) for name, (nano, per) in rates.items() if nano is not None}
    return {"currency": quote.currency, **shown}


def _decimal(nano: int, per: int) -> str:
    """Nano-units for so many, as units for one, exactly."""
    return f"{(Decimal(nano) / (NANO * per)).normalize():f}"
