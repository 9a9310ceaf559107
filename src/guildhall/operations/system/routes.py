"""HTTP of the system page."""

from fastapi import APIRouter, Request

from guildhall.accounts.web import Admin
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.settings import Settings
from guildhall.operations.system import state
from guildhall.operations.system.schemas import SystemOut

router = APIRouter(prefix="/api/v1/operations/system", tags=["operations"])


@router.get("", response_model=SystemOut)
async def read_system(_: Admin, request: Request) -> SystemOut:
    """Versions, processes, database, queues, disk."""
    settings: Settings = request.app.state.settings
    db: Database = request.app.state.db
    async with db.read() as session:
        return await state.read(session, settings, request.app.state.bus, now())
