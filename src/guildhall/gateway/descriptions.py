"""Descriptions: what an admin says of public models. Every process's directory hears of a change."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.gateway import price_queries as queries
from guildhall.gateway.catalog import NOTHING_SAID, Entry, Said, catalog_of, said_of
from guildhall.gateway.price_seed import seed
from guildhall.gateway.tables import Model


async def catalog(session: Session) -> Mapping[str, Entry]:
    """Every model, also of channels that are off."""
    return catalog_of(await queries.all_channels(session), await queries.described_models(session), seed())


def get(entries: Mapping[str, Entry], name: str) -> Entry:
    """The model of this name. Raises `NotFoundError`."""
    if name not in entries:
        raise NotFoundError("model_not_found", "There is no such model.")
    return entries[name]


async def describe(session: Session, actor: Actor, name: str, wanted: Said) -> Entry:
    """Say this of a model and nothing else. A model of which nothing is said has no row."""
    entries = await catalog(session)
    get(entries, name)
    _check_fallbacks(entries, name, wanted.fallbacks)
    row = await queries.model_by_name(session, name)
    before = said_of(row) if row else NOTHING_SAID
    if wanted != before:
        await _store(session, name, row, wanted)
        await audit.record(
            session, actor, "model.changed", target=f"model:{name}", before=_shown(before), after=_shown(wanted)
        )
        await events.publish(session, DIRECTORY_STREAM, "changed", {})
    entry = (await catalog(session)).get(name)
    return entry if entry is not None else Entry(name, wanted)


async def _store(session: Session, name: str, row: Model | None, wanted: Said) -> None:
    if wanted == NOTHING_SAID:
        if row is not None:
            await queries.forget_model(session, row)
        return
    row = row or Model(name=name)
    row.visible, row.context_tokens, row.output_tokens = wanted.visible, wanted.context_tokens, wanted.output_tokens
    row.capabilities = None if wanted.capabilities is None else list(wanted.capabilities)
    row.fallbacks, row.sticky, row.updated_at = list(wanted.fallbacks), wanted.sticky, now()
    try:
        await queries.store_model(session, row)
    except Conflict:
        raise ConflictError("model_changed", "Somebody else has changed this model just now.") from None


def _check_fallbacks(entries: Mapping[str, Entry], name: str, fallbacks: tuple[str, ...]) -> None:
    if name in fallbacks or len(set(fallbacks)) != len(fallbacks):
        raise BadRequestError(
            "invalid_field", "A model's fallbacks are other models, each named once.", param="fallbacks"
        )
    unknown = [fallback for fallback in fallbacks if fallback not in entries]
    if unknown:
        message = f"There is no model named {unknown[0]!r} to fall back to."
        raise BadRequestError("fallback_not_found", message, param="fallbacks", models=unknown)


def _shown(said: Said) -> dict[str, Any]:
    shown = asdict(said)
    shown["capabilities"] = None if said.capabilities is None else list(said.capabilities)
    return shown | {"fallbacks": list(said.fallbacks)}
