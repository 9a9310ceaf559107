"""HTTP of models: those that can be called, and for admins all of them with what is said of each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from guildhall.accounts.web import Acting, Admin, CurrentUser
from guildhall.core.web import DbSession, PlainText
from guildhall.gateway import descriptions
from guildhall.gateway.catalog import Entry, Said
from guildhall.gateway.price_book import Quote
from guildhall.gateway.price_desk import PriceDesk
from guildhall.gateway.price_schemas import CurrencyOut, ModelEntryOut, ModelSaidIn, ServedModelOut
from guildhall.gateway.prices import moment_of
from guildhall.gateway.runtime import Gateway

# Names of models have slashes and colons in them.
Name = Annotated[PlainText, Path(min_length=1, max_length=200)]

router = APIRouter(prefix="/api/v1/gateway", tags=["gateway"])


@router.get("/models", response_model=list[ServedModelOut])
async def list_models(_: CurrentUser, request: Request) -> Sequence[Mapping[str, Any]]:
    """Every model that can be called, and what it costs now."""
    gateway = _gateway(request)
    await gateway.directory.catch_up()
    snapshot = gateway.directory.snapshot
    return [_served(snapshot.catalog[name], gateway.prices) for name in snapshot.models]


@router.get("/currency", response_model=CurrencyOut)
async def read_currency(_: CurrentUser, request: Request) -> CurrencyOut:
    """What prices, costs and quotas are in."""
    return CurrencyOut(currency=_gateway(request).prices.currency)


@router.get("/catalog", response_model=list[ModelEntryOut])
async def list_catalog(_: Admin, session: DbSession, request: Request) -> Sequence[Mapping[str, Any]]:
    """Every model that a channel serves, on or off, or that an admin described; with its channels and its price."""
    await _gateway(request).directory.catch_up()
    entries = await descriptions.catalog(session)
    return [_shown(entry, _gateway(request).prices) for entry in entries.values()]


@router.get("/models/{name:path}", response_model=ModelEntryOut)
async def read_model(name: Name, _: Admin, session: DbSession, request: Request) -> Mapping[str, Any]:
    """One model, as an admin sees it."""
    await _gateway(request).directory.catch_up()
    return _shown(descriptions.get(await descriptions.catalog(session), name), _gateway(request).prices)


@router.put("/models/{name:path}", response_model=ModelEntryOut)
async def describe_model(
    name: Name, body: ModelSaidIn, _: Admin, acting: Acting, session: DbSession, request: Request
) -> Mapping[str, Any]:
    """Say whether people see a model, what it can do, what stands in for it and whether callers stay with one channel;
    null leaves it to the list that came with the product."""
    capabilities = None if body.capabilities is None else tuple(dict.fromkeys(body.capabilities))
    said = Said(body.visible, body.context_tokens, body.output_tokens, capabilities, tuple(body.fallbacks), body.sticky)
    return _shown(await descriptions.describe(session, acting, name, said), _gateway(request).prices)


def quoted(quote: Quote | None) -> Mapping[str, Any] | None:
    """A price for display."""
    if quote is None:
        return None
    return {
        "id": quote.price_id,
        "currency": quote.currency,
        "since": moment_of(quote.since),
        "source": quote.source,
        "rates": asdict(quote.rates),
    }


def _served(entry: Entry, prices: PriceDesk) -> dict[str, Any]:
    return {
        "name": entry.name,
        "simulated": entry.simulated,
        "context_tokens": entry.context_tokens,
        "output_tokens": entry.output_tokens,
        "capabilities": entry.capabilities,
        "price": quoted(prices.quote(entry)),
    }


def _shown(entry: Entry, prices: PriceDesk) -> Mapping[str, Any]:
    return _served(entry, prices) | {
        "visible": entry.said.visible,
        "fallbacks": entry.said.fallbacks,
        "sticky": entry.said.sticky,
        "channels": [asdict(serving) for serving in entry.servings],
        "said": asdict(entry.said),
        "known": asdict(entry.known) if entry.known else None,
    }


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway
