"""The wiring of HTTP: the product as one ASGI application, on a hall of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from guildhall.accounts import audit_routes, configuration_routes, ip_rule_routes, notification_routes
from guildhall.accounts import routes as account_routes
from guildhall.accounts.web import current_user_of
from guildhall.chat import (
    attachment_routes,
    branch_routes,
    changes_routes,
    compact_routes,
    departures,
    engine_routes,
    export_routes,
    folder_routes,
    fork_routes,
    permission_routes,
    prompt_routes,
    question_routes,
    queue_routes,
    search_routes,
    share_routes,
    usage_routes,
)
from guildhall.chat import routes as chat_routes
from guildhall.core import event_routes, health_routes, realtime_routes, static_routes
from guildhall.core.admission import Admission
from guildhall.core.api_limits import ApiLimits
from guildhall.core.lines import HttpLine, SocketLine
from guildhall.core.middleware import Receive, RequestContext, Scope, Send
from guildhall.core.settings import Settings
from guildhall.core.web import Api, Caller, create_api
from guildhall.edge.endpoints import ENDPOINTS
from guildhall.edge.reference import PATHS as MODEL_PATHS
from guildhall.engines.api import Engine
from guildhall.gateway import (
    call_routes,
    model_routes,
    price_routes,
    quota_routes,
    response_copies,
    statistics_routes,
)
from guildhall.gateway import routes as gateway_routes
from guildhall.gateway.product_keys import ProductKeys
from guildhall.hall import Hall
from guildhall.mcp import departures as mcp_departures
from guildhall.mcp import routes as mcp_routes
from guildhall.operations.alerts import routes as alert_routes
from guildhall.operations.dashboard import routes as dashboard_routes
from guildhall.operations.jobs import routes as job_routes
from guildhall.operations.jobs import schedule_routes
from guildhall.operations.retention import routes as retention_routes
from guildhall.operations.system import routes as system_routes
from guildhall.workspaces import (
    batch_routes,
    file_routes,
    skill_routes,
    trash_routes,
    upload_routes,
    version_routes,
)
from guildhall.workspaces import departures as workspace_departures
from guildhall.workspaces import routes as workspace_routes
from guildhall.workspaces import search_routes as file_search_routes

_PARTS = (
    health_routes,
    account_routes,
    audit_routes,
    configuration_routes,
    ip_rule_routes,
    notification_routes,
    job_routes,
    schedule_routes,
    alert_routes,
    dashboard_routes,
    system_routes,
    gateway_routes,
    model_routes,
    price_routes,
    quota_routes,
    call_routes,
    statistics_routes,
    chat_routes,
    attachment_routes,
    branch_routes,
    queue_routes,
    compact_routes,
    fork_routes,
    engine_routes,
    export_routes,
    folder_routes,
    share_routes,
    changes_routes,
    usage_routes,
    permission_routes,
    question_routes,
    prompt_routes,
    search_routes,
    mcp_routes,
    workspace_routes,
    file_routes,
    trash_routes,
    batch_routes,
    upload_routes,
    version_routes,
    file_search_routes,
    skill_routes,
    realtime_routes,
    event_routes,
    retention_routes,
    static_routes,
)
"""Whose routes there are; the first address that fits counts."""


class Product:
    """The whole product as one ASGI application; its lifespan starts and stops the hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self._gateway = hall.gateway
        limited = ApiLimits(_api_of(hall), hall.limiter, hall.rates, hall.person_of)
        self._product = RequestContext(Admission(limited, hall.gate), hall.metrics, hall.proxies, hall.traces)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Model calls take the edge's own path; everything else is the product's API and pages."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            await self._gateway.asgi(scope, receive, send)
        else:
            await self._product(scope, receive, send)

    def protocol(self, **given: Any) -> asyncio.Protocol:
        """For uvicorn's `http`: the edge's own protocol before uvicorn's, one for each connection."""
        return self._gateway.protocol(given["server_state"], lambda: HttpLine(**given))

    socket = SocketLine  # for uvicorn's `ws`


def create_app(settings: Settings, *, engines: Mapping[str, Engine] | None = None) -> Product:
    """The product on these settings; nothing is touched before its lifespan begins."""
    return Product(Hall(settings, runs_jobs=settings.worker == "inline", engines=engines))


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version; touches no data."""
    with TemporaryDirectory() as folder:
        return _api_of(Hall(Settings(data_dir=Path(folder), database_url=""), runs_jobs=False)).openapi()


# What higher floors add to the copy of everything that the hall keeps about somebody.
_COPIES = {
    "sessions": departures.sessions_page,
    "folders": departures.folders_page,
    "messages": departures.messages_page,
    "attachments": departures.attachments_page,
    "queue": departures.queue_page,
    "questions": departures.questions_page,
    "shares": departures.shares_page,
    "prompts": departures.prompts_page,
    "mcp_servers": mcp_departures.servers_page,
    "responses": response_copies.responses_page,
    "workspaces": workspace_departures.workspaces_page,
    "files": workspace_departures.files_page,
}


def _api_of(hall: Hall) -> Api:
    @asynccontextmanager
    async def lifespan(_api: Api) -> AsyncIterator[None]:
        await hall.start()
        try:
            yield
        finally:
            await hall.stop()

    api = create_api(lifespan)
    for name in (
        "settings",
        "db",
        "bus",
        "limiter",
        "keyring",
        "tokens",
        "metrics",
        "jobs",
        "realtime",
        "presence",
        "gateway",
        "configuration",
        "gate",
        "retention",
        "workspaces",
        "attachments",
        "engines",
        "room",
        "mcp",
        "farewells",
    ):
        setattr(api.state, name, getattr(hall, name))
    for name, part in vars(hall.entrance).items():
        setattr(api.state, name, part)
    api.state.alerts, api.state.dashboard = hall.operations.alerts, hall.operations.dashboard
    api.state.identify, api.state.checks = _caller_of, hall.checks()
    api.state.find_key, api.state.export_parts = ProductKeys(hall.gateway.identifier).find, _COPIES
    api.state.model_names, api.state.endpoint_paths = hall.gateway.model_names, ENDPOINTS
    for part in _PARTS:
        api.include_router(part.router)
    api.openapi = cache(lambda: _with_models(Api.openapi(api)))  # type: ignore[method-assign] # FastAPI's own way
    return api


def _with_models(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the model calls, which FastAPI never sees."""
    return {**document, "paths": {**document["paths"], **MODEL_PATHS}}


async def _caller_of(request: Any) -> Caller:
    await current_user_of(request)
    caller: Caller = request.state.caller
    return caller
