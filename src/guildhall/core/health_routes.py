"""Whether the process lives, whether it can serve, and its metrics."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, PlainTextResponse, Response

from guildhall import __version__
from guildhall.core import schema
from guildhall.core.errors import AppError
from guildhall.core.metrics import Metrics

router = APIRouter(tags=["operations"])

Verdict = Literal["ok", "failed"]


class Health(BaseModel):
    """The process answers."""

    status: Verdict
    version: str


class Readiness(BaseModel):
    """Each thing the server needs; `failed` anywhere means 503."""

    status: Verdict
    database: Verdict
    schema_version: Verdict
    events: Verdict


@router.get("/healthz", response_model=Health)
async def health() -> Health:
    """The process answers; says nothing about what it depends on."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readiness(request: Request) -> Response:
    """Whether requests can be served: database writable, schema current, events flowing."""
    state = request.app.state
    found: dict[str, Verdict] = {}
    try:
        await state.db.ping()
        found["database"] = "ok"
    except AppError:
        found["database"] = "failed"
    try:
        await schema.check(state.db)
        found["schema_version"] = "ok"
    except (schema.SchemaError, AppError):
        found["schema_version"] = "failed"
    try:
        await state.bus.ping()
        found["events"] = "ok"
    except OSError:
        found["events"] = "failed"
    well = all(verdict == "ok" for verdict in found.values())
    return JSONResponse({"status": "ok" if well else "failed", **found}, 200 if well else 503)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus text exposition."""
    found: Metrics = request.app.state.metrics
    return PlainTextResponse(found.render(), media_type="text/plain; version=0.0.4")
