"""HTTP of the dashboard."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from guildhall.accounts.web import Admin
from guildhall.core.clock import now
from guildhall.core.web import DbSession
from guildhall.operations.dashboard import figures
from guildhall.operations.dashboard.schemas import DashboardOut

router = APIRouter(prefix="/api/v1/operations/dashboard", tags=["operations"])


@router.get("", response_model=DashboardOut)
async def read_dashboard(
    _: Admin,
    session: DbSession,
    request: Request,
    days: Annotated[int, Query(ge=1, le=90)] = 7,
    step: Annotated[Literal["hour", "day"] | None, Query()] = None,
) -> DashboardOut:
    """What the house did in the last days, by day; by hour for one or two days, or when asked."""
    seconds = figures.HOUR if step == "hour" or (step is None and days <= 2) else figures.DAY
    sources: figures.Sources = request.app.state.dashboard
    return await figures.dashboard(session, sources, days=days, step=seconds, moment=now())
