"""HTTP of the audit log: read it, filtered, and download it as a spreadsheet. For admins."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from guildhall.accounts import audit_queries as queries
from guildhall.accounts.audit_queries import Filter
from guildhall.accounts.web import Admin
from guildhall.core.db import Database
from guildhall.core.spreadsheet import csv_of
from guildhall.core.web import DbSession, Moment, Page, PageCursor, PlainText, page_of

_HEADER = (
    "at", "actor_id", "actor_email", "actor_name", "address", "action", "target", "before", "after", "request_id",
)  # fmt: skip
_PAGE_ROWS = 500
_MOST_ROWS = 1_000_000  # about what a spreadsheet opens

router = APIRouter(prefix="/api/v1", tags=["audit"])


class AuditActorOut(BaseModel):
    """An account that acted; without name and address when it is gone."""

    id: str
    name: str | None
    email: str | None


class AuditEntryOut(BaseModel):
    """Who did what to what: `before` and `after` hold what differs."""

    id: str
    at: datetime
    actor: AuditActorOut | None
    address: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None


async def _filter(
    actor: Annotated[PlainText | None, Query(max_length=320, description="An account's id or e-mail address.")] = None,
    action: Annotated[
        PlainText | None, Query(max_length=60, description="An action, or how it begins, up to a dot: `user.`.")
    ] = None,
    target: Annotated[
        PlainText | None, Query(max_length=160, description="A target, or its kind, up to a colon: `channel:`.")
    ] = None,
    since: Annotated[Moment | None, Query(description="From this moment on.")] = None,
    until: Annotated[Moment | None, Query(description="Before this moment.")] = None,
) -> Filter:
    return Filter(actor=actor, action=action, target=target, since=since, until=until)


Wanted = Annotated[Filter, Depends(_filter)]


@router.get("/audit", response_model=Page[AuditEntryOut])
async def list_audit(_: Admin, session: DbSession, wanted: Wanted, cursor: PageCursor) -> Mapping[str, Any]:
    """Entries, newest first."""
    position = cursor.position(datetime, str)
    after = (position[0], position[1]) if position else None
    rows = await queries.entries(session, wanted, limit=cursor.limit + 1, after=after)
    return page_of([_shown(*row) for row in rows], cursor, lambda entry: [entry["at"], entry["id"]])


@router.get("/audit/actions", response_model=list[str])
async def list_audit_actions(_: Admin, session: DbSession) -> Sequence[str]:
    """Every action that the log holds."""
    return await queries.actions(session)


@router.get("/audit.csv", response_class=StreamingResponse)
async def download_audit(_: Admin, request: Request, wanted: Wanted) -> StreamingResponse:
    """The same entries as a spreadsheet, the newest million at most."""
    db: Database = request.app.state.db
    headers = {"content-disposition": 'attachment; filename="audit.csv"', "cache-control": "no-store"}
    return StreamingResponse(csv_of(_HEADER, _pages(db, wanted)), media_type="text/csv; charset=utf-8", headers=headers)


async def _pages(db: Database, wanted: Filter) -> AsyncIterator[list[list[Any]]]:
    """Every page in a transaction of its own, so that a slow reader holds nothing of the database."""
    after = None
    for _ in range(_MOST_ROWS // _PAGE_ROWS):
        async with db.read() as session:
            rows = await queries.entries(session, wanted, limit=_PAGE_ROWS, after=after)
        yield [
            [
                entry.at, entry.actor_id, user.email if user else None, user.name if user else None, entry.address,
                entry.action, entry.target, entry.before, entry.after, entry.request_id,
            ]
            for entry, user in rows
        ]  # fmt: skip
        if len(rows) < _PAGE_ROWS:
            return
        after = (rows[-1][0].at, rows[-1][0].id)


def _shown(entry: Any, user: Any) -> dict[str, Any]:
    actor = {"id": entry.actor_id, "name": user.name if user else None, "email": user.email if user else None}
    return {
        **{name: getattr(entry, name) for name in AuditEntryOut.model_fields if name != "actor"},
        "actor": actor if entry.actor_id else None,
    }
