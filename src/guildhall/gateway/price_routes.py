"""HTTP of prices: see them with their history, add one, import and export files of them. For admins."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from guildhall.accounts.web import Acting, Admin
from guildhall.core.db import Database
from guildhall.core.spreadsheet import csv_of
from guildhall.core.web import DbSession, Page, PageCursor, PlainText, page_of
from guildhall.gateway import price_files, price_queries, prices
from guildhall.gateway.catalog import Entry
from guildhall.gateway.model_routes import quoted
from guildhall.gateway.price_files import HEADER, PriceRow
from guildhall.gateway.price_schemas import ModelPricesOut, PriceImportOut, PriceIn, PriceOut
from guildhall.gateway.pricing import rates_of
from guildhall.gateway.runtime import Gateway
from guildhall.gateway.tables import Price

_PAGE_ROWS = 500
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
    }
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {}}}
}

router = APIRouter(prefix="/api/v1/gateway/prices", tags=["gateway"])


@router.get("", response_model=Page[ModelPricesOut])
async def list_prices(
    _: Admin,
    session: DbSession,
    request: Request,
    cursor: PageCursor,
    model: Annotated[PlainText | None, Query(max_length=200, description="Only this one.")] = None,
) -> Mapping[str, Any]:
    """Models in alphabetical order: what each costs now, and every price it had or will have, newest first."""
    gateway = _gateway(request)
    await gateway.directory.catch_up()
    snapshot = gateway.directory.snapshot
    names = sorted({*snapshot.catalog, *snapshot.prices})
    position = cursor.position(str)
    wanted = [name for name in names if model in {None, name} and (position is None or name > position[0])]
    page = page_of(wanted[: cursor.limit + 1], cursor, lambda name: [name])
    history: dict[str, list[Mapping[str, Any]]] = {name: [] for name in page["items"]}
    for price in await price_queries.prices_of(session, page["items"]):
        history[price.model].append(_shown(price))
    items = [
        {
            "model": name,
            "current": quoted(gateway.prices.quote(snapshot.catalog.get(name) or Entry(name))),
            "history": history[name],
        }
        for name in page["items"]
    ]
    return page | {"items": items}


@router.post("", response_model=PriceOut, status_code=201)
async def add_price(body: PriceIn, _: Admin, acting: Acting, session: DbSession, request: Request) -> Mapping[str, Any]:
    """What a model costs from a moment on; what calls have cost before stays as it is."""
    return _shown(await prices.add(session, acting, body, _gateway(request).prices.currency))


@router.post("/import", response_model=PriceImportOut, openapi_extra=_FILE)
async def import_prices(
    _: Admin,
    acting: Acting,
    request: Request,
    dry_run: Annotated[bool, Query(description="Only tell what would happen.")] = False,
) -> PriceImportOut:
    """Add every price of a file: all of them, or none when there is something wrong with one.

    The file is CSV or, with that content type, JSON, as an export gives it; at most 10,000 prices.
    """
    db: Database = request.app.state.db
    currency = _gateway(request).prices.currency
    is_json = request.headers.get("content-type", "").startswith("application/json")
    content = await request.body()
    lines, problems = await asyncio.to_thread(price_files.parsed, content, is_json=is_json, currency=currency)
    if dry_run:
        async with db.read() as session:
            return (await prices.plan(session, lines, problems, currency)).outcome(applied=False)
    async with db.write() as session:
        return await prices.import_all(session, acting, await prices.plan(session, lines, problems, currency))


@router.get("/export", response_class=Response, responses=_FILES)
async def export_prices(
    _: Admin,
    request: Request,
    format: Annotated[Literal["csv", "json"], Query(description="For spreadsheets, or for programs.")] = "csv",  # noqa: A002 - as the address has it
    which: Annotated[
        Literal["own", "current"],
        Query(description="Every price of the hall's own, or what each model costs now: a start for prices to come."),
    ] = "own",
) -> Response:
    """Prices as a file that can be imported again."""
    gateway = _gateway(request)
    await gateway.directory.catch_up()
    pages = _own(request.app.state.db) if which == "own" else _current(gateway)
    headers = {"content-disposition": f'attachment; filename="prices.{format}"', "cache-control": "no-store"}
    if format == "csv":
        lines = ([line for row in page for line in price_files.lines_of(row)] async for page in pages)
        return StreamingResponse(csv_of(HEADER, lines), media_type="text/csv; charset=utf-8", headers=headers)
    rows = [row async for page in pages for row in page]
    document = price_files.document_of(rows, gateway.prices.currency)
    return Response(orjson.dumps(document, option=orjson.OPT_INDENT_2), media_type="application/json", headers=headers)


async def _own(db: Database) -> AsyncIterator[Iterable[PriceRow]]:
    """Every page in a transaction of its own, so that a slow reader holds nothing of the database."""
    after: tuple[str, datetime] | None = None
    while True:
        async with db.read() as session:
            rows: Sequence[Price] = await price_queries.prices(session, limit=_PAGE_ROWS, after=after)
        yield [PriceRow(row.model, row.since, row.currency, rates_of(row.rates), row.source) for row in rows]
        if len(rows) < _PAGE_ROWS:
            return
        after = (rows[-1].model, rows[-1].since)


async def _current(gateway: Gateway) -> AsyncIterator[Iterable[PriceRow]]:
    """Without a moment: imported, they hold from then on."""
    quotes = {name: gateway.prices.quote(entry) for name, entry in gateway.directory.snapshot.catalog.items()}
    yield [
        PriceRow(name, None, quote.currency, quote.rates, quote.source)
        for name, quote in quotes.items()
        if quote is not None
    ]


def _shown(price: Price) -> Mapping[str, Any]:
    return {
        "id": price.id,
        "model": price.model,
        "currency": price.currency,
        "since": price.since,
        "source": price.source,
        "rates": asdict(rates_of(price.rates)),
        "created_at": price.created_at,
    }


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway
