"""HTTP of the log of calls: lists, one call with its attempts and words, and the log as a file."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import StreamingResponse

from guildhall.accounts import audit
from guildhall.accounts.web import Acting, Admin, CurrentUser
from guildhall.core.db import Database
from guildhall.core.pages import cursor_of
from guildhall.core.web import DbSession, Moment, PageCursor, PlainText
from guildhall.edge import call_queries, call_search
from guildhall.edge.call_queries import Outcome, Place, Wanted
from guildhall.edge.call_search import Found
from guildhall.gateway import call_files, calls
from guildhall.gateway.body_keeper import opened
from guildhall.gateway.call_schemas import CallBodiesOut, CallDetailOut, CallPage
from guildhall.gateway.model_routes import quoted
from guildhall.gateway.runtime import Gateway

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_ROWS = 1_000_000  # about what a spreadsheet opens
_ID = r"^[0-9a-z_]{1,32}$"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file; with as many rows as `X-Row-Limit` says there may be more.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "headers": {"X-Row-Limit": {"schema": {"type": "integer"}}},
    }
}

CallId = Annotated[str, Path(pattern=_ID)]
AnId = Annotated[str | None, Query(pattern=_ID)]

router = APIRouter(prefix="/api/v1/gateway", tags=["gateway"])


async def _wanted(
    since: Annotated[Moment | None, Query(description="Began at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(description="Began before this moment.")] = None,
    user_id: AnId = None,
    key_id: AnId = None,
    model: Annotated[PlainText | None, Query(max_length=200, description="As the caller named it.")] = None,
    channel_id: Annotated[str | None, Query(pattern=_ID, description="For admins.")] = None,
    session_id: AnId = None,
    endpoint: Annotated[PlainText | None, Query(max_length=40, description="Such as `/v1/embeddings`.")] = None,
    outcome: Annotated[Outcome | None, Query(description="`refused` is 400 to 499, `failed` 500 and more.")] = None,
    status: Annotated[int | None, Query(ge=100, le=599)] = None,
    code: Annotated[PlainText | None, Query(max_length=60, description="The error's code.")] = None,
    text: Annotated[PlainText | None, Query(min_length=1, max_length=100, description="In the error's words.")] = None,
    request: Annotated[
        PlainText | None, Query(min_length=1, max_length=64, description="Our id of a call, or the caller's own.")
    ] = None,
    stream: bool | None = None,
    after: Annotated[
        str | None, Query(pattern=_ID, description="Newer than this call; a call is there once it has ended.")
    ] = None,
) -> Wanted:
    return Wanted(
        _microsecond(since), _microsecond(until), user_id, key_id, model, channel_id, session_id, endpoint, outcome,
        status, code, text, request, stream, after,
    )  # fmt: skip


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("/calls", response_model=CallPage)
async def list_calls(
    user: CurrentUser, session: DbSession, request: Request, wanted: Filter, cursor: PageCursor
) -> Mapping[str, Any]:
    """Calls that have ended, newest first: all of them for admins, one's own for others.

    To follow new ones, ask with `after` from time to time. A call stands where it began, also one that took long: an
    `after` a little older than the newest call you have misses none of them.
    """
    position = cursor.position(int, str)
    before: Place | None = (position[0], position[1]) if position else None
    visible = calls.visible(user, wanted)
    found = (
        Found([], None)
        if visible is None
        else await call_search.search(session, visible, before=before, limit=cursor.limit)
    )
    names = await calls.names_in(session, found.calls)
    is_early = found.next is not None and len(found.calls) < cursor.limit
    return {
        "items": [calls.shown(call, names, is_admin=user.role == "admin") for call in found.calls],
        "next_cursor": cursor_of(list(found.next)) if found.next else None,
        "looked_back_to": calls.moment_of(found.next[0]) if found.next and is_early else None,
        "currency": _gateway(request).prices.currency,
    }


@router.get("/calls.csv", response_class=StreamingResponse, responses=_FILE)
async def download_calls(
    user: CurrentUser,
    acting: Acting,
    request: Request,
    wanted: Filter,
    before: Annotated[
        str | None, Query(pattern=_ID, description="Older than this call: the last one of the file before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ROWS, description="Rows at most.")] = 100_000,
    bom: Annotated[bool, Query(description="Begin with the mark by which Excel knows UTF-8.")] = False,
) -> StreamingResponse:
    """The same calls as a spreadsheet, newest first. A file with `limit` rows may not be all: ask again with `before`.

    The download is in the audit log. It is sent in gzip to whoever accepts that.
    """
    db: Database = request.app.state.db
    visible = calls.visible(user, wanted)
    async with db.write() as session:
        place = None if before is None else await call_search.place_of(session, before)
        asked = {name: value for name, value in request.query_params.items() if name != "bom"}
        await audit.record(session, acting, "calls.exported", target="calls", after=asked)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    is_admin = user.role == "admin"
    pages = call_files.pages(db, visible, before=place, limit=limit, is_admin=is_admin)
    headers = {
        "content-disposition": 'attachment; filename="calls.csv"',
        "cache-control": "no-store",
        "vary": "accept-encoding",
        "x-row-limit": str(limit),
    }
    if packed:
        headers["content-encoding"] = "gzip"
    content = call_files.csv_of(pages, _gateway(request).prices.currency, bom=bom, packed=packed)
    return StreamingResponse(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/calls/{call_id}", response_model=CallDetailOut)
async def read_call(call_id: CallId, user: CurrentUser, session: DbSession, request: Request) -> Mapping[str, Any]:
    """One call: its attempts in order, the price it was billed at, and whether its words were kept."""
    call = await calls.get(session, user, call_id)
    gateway, is_admin = _gateway(request), user.role == "admin"
    names = await calls.names_in(session, [call])
    entry = gateway.directory.snapshot.catalog.get(call.model)
    quote = await calls.quote_of(session, call, gateway.prices.quote(entry) if entry else None)
    failed = await call_queries.attempts_of(session, call_id)
    return {
        **calls.shown(call, names, is_admin=is_admin),
        "attempt_log": calls.attempt_log(call, failed, names, is_admin=is_admin),
        "price": quoted(quote),
        "currency": quote.currency if quote else gateway.prices.currency,
        "has_bodies": is_admin and await call_queries.has_body(session, call_id),
    }


@router.get("/calls/{call_id}/bodies", response_model=CallBodiesOut)
async def read_call_bodies(call_id: CallId, _: Admin, acting: Acting, request: Request) -> Mapping[str, Any]:
    """Prompt and answer of a call, where they were kept; that you looked is in the audit log."""
    db: Database = request.app.state.db
    async with db.write() as session:
        body = await calls.look_at_words(session, acting, call_id)
    asked, said = await asyncio.to_thread(lambda: (opened(body.request), opened(body.answer)))
    return {
        "request": asked,
        "request_bytes": body.request_bytes,
        "request_kept": body.request_kept,
        "answer": said,
        "answer_bytes": body.answer_bytes,
        "answer_kept": body.answer_kept,
        "masked": body.is_masked,
    }


def _microsecond(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway
