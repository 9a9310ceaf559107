"""Operations of one process: its parts put together, started and stopped in order."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from guildhall.accounts import mail
from guildhall.accounts.configuration import Configuration
from guildhall.core.bus import Bus
from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.jobs import Job, Jobs
from guildhall.core.lag import LoopLag
from guildhall.core.metrics import Metrics
from guildhall.core.secrets import Keyring
from guildhall.core.settings import Settings
from guildhall.operations.alerts.board import Alerts, undelivered
from guildhall.operations.alerts.metrics import AlertMetric
from guildhall.operations.dashboard.figures import CallPoint, Sources
from guildhall.operations.secrets.watch import SecretsWatch
from guildhall.operations.system import metrics as house_metrics
from guildhall.operations.system import queries as system_queries
from guildhall.operations.system import state
from guildhall.operations.system.exposition import expose
from guildhall.operations.system.processes import Pulse
from guildhall.operations.system.tables import ProcessRole

Calls = Callable[[Session, datetime, datetime, int], Awaitable[Sequence[CallPoint]]]
Sessions = Callable[[Session, datetime, datetime], Awaitable[tuple[int, int]]]


class Operations:
    """Alerts, the pulse of this process, and what the dashboard is made of."""

    def __init__(
        self,
        settings: Settings,
        *,
        db: Database,
        bus: Bus,
        keyring: Keyring,
        configuration: Configuration,
        metrics: Metrics,
        role: ProcessRole,
        runs_jobs: bool,
        figures: Mapping[str, Callable[[], float | str | None]],
        alert_metrics: Sequence[AlertMetric],
        calls: Calls,
        currency: Callable[[], str],
        sessions: Sessions,
        trim: Callable[[Session, datetime], Awaitable[None]],
    ) -> None:
        """`figures`, `alert_metrics`, `calls`, `currency`, `sessions` and `trim` are handed in by the floors above."""
        self._settings = settings
        self._db = db
        self._given = figures
        self._trim = trim
        self.lag = LoopLag()
        self.secrets = SecretsWatch(db, keyring)
        self.dashboard = Sources(calls, currency, sessions, lambda: state.disk_of(settings.data_dir))
        self.alerts = Alerts(
            db,
            keyring,
            [*alert_metrics, *house_metrics.alert_metrics(settings, bus), undelivered()],
            public_url=settings.public_url,
            send_mail=lambda message: mail.send(configuration, message),
        )
        self.pulse = Pulse(
            db,
            role=role,
            runs_jobs=runs_jobs,
            figures=self._figures,
            lead=self._lead,
            without_database=self.alerts.watch.look_without_database,
            database_back=self.alerts.watch.note_outage,
        )
        expose(metrics, db=db, lag=self.lag, folder=settings.data_dir)

    @property
    def jobs(self) -> list[Job]:
        """The kinds of job that operations need."""
        return [self.alerts.deliveries.job]

    async def start(self, jobs: Jobs) -> None:
        """Begin to describe this process and to look at rules."""
        self.lag.start()
        await self.alerts.start(jobs)
        if self._settings.is_embedded:  # the only process there is: whoever was here before is gone
            async with self._db.write() as session:
                await system_queries.forget_silent_processes(session, now())
        self.pulse.start()

    async def stop(self) -> None:
        """Say good-bye; another process looks at rules from now on."""
        await self.pulse.stop()
        self.lag.stop()

    async def _lead(self, elapsed: float) -> None:
        await self.alerts.watch.look(elapsed)
        async with self._db.write() as session:
            await self._trim(session, now())

    def _figures(self) -> Mapping[str, Any]:
        disk = state.disk_of(self._settings.data_dir)
        return {
            "loop_lag_seconds": round(self.lag.worst(), 4),
            "memory_bytes": state.memory_bytes(),
            "open_files": state.open_files(),
            "disk_used_percent": round(100 * disk.used_bytes / disk.total_bytes, 2),
            "database_connections": self._db.connections(),
            **{name: read() for name, read in self._given.items()},
        }
