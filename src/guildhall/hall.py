"""The hall: every part of one process, built from the settings and handed to those that need it."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from guildhall.accounts import standing
from guildhall.accounts import streams as account_streams
from guildhall.accounts.configuration import Configuration
from guildhall.accounts.entrance import Entrance
from guildhall.accounts.ip_gate import IpGate
from guildhall.accounts.keys import digest
from guildhall.accounts.policies import AccountsPolicy, Announcement, Limits
from guildhall.accounts.tokens import AccessTokens
from guildhall.accounts.users import ensure_first_admin
from guildhall.chat import departures
from guildhall.chat import queries as chat_queries
from guildhall.chat.attachments import Attachments
from guildhall.chat.compacting import CompactPolicy, Room
from guildhall.chat.policy import ChatPolicy
from guildhall.chat.summaries import Summaries
from guildhall.chat.tables import SUMMARY
from guildhall.chat.titles import TitlePolicy, Titles
from guildhall.chat.turn_policy import TurnPolicy
from guildhall.chat.turns import Turns
from guildhall.core import schema
from guildhall.core.addresses import TrustedProxies
from guildhall.core.api_limits import Rates
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.errors import UnauthorizedError
from guildhall.core.folder import DataFolder
from guildhall.core.health_routes import Check
from guildhall.core.jobs import Job, Jobs
from guildhall.core.metrics import Metrics
from guildhall.core.presence import Presence
from guildhall.core.realtime import Realtime, RealtimeLimits
from guildhall.core.secrets import load_keyring
from guildhall.core.settings import Settings
from guildhall.core.shared import create_bus, create_limiter
from guildhall.core.traces import create_traces
from guildhall.core.watch import LogWatch
from guildhall.edge.identify import credential_of
from guildhall.engines.api import Engine
from guildhall.gateway import figures as gateway_figures
from guildhall.gateway.call_limits import CallLimits
from guildhall.gateway.call_policy import CallPolicy
from guildhall.gateway.capture_policy import CapturePolicy
from guildhall.gateway.money import Money
from guildhall.gateway.policies import Policies
from guildhall.gateway.queue_policy import QueuePolicy
from guildhall.gateway.retention import farewell as forget_words
from guildhall.gateway.runtime import Gateway
from guildhall.operations.retention.policy import RetentionPolicy
from guildhall.operations.retention.runs import Retention
from guildhall.operations.runtime import Operations
from guildhall.operations.system.tables import ProcessRole
from guildhall.wings import DOCUMENTS, STREAMS, retention_kinds
from guildhall.workshop import Workshop


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
        self.configuration.tell(self.gateway.policies_changed)
        self.workshop = self._workshop()
        self.workspaces, self.sandbox, self.mcp = self.workshop.workspaces, self.workshop.sandbox, self.workshop.mcp
        self.attachments = self._attachments()
        self.engines = dict(engines or self.workshop.engines)
        self.room = Room(self.gateway.context_tokens, lambda: self.configuration.current(CompactPolicy))
        self.turns = self._turns()
        # What is done before an account goes.
        leaving = [part.farewell(lambda: self.jobs) for part in (self.workspaces, self.attachments)]
        self.farewells = (departures.farewell, forget_words, *leaving)
        self.operations = self._operations(role, runs_jobs)
        self.retention = Retention(
            self.db, lambda: self.configuration.current(RetentionPolicy), retention_kinds(self.farewells)
        )
        self.jobs = self._jobs(runs_jobs)
        self.watch = LogWatch(self.db, self.bus)
        self.presence = Presence(self.db, account_streams.user_stream)
        self.realtime = self._realtime()

    def _realtime(self) -> Realtime:
        return Realtime(
            self.db,
            self.bus,
            [*account_streams.kinds(self._announcement), *STREAMS],
            standing=standing.is_good,
            limits=self._realtime_limits,
        )

    def _gateway(self) -> Gateway:
        return Gateway(
            self.settings,
            db=self.db,
            bus=self.bus,
            keyring=self.keyring,
            limiter=self.limiter,
            tokens=self.tokens,
            metrics=self.metrics,
            gate=self.gate,
            proxies=self.proxies,
            traces=self.traces,
            policies=Policies(
                money=lambda: self.configuration.current(Money),
                limits=lambda: self.configuration.current(CallLimits),
                capture=lambda: self.configuration.current(CapturePolicy),
                calls=lambda: self.configuration.current(CallPolicy),
                accounts=lambda: self.configuration.current(AccountsPolicy),
                queue=lambda: self.configuration.current(QueuePolicy),
            ),
        )

    def _attachments(self) -> Attachments:
        return Attachments(
            self.db, self.settings.data_dir / "attachments", lambda: self.configuration.current(ChatPolicy)
        )

    def _jobs(self, runs_here: bool) -> Jobs:
        timed = (self.retention, self.gateway, self.workspaces, self.attachments)
        jobs = [job for part in (self.turns, self.operations, *timed) for job in part.jobs]
        return Jobs(
            self.settings,
            self.db,
            self.bus,
            self._traced(jobs),
            [schedule for part in timed for schedule in part.schedules],
            runs_here=runs_here,
            metrics=self.metrics,
        )

    def _turns(self) -> Turns:
        return Turns(
            self.db,
            self.bus,
            self.metrics,
            ChainMap({SUMMARY: Summaries(self.gateway.completions, self.gateway.context_tokens)}, self.engines),
            attachments=self.attachments,
            sees=self.gateway.sees_pictures,
            jobs=lambda: self.jobs,
            is_sandboxed=lambda: self.sandbox.is_isolated,
            policy=lambda: self.configuration.current(TurnPolicy),
            room=self.room,
            titled=self._titles().settle,
        )

    def _titles(self) -> Titles:
        return Titles(
            self.db,
            self.gateway.completions,
            policy=lambda: self.configuration.current(TitlePolicy),
            is_simulated=lambda name: any(entry.simulated for entry in self.gateway.models() if entry.name == name),
        )

    def _workshop(self) -> Workshop:
        return Workshop(
            self.settings,
            db=self.db,
            keyring=self.keyring,
            metrics=self.metrics,
            configuration=self.configuration,
            gateway=self.gateway,
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
                "isolation": lambda: self.sandbox.level,
                "isolation_words": lambda: self.sandbox.words,
            },
            alert_metrics=gateway_figures.ALERT_METRICS,
            calls=gateway_figures.calls_by_step,
            currency=lambda: self.configuration.current(Money).currency,
            sessions=chat_queries.session_counts,
            trim=gateway_figures.trim,
        )

    def checks(self) -> dict[str, Check]:
        """What a server needs to serve; each raises while it is not there."""
        return {
            "database": self.db.ping,
            "schema_version": partial(schema.check, self.db),
            "events": self.bus.ping,
            "jobs": self.jobs.ping,
            "secrets": self.operations.secrets.ping,
        }

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
        await self.sandbox.probe()
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
        await self.workshop.stop()
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
