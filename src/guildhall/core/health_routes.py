"""Whether the process lives, whether it can serve, and its metrics."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, PlainTextResponse, Response

from guildhall import __version__
from guildhall.core import schema
from guildhall.core.addresses import parsed
from guildhall.core.errors import AppError, ForbiddenError, UnauthorizedError
from guildhall.core.metrics import Metrics
from guildhall.core.middleware import address_of

router = APIRouter(tags=["operations"])

Check = Callable[[], Awaitable[object]]
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
    jobs: Verdict
    secrets: Verdict


@router.get("/healthz", response_model=Health)
async def health() -> Health:
    """The process answers; says nothing about what it depends on."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readiness(request: Request) -> Response:
    """Whether requests can be served.

    The database can be written and its schema is right, events flow, jobs can be handed in (and run, where this process
    runs them), and a key is there for every stored secret.
    """
    checks = request.app.state.checks
    verdicts = await asyncio.gather(*(_verdict(check) for check in checks.values()))
    well = all(verdict == "ok" for verdict in verdicts)
    found = dict(zip(checks, verdicts, strict=True))
    return JSONResponse({"status": "ok" if well else "failed", **found}, 200 if well else 503)


async def _verdict(check: Check) -> Verdict:
    try:
        await check()
    except (AppError, schema.SchemaError, OSError):
        return "failed"
    return "ok"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus text exposition: for who has the token, or without one for callers on this machine and its network."""
    _require_scraper(request)
    found: Metrics = request.app.state.metrics
    await request.app.state.jobs.measure()
    return PlainTextResponse(found.render(), media_type="text/plain; version=0.0.4")


def _require_scraper(request: Request) -> None:
    token = request.app.state.settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise UnauthorizedError("metrics_token_needed", "The metrics need the token of GUILDHALL_METRICS_TOKEN.")
        return
    address = parsed(address_of(request.scope))
    if address is None or not (address.is_private or address.is_loopback):
        raise ForbiddenError("metrics_not_allowed", "The metrics are for this machine and its network; or set a token.")
