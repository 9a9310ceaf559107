"""The wiring: every part of one process, built from the settings and handed to those that need it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from guildhall.accounts import configuration_routes
from guildhall.accounts import routes as account_routes
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.policies import AccountsPolicy, Announcement, Limits
from guildhall.accounts.tokens import AccessTokens
from guildhall.accounts.users import ensure_first_admin
from guildhall.accounts.web import current_user_of
from guildhall.chat import routes as chat_routes
from guildhall.chat import streams
from guildhall.chat.turns import Turns
from guildhall.core import health_routes, realtime_routes, schema, static_routes
from guildhall.core.addresses import TrustedProxies
from guildhall.core.db import Database
from guildhall.core.folder import DataFolder
from guildhall.core.jobs import Jobs
from guildhall.core.metrics import Metrics
from guildhall.core.middleware import Receive, RequestContext, Scope, Send
from guildhall.core.realtime import Realtime
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus, create_limiter
from guildhall.core.web import Api, Caller, create_api
from guildhall.edge.reference import PATHS as MODEL_PATHS
from guildhall.engines.api import Engine
from guildhall.engines.builtin import BuiltinEngine
from guildhall.gateway import routes as gateway_routes
from guildhall.gateway.runtime import Gateway
from guildhall.operations.jobs import routes as job_routes
from guildhall.operations.jobs import schedule_routes
from guildhall.operations.jobs import streams as job_streams

# What admins may change while the hall runs.
DOCUMENTS = (AccountsPolicy, Announcement, Limits)


class Hall:
    """All parts of one process. A server answers requests; a worker only runs jobs."""

    def __init__(self, settings: Settings, *, runs_jobs: bool, engines: Mapping[str, Engine] | None = None) -> None:
        self.settings = settings
        self.folder = DataFolder(settings)
        self.metrics = Metrics()
        self.keyring = load_keyring(settings)
        self.tokens = AccessTokens(self.keyring)
        self.proxies = TrustedProxies(settings.trusted_proxies)
        self.bus = create_bus(settings)
        self.limiter = create_limiter(settings)
        self.db = Database(settings, info={"bus": self.bus})
        self.configuration = Configuration(self.db, self.bus, self.keyring, DOCUMENTS)
        self.gateway = Gateway(
            settings, db=self.db, bus=self.bus, keyring=self.keyring, tokens=self.tokens, metrics=self.metrics
        )
        engines = engines or {"builtin": BuiltinEngine(self.gateway.completions)}
        self.turns = Turns(self.db, self.bus, self.metrics, engines)
        self.jobs = Jobs(settings, self.db, self.bus, self.turns.jobs, runs_here=runs_jobs, metrics=self.metrics)
        self.realtime = Realtime(self.db, self.bus, [*streams.KINDS, *job_streams.KINDS])

    async def start(self) -> None:
        """Check the ground, then bring every part up, lowest first."""
        self.folder.take()
        await schema.check(self.db)
        await ensure_first_admin(self.db, self.settings)
        await self.bus.start()
        await self.configuration.start()
        await self.gateway.start()
        self.turns.start()
        await self.jobs.start()

    async def stop(self) -> None:
        """Finish what is under way, then take every part down, highest first."""
        self.jobs.pause()
        await self.turns.stop(self.settings.drain_seconds / 2)
        await self.jobs.stop()
        await self.gateway.stop()
        await self.limiter.stop()
        await self.configuration.stop()
        await self.bus.stop()
        await self.db.close()
        self.folder.release()


class Product:
    """The whole product as one ASGI application; its lifespan starts and stops the hall."""

    def __init__(self, hall: Hall) -> None:
        self._gateway = hall.gateway
        self._product = RequestContext(_api_of(hall), hall.metrics, hall.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Model calls take the edge's own path; everything else is the product's API and pages."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            await self._gateway.asgi(scope, receive, send)
        else:
            await self._product(scope, receive, send)

    def protocol(self, **given: Any) -> asyncio.Protocol:
        """For uvicorn's `http`: the edge's own protocol before uvicorn's, one for each connection."""
        return self._gateway.protocol(given["server_state"], lambda: HttpToolsProtocol(**given))


def create_app(settings: Settings, *, engines: Mapping[str, Engine] | None = None) -> Product:
    """The product on these settings; nothing is touched before its lifespan begins."""
    return Product(Hall(settings, runs_jobs=settings.worker == "inline", engines=engines))


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version; touches no data."""
    with TemporaryDirectory() as folder:
        return _api_of(Hall(Settings(data_dir=Path(folder), database_url=""), runs_jobs=False)).openapi()


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
        "gateway",
        "configuration",
    ):
        setattr(api.state, name, getattr(hall, name))
    api.state.identify = _caller_of
    api.state.model_names = hall.gateway.model_names
    api.state.sockets = {}
    for part in (
        health_routes,
        account_routes,
        configuration_routes,
        job_routes,
        schedule_routes,
        gateway_routes,
        chat_routes,
        realtime_routes,
        static_routes,
    ):
        api.include_router(part.router)
    api.openapi = cache(lambda: _with_models(Api.openapi(api)))  # type: ignore[method-assign] # FastAPI's own way
    return api


def _with_models(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the model calls, which FastAPI never sees."""
    return {**document, "paths": {**document["paths"], **MODEL_PATHS}}


async def _caller_of(request: Any) -> Caller:
    user = await current_user_of(request)
    return getattr(request.state, "caller", None) or Caller(user.id)
