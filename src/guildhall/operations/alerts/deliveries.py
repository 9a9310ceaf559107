"""Deliveries: messages to channels as durable jobs, tried again with growing pauses, each with a line in the log."""

from collections.abc import Iterable

import structlog

from guildhall.core.clock import now
from guildhall.core.db import Database, Session
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.core.jobs import Job, Jobs, Queue
from guildhall.core.secrets import Keyring
from guildhall.operations.alerts import channels, queries
from guildhall.operations.alerts.channels import Senders
from guildhall.operations.alerts.metrics import AlertMetrics
from guildhall.operations.alerts.notices import Notice
from guildhall.operations.alerts.senders import DeliveryError
from guildhall.operations.alerts.tables import Alert, AlertChannel, AlertDelivery, Occasion

JOB = "deliver_alert"
_QUEUE = Queue("alerts", concurrency=8, poll_seconds=2.0)
_PAUSES = (5.0, 30.0, 120.0, 600.0, 1800.0)
_log = structlog.get_logger("guildhall.alerts")


class Deliveries:
    """Sends notices, now or as soon as it works."""

    def __init__(
        self,
        db: Database,
        keyring: Keyring,
        senders: Senders,
        metrics: AlertMetrics,
        *,
        link: str,
        pauses: tuple[float, ...] = _PAUSES,
    ) -> None:
        self._db = db
        self._keyring = keyring
        self._senders = senders
        self._metrics = metrics
        self._link = link
        self._pauses = pauses
        self.jobs: Jobs | None = None
        self.job = Job(JOB, self.deliver, _QUEUE)

    async def queue(self, session: Session, alert: Alert, channel_ids: Iterable[str], occasion: Occasion) -> None:
        """Have every channel of these told once this transaction has committed; with none named, all that are on."""
        wanted = set(channel_ids)
        for channel in await queries.channels(session):
            if channel.enabled and (not wanted or channel.id in wanted):
                delivery = AlertDelivery(
                    id=new_id("ad"),
                    alert_id=alert.id,
                    channel_id=channel.id,
                    occasion=occasion,
                    state="waiting",
                    attempts=0,
                    created_at=now(),
                )
                await queries.add_delivery(session, delivery)
                await self._enqueue(session, delivery.id, 0)

    async def deliver(self, _context: object, delivery_id: str) -> None:
        """Try once; on failure come back later, a few times. Running it again after it was sent changes nothing."""
        async with self._db.read() as session:
            delivery = await queries.delivery_by_id(session, delivery_id)
            if delivery is None or delivery.state != "waiting":
                return
            alert = await queries.alert_by_id(session, delivery.alert_id)
            channel = await queries.channel_by_id(session, delivery.channel_id)
        if alert is None or channel is None:
            return
        problem = await self._send(channel, self.notice_of(alert, delivery.occasion, delivery.id))
        async with self._db.write() as session:
            await self._note(session, delivery_id, problem)

    def notice_of(self, alert: Alert, occasion: Occasion, notice_id: str) -> Notice:
        """What is said about an alert."""
        metric = self._metrics.by_name.get(alert.metric)
        return Notice(
            id=notice_id,
            alert_id=alert.id,
            occasion=occasion,
            rule=alert.rule_name,
            metric=alert.metric,
            unit=metric.unit if metric else "count",
            comparison=alert.comparison,
            threshold=alert.threshold,
            value=alert.value,
            severity=alert.severity,
            subject=alert.subject,
            subject_name=alert.subject_name,
            started_at=alert.started_at,
            resolved_at=alert.resolved_at if occasion == "resolved" else None,
            link=self._link,
        )

    async def _send(self, channel: AlertChannel, notice: Notice) -> DeliveryError | None:
        try:
            await self._senders[channel.kind].send(channels.opened(self._keyring, channel), notice)
        except DeliveryError as error:
            return error
        except AppError as error:  # its secrets do not open
            return DeliveryError(error.code, error.message, is_final=True)
        return None

    async def _note(self, session: Session, delivery_id: str, problem: DeliveryError | None) -> None:
        delivery = await queries.delivery_by_id(session, delivery_id)
        if delivery is None or delivery.state != "waiting":
            return
        delivery.attempts += 1
        if problem is None:
            delivery.state, delivery.ended_at = "sent", now()
            delivery.error_code = delivery.last_error = None
            return
        delivery.error_code, delivery.last_error = problem.code, problem.message[:500]
        _log.warning("alert_not_delivered", delivery=delivery_id, attempt=delivery.attempts, reason=problem.message)
        if problem.is_final or delivery.attempts > len(self._pauses):
            delivery.state, delivery.ended_at = "failed", now()
        else:
            await self._enqueue(session, delivery_id, self._pauses[delivery.attempts - 1])

    async def _enqueue(self, session: Session, delivery_id: str, delay_seconds: float) -> None:
        if self.jobs is None:
            raise RuntimeError("deliveries have no jobs yet")
        await self.jobs.enqueue(session, JOB, delivery_id, delay_seconds=delay_seconds)
