"""HTTP of statistics: admins see the whole hall, everybody else their own calls."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import StreamingResponse

from guildhall.accounts.web import CurrentUser
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import ForbiddenError
from guildhall.core.jobs.cron import zone_of
from guildhall.core.spreadsheet import csv_of
from guildhall.core.web import DbSession, Moment, PlainText
from guildhall.edge.tables import SharedBy
from guildhall.gateway.breakdown import HEADER, Order, breakdown, lines
from guildhall.gateway.overview import overview
from guildhall.gateway.periods import Period, period_of
from guildhall.gateway.runtime import Gateway
from guildhall.gateway.statistics import Sort, Wanted
from guildhall.gateway.statistics_schemas import BreakdownOut, StatisticsOut

By = Literal["models", "channels", "users", "keys"]
_KINDS: Mapping[By, SharedBy] = {"models": "model", "channels": "channel", "users": "user", "keys": "key"}

router = APIRouter(prefix="/api/v1/gateway/statistics", tags=["gateway"])


async def _zone(
    zone: Annotated[
        PlainText, Query(max_length=60, description="IANA name of the time zone that days are of.")
    ] = "UTC",
) -> ZoneInfo:
    return zone_of(zone)


async def _period(
    zone: Annotated[ZoneInfo, Depends(_zone)],
    since: Annotated[
        Moment | None, Query(description="From the hour of this moment on; seven days where it is not said.")
    ] = None,
    until: Annotated[Moment | None, Query(description="Up to the end of this moment's hour; now by default.")] = None,
    step: Annotated[
        Literal["hour", "day"] | None, Query(description="Hours for up to three days, else days, when not said.")
    ] = None,
) -> Period:
    return period_of(since, until, step, zone, now())


async def _wanted(
    user: CurrentUser,
    model: Annotated[PlainText | None, Query(max_length=200, description="Only this model.")] = None,
    channel_id: Annotated[
        PlainText | None,
        Query(max_length=32, description="Only this channel; for admins. Empty: calls that none took."),
    ] = None,
    user_id: Annotated[
        PlainText | None, Query(max_length=32, description="Only this user; whoever is no admin sees their own calls.")
    ] = None,
    key_id: Annotated[
        PlainText | None, Query(max_length=32, description="Only this key. Empty: calls without one, such as chats.")
    ] = None,
) -> Wanted:
    wanted = Wanted(model=model, channel=channel_id, user=user_id, key=key_id)
    if user.role == "admin":
        return wanted
    if channel_id is not None:
        raise _for_admins()
    return replace(wanted, user=user.id)


async def _kind(by: By, user: CurrentUser) -> SharedBy:
    if by == "channels" and user.role != "admin":
        raise _for_admins()
    return _KINDS[by]


Asked = Annotated[Period, Depends(_period)]
Which = Annotated[Wanted, Depends(_wanted)]
Kind = Annotated[SharedBy, Depends(_kind)]
Sorting = Annotated[Sort, Query(description="The figure that decides which come first.")]


@router.get("", response_model=StatisticsOut)
async def read_statistics(period: Asked, wanted: Which, session: DbSession, request: Request) -> Mapping[str, Any]:
    """The calls of a period in figures and step by step, and those of the period of equal length before it.

    Periods are rounded outward to whole hours; at most 800 steps are shown.
    """
    return await overview(session, period, wanted, _currency(request))


@router.get("/{by}.csv", response_class=StreamingResponse)
async def download_breakdown(
    kind: Kind, period: Asked, wanted: Which, request: Request, by: By, sort: Sorting = "calls"
) -> StreamingResponse:
    """The breakdown as a spreadsheet, with every row up to 10,000; money is in units of the currency."""
    db: Database = request.app.state.db
    headers = {"content-disposition": f'attachment; filename="{by}.csv"', "cache-control": "no-store"}
    pages = lines(db, period, wanted, kind, sort, _currency(request))
    return StreamingResponse(csv_of(HEADER, pages), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{by}", response_model=BreakdownOut)
async def read_breakdown(
    kind: Kind,
    period: Asked,
    wanted: Which,
    session: DbSession,
    request: Request,
    sort: Sorting = "calls",
    limit: Annotated[int, Query(ge=1, le=200, description="Rows to list; the rest is summed up.")] = 20,
) -> Mapping[str, Any]:
    """Which models, channels, users or keys the calls of a period belong to, the largest first."""
    return await breakdown(session, period, wanted, kind, Order(sort, limit), _currency(request))


def _currency(request: Request) -> str:
    gateway: Gateway = request.app.state.gateway
    return gateway.prices.currency


def _for_admins() -> ForbiddenError:
    return ForbiddenError("admin_only", "Only an admin may see channels.")
