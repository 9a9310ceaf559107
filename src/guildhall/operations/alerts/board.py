"""The board: all parts of alerts in one process, put together."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from guildhall.accounts import notifications
from guildhall.core.db import Database, Session
from guildhall.core.errors import ConflictError
from guildhall.core.jobs import Jobs
from guildhall.core.mail import Mail
from guildhall.core.secrets import Keyring
from guildhall.operations.alerts import queries, rules, senders
from guildhall.operations.alerts.deliveries import Deliveries
from guildhall.operations.alerts.metrics import AlertMetric, AlertMetrics, Reading
from guildhall.operations.alerts.notices import Notice
from guildhall.operations.alerts.outage import Outage
from guildhall.operations.alerts.schemas import AlertOut, MetricOut, ReadingOut
from guildhall.operations.alerts.tables import Alert
from guildhall.operations.alerts.watch import Watch

PAGE = "/admin/alerts"


class Alerts:
    """Alerts of one process: `watch` is told to look by the process that leads."""

    def __init__(
        self,
        db: Database,
        keyring: Keyring,
        metrics: Sequence[AlertMetric],
        *,
        public_url: str,
        send_mail: Callable[[Mail], Awaitable[None]],
    ) -> None:
        self._db = db
        self.keyring = keyring
        self.metrics = AlertMetrics(metrics)
        self.senders = senders.registry(self._notify, send_mail)
        self.link = f"{public_url.rstrip('/')}{PAGE}" if public_url else ""
        self.deliveries = Deliveries(db, keyring, self.senders, self.metrics, link=self.link)
        outage = Outage(self.deliveries, keyring, self.senders)
        self.watch = Watch(db, self.metrics, self.deliveries, outage)

    async def start(self, jobs: Jobs) -> None:
        """Know where jobs go, and add the product's own rules if they are not there."""
        self.deliveries.jobs = jobs
        async with self._db.read() as session:
            is_complete = await rules.is_shipped(session)
        if not is_complete:
            with contextlib.suppress(ConflictError):  # another process starts too, and was faster
                async with self._db.write() as session:
                    await rules.ship(session, self.keyring, self.senders)

    async def current(self, session: Session) -> list[MetricOut]:
        """Every metric, with its values now."""
        readings = await self.watch.read(session, set(self.metrics.by_name))
        return [
            MetricOut(
                name=metric.name,
                title=metric.title,
                unit=metric.unit,
                description=metric.description,
                readings=[
                    ReadingOut(subject=reading.subject, name=reading.name, value=reading.value)
                    for reading in readings.get(metric.name, {}).values()
                ],
            )
            for metric in self.metrics.by_name.values()
        ]

    def shown(self, alert: Alert) -> AlertOut:
        """An alert as the API gives it."""
        metric = self.metrics.by_name.get(alert.metric)
        values = {name: getattr(alert, name) for name in AlertOut.model_fields if name != "unit"}
        return AlertOut(**values, unit=metric.unit if metric else "count")

    async def _notify(self, notice: Notice) -> None:
        body = "\n".join(notice.lines)
        async with self._db.write() as session:
            await notifications.notify_admins(session, f"alert.{notice.occasion}", notice.title, body, PAGE)


def undelivered(window_seconds: int = 3600) -> AlertMetric:
    """The metric about alerts themselves."""
    name = "alerts.undelivered"

    async def read(session: Session, moment: datetime) -> list[Reading]:
        since = moment - timedelta(seconds=window_seconds)
        return [Reading(await queries.failed_deliveries(session, since, not_about=name))]

    return AlertMetric(
        name,
        "Messages that could not be delivered",
        "count",
        "Messages about alerts that were given up in the last hour.",
        read,
    )
