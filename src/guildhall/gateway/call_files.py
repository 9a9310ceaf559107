"""Files of calls: CSV for spreadsheets, made piece by piece and in a thread, so that no call under way waits for it."""

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from typing import Any

from guildhall.core.db import Database
from guildhall.core.spreadsheet import BOM, lines_of
from guildhall.edge.call_queries import Place, Wanted
from guildhall.edge.call_search import search
from guildhall.gateway import calls

HEADER = (
    "id", "at", "user_id", "user", "key_id", "key", "channel_id", "channel", "model", "endpoint", "stream", "outcome",
    "status", "code", "message", "attempts", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens",
    "reasoning_tokens", "estimated", "cost", "currency", "price_id", "total_seconds", "first_token_seconds",
    "overhead_seconds", "address", "session_id", "client_request_id",
)  # fmt: skip
_PAGE_ROWS = 500
_GZIP = 31  # what zlib calls gzip's form with the widest window
_NANO = 10**9
Row = Mapping[str, Any]


async def csv_of(
    pages: AsyncIterable[Sequence[Row]], currency: str, *, bom: bool, packed: bool
) -> AsyncIterator[bytes]:
    """The file: `bom` lets Excel know that it is UTF-8, `packed` makes it gzip."""
    packer = zlib.compressobj(4, wbits=_GZIP) if packed else None

    def piece(rows: Sequence[Sequence[Any]], start: str = "") -> bytes:
        text = start.encode() + lines_of(rows)
        return text if packer is None else packer.compress(text)

    yield piece([HEADER], BOM if bom else "")
    async for page in pages:
        yield await asyncio.to_thread(piece, [_cells(row, currency) for row in page])
    if packer is not None:
        yield packer.flush()


async def pages(
    db: Database, wanted: Wanted | None, *, before: Place | None, limit: int, is_admin: bool
) -> AsyncIterator[Sequence[Row]]:
    """Up to `limit` calls, each page in a transaction of its own: a slow reader holds nothing of the database."""
    while wanted is not None and limit > 0:
        async with db.read() as session:
            found = await search(session, wanted, before=before, limit=min(_PAGE_ROWS, limit))
            names = await calls.names_in(session, found.calls)
            page = [calls.shown(call, names, is_admin=is_admin) for call in found.calls]
        if page:
            yield page
        if found.next is None:
            return
        before, limit = found.next, limit - len(page)


def _cells(row: Row, currency: str) -> list[Any]:
    parties = {name: row[name] or {"id": None, "name": None} for name in ("user", "key", "channel")}
    cells = {
        **row,
        **{name: party["name"] for name, party in parties.items()},
        **{f"{name}_id": party["id"] for name, party in parties.items()},
        "cost": None if row["cost_nano"] is None else _units(row["cost_nano"]),
        "currency": currency,
        "total_seconds": _seconds(row["total_us"]),
        "first_token_seconds": _seconds(row["ttft_us"]),
        "overhead_seconds": _seconds(row["overhead_us"]),
    }
    return [cells[name] for name in HEADER]


def _units(nano: int) -> str:
    return f"{nano // _NANO}.{nano % _NANO:09}".rstrip("0").rstrip(".")


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1_000_000
