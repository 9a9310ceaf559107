"""The wiring: every part of one process, built from the settings and handed to those that need it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from guildhall.accounts import audit_routes, configuration_routes, ip_rule_routes, notification_routes, standing
from guildhall.accounts import routes as account_routes
from guildhall.accounts import streams as account_streams
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.entrance import Entrance
from guildhall.accounts.ip_gate import IpGate
from guildhall.accounts.keys import digest
from guildhall.accounts.mail import MailSettings
from guildhall.accounts.policies import AccountsPolicy, Announcement, Limits
from guildhall.accounts.tokens import AccessTokens
from guildhall.accounts.users import ensure_first_admin
from guildhall.accounts.web import current_user_of
from guildhall.chat import departures, streams
from guildhall.chat import queries as chat_queries
from guildhall.chat import routes as chat_routes
from guildhall.chat.retention import kinds as chat_kinds
from guildhall.chat.turns import Turns
from guildhall.core import event_routes, health_routes, realtime_routes, schema, static_routes
from guildhall.core.addresses import TrustedProxies
from guildhall.core.admission import Admission
from guildhall.core.api_limits import ApiLimits, Rates
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import UnauthorizedError
from guildhall.core.folder import DataFolder
from guildhall.core.jobs import Job, Jobs
from guildhall.core.lines import HttpLine, SocketLine
from guildhall.core.metrics import Metrics
from guildhall.core.middleware import Receive, RequestContext, Scope, Send
from guildhall.core.presence import Presence
from guildhall.core.realtime import Realtime, RealtimeLimits
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus, create_limiter
from guildhall.core.traces import create_traces
from guildhall.core.watch import LogWatch
from guildhall.core.web import Api, Caller, create_api
from guildhall.edge.identify import credential_of
from guildhall.edge.reference import PATHS as MODEL_PATHS
from guildhall.edge.tables import Call
from guildhall.engines.api import Engine
from guildhall.engines.builtin import BuiltinEngine
from guildhall.gateway import figures as gateway_figures
from guildhall.gateway import routes as gateway_routes
from guildhall.gateway.product_keys import ProductKeys
from guildhall.gateway.runtime import Gateway
from guildhall.operations.alerts import routes as alert_routes
from guildhall.operations.alerts import streams as alert_streams
from guildhall.operations.dashboard import routes as dashboard_routes
from guildhall.operations.jobs import routes as job_routes
from guildhall.operations.jobs import schedule_routes
from guildhall.operations.jobs import streams as job_streams
from guildhall.operations.retention import routes as retention_routes
from guildhall.operations.retention.house import kinds as house_kinds
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.queries import kind_of
from guildhall.operations.retention.runs import Retention
from guildhall.operations.runtime import Operations
from guildhall.operations.system import routes as system_routes
from guildhall.operations.system.tables import ProcessRole

# What admins may change while the hall runs.
DOCUMENTS = (AccountsPolicy, Announcement, Limits, MailSettings, RetentionPolicy)


class Hall:
    """All parts of one process. A server answers requests; a worker only runs jobs."""

    def __init__(
        self,
        settings: Settings,
        *,
        runs_jobs: bool,
        role: ProcessRole = "server",
        engines: Mapping[str, Engine] | None = None,
    ) -> None:
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
        self.entrance = Entrance(settings, self.db, self.keyring, self.limiter, self.configuration)
        self.gate = IpGate(self.db, self.bus)
        self.traces = create_traces(settings)
        self.gateway = self._gateway()
        engines = engines or {"builtin": BuiltinEngine(self.gateway.completions)}
        self.turns = Turns(self.db, self.bus, self.metrics, engines)
        self.operations = self._operations(role, runs_jobs)
        self.retention = Retention(
            self.db,
            lambda: self.configuration.current(RetentionPolicy),
            [kind_of("calls", Call.at), *house_kinds([departures.farewell]), *chat_kinds()],
        )
        self.jobs = Jobs(
            settings,
            self.db,
            self.bus,
            self._traced([*self.turns.jobs, *self.operations.jobs, *self.retention.jobs]),
            self.retention.schedules,
            runs_here=runs_jobs,
            metrics=self.metrics,
        )
        self.watch = LogWatch(self.db, self.bus)
        self.presence = Presence(self.db, account_streams.user_stream)
        self.realtime = Realtime(
            self.db,
            self.bus,
            [*account_streams.kinds(self._announcement), *streams.KINDS, *job_streams.KINDS, *alert_streams.KINDS],
            standing=standing.is_good,
            limits=self._realtime_limits,
        )

    def _gateway(self) -> Gateway:
        return Gateway(
            self.settings,
            db=self.db,
            bus=self.bus,
            keyring=self.keyring,
            tokens=self.tokens,
            metrics=self.metrics,
            gate=self.gate,
            proxies=self.proxies,
            traces=self.traces,
        )

    def _traced(self, jobs: list[Job]) -> list[Job]:
        traces = self.traces
        return jobs if traces is None else [replace(job, run=traces.job(job.name, job.run)) for job in jobs]

    def _operations(self, role: ProcessRole, runs_jobs: bool) -> Operations:
        """Operations, with what the floors above them know."""
        return Operations(
            self.settings,
            db=self.db,
            bus=self.bus,
            keyring=self.keyring,
            configuration=self.configuration,
            metrics=self.metrics,
            role=role,
            runs_jobs=runs_jobs,
            figures={
                "sockets": self.metrics.open_sockets,
                "calls_active": lambda: self.gateway.pipeline.active,
            },
            alert_metrics=gateway_figures.ALERT_METRICS,
            calls=gateway_figures.calls_by_step,
            sessions=chat_queries.session_counts,
            trim=gateway_figures.trim,
        )

    def rates(self) -> Rates:
        """How often the product's own API may be called."""
        limits = self.configuration.current(Limits)
        return Rates(limits.api_calls_per_user, limits.api_calls_per_address)

    def person_of(self, headers: list[tuple[bytes, bytes]]) -> str | None:
        """Who calls, as far as that can be told from memory."""
        credential = credential_of(headers)
        caller = self.gateway.directory.caller_of(digest(credential)) if credential.startswith("gh-") else None
        if caller is not None or credential.count(".") != 2:
            return None if caller is None else caller.user_id
        try:
            return self.tokens.verify(credential).user_id
        except UnauthorizedError:
            return None

    async def start(self) -> None:
        """Check the ground, then bring every part up, lowest first."""
        self.folder.take()
        await schema.check(self.db)
        await ensure_first_admin(self.db, self.settings)
        await self.bus.start()
        self.watch.start()
        await self.configuration.start()
        await self.gate.start()
        await self.gateway.start()
        self.turns.start()
        await self.realtime.start()
        await self.presence.start()
        await self.jobs.start()
        await self.operations.start(self.jobs)

    async def stop(self) -> None:
        """Finish what is under way, then take every part down, highest first."""
        await self.operations.stop()
        self.jobs.pause()
        await self.realtime.stop()
        await self.presence.stop()
        await self.turns.stop(self.settings.drain_seconds / 2)
        await self.jobs.stop()
        await self.gateway.stop()
        await self.entrance.stop()
        await self.limiter.stop()
        await self.gate.stop()
        await self.configuration.stop()
        await self.watch.stop()
        await self.bus.stop()
        if self.traces is not None:
            await self.traces.stop()
        await self.db.close()
        self.folder.release()

    def _announcement(self) -> dict[str, Any] | None:
        held = self.configuration.held(Announcement.name)
        return self.configuration.current(Announcement).shown(held.revision, now())

    def _realtime_limits(self) -> RealtimeLimits:
        limits = self.configuration.current(Limits)
        return RealtimeLimits(limits.sockets_per_user, limits.subscriptions_per_socket, limits.operations_per_socket)


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
    ):
        setattr(api.state, name, getattr(hall, name))
    for name, part in vars(hall.entrance).items():
        setattr(api.state, name, part)
    api.state.alerts, api.state.dashboard = hall.operations.alerts, hall.operations.dashboard
    api.state.identify = _caller_of
    api.state.find_key = ProductKeys(hall.gateway.identifier, hall.entrance.attempts).find
    api.state.export_parts = {"sessions": departures.sessions_page, "messages": departures.messages_page}
    api.state.farewells = [departures.farewell]
    api.state.model_names = hall.gateway.model_names
    for part in (
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
        chat_routes,
        realtime_routes,
        event_routes,
        retention_routes,
        static_routes,
    ):
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
