"""The watch: looks at every rule's figures, and opens, fires and resolves alerts. One process at a time does.

A look reads the figures in one snapshot, then changes rows and queues messages in one transaction, so that what people
are told and what is stored never differ. `open_as` is unique: two watchers by mistake cannot both open an alert.
"""

from collections.abc import Mapping
from datetime import datetime

import structlog

from guildhall.core import events
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Database, Session
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.operations.alerts import queries, rules, states
from guildhall.operations.alerts.deliveries import Deliveries
from guildhall.operations.alerts.metrics import AlertMetrics, Reading
from guildhall.operations.alerts.outage import METRIC as OUTAGE_METRIC
from guildhall.operations.alerts.outage import Outage
from guildhall.operations.alerts.states import Standing
from guildhall.operations.alerts.tables import Alert, AlertRule

STREAM = "operations.alerts"
_log = structlog.get_logger("guildhall.alerts")

Readings = Mapping[str, Mapping[str, Reading]]
"""By metric, then by subject. A metric that could not be read is absent."""


class Watch:
    """Evaluates every rule when told to look."""

    def __init__(self, db: Database, metrics: AlertMetrics, deliveries: Deliveries, outage: Outage) -> None:
        self._db = db
        self._metrics = metrics
        self._deliveries = deliveries
        self._outage = outage

    async def look(self, elapsed: float) -> None:
        """One look, `elapsed` seconds after the last one. Raises `UnavailableError`."""
        async with self._db.read() as session:
            known = await queries.rules(session)
            readings = await self._read(session, {rule.metric for rule in known if rule.enabled})
            is_open = bool(await queries.open_alerts(session))
            await self._outage.remember(session)
        holding = any(
            rules.condition_of(rule).holds(reading.value)
            for rule in known
            for reading in readings.get(rule.metric, {}).values()
        )
        if not holding and not is_open:
            return
        try:
            async with self._db.write() as session:
                await self._apply(session, readings, elapsed)
        except Conflict:  # another process opened the same alert in this moment: it tells people
            _log.info("alert_opened_elsewhere")

    async def look_without_database(self, elapsed: float) -> None:
        """One look while the database is away."""
        await self._outage.away(elapsed)

    async def note_outage(self) -> None:
        """The database is there again, whoever leads now."""
        async with self._db.write() as session:
            await self._outage.back(session)

    async def read(self, session: Session, names: set[str]) -> Readings:
        """What these metrics are now."""
        return await self._read(session, names)

    async def _read(self, session: Session, names: set[str]) -> Readings:
        found: dict[str, Mapping[str, Reading]] = {}
        for name in names & set(self._metrics.by_name):
            try:
                readings = await self._metrics.by_name[name].read(session, now())
            except AppError as error:
                _log.warning("metric_not_read", metric=name, reason=error.message)
            else:
                found[name] = {reading.subject: reading for reading in readings}
        return found

    async def _apply(self, session: Session, readings: Readings, elapsed: float) -> None:
        current = await queries.rules(session)
        by_rule: dict[str, dict[str, Alert]] = {}
        for alert in await queries.open_alerts(session):
            by_rule.setdefault(alert.rule_id, {})[alert.subject] = alert
        changed = False
        for rule in current:
            if rule.enabled and rule.metric not in readings:
                continue  # could not be read: nothing is known, so nothing changes
            found = readings.get(rule.metric, {})
            opened = by_rule.get(rule.id, {})
            for subject in sorted({*found, *opened}):
                changed |= await self._step(
                    session, rule, opened.get(subject), found.get(subject), elapsed=elapsed, moment=now()
                )
        if changed:
            await events.publish(session, STREAM, "alerts.changed", {"firing": await queries.firing_counts(session)})

    async def _step(
        self,
        session: Session,
        rule: AlertRule,
        alert: Alert | None,
        reading: Reading | None,
        *,
        elapsed: float,
        moment: datetime,
    ) -> bool:
        """Take one rule on one subject one look further; true when people would see a difference."""
        if rule.metric == OUTAGE_METRIC:
            return False
        standing = _standing_of(alert) if alert else None
        value = reading.value if reading else None
        step = states.advance(rules.condition_of(rule), standing, value, elapsed=elapsed, now=moment)
        if step.standing is None:
            if alert is None:
                return False
            await self._end(session, alert, moment)
        else:
            alert = alert or await _opened(session, rule, reading, moment)
            _note(alert, step.standing, reading, moment)
        if step.tell is not None:
            if step.tell != "resolved":
                alert.told_at = moment
            await session.flush()
            await self._deliveries.queue(session, alert, rule.channel_ids, step.tell)
            _log.info("alert", word=step.tell, rule=rule.name, subject=alert.subject, value=alert.value)
        before = standing.state if standing else None
        after = step.standing.state if step.standing else None
        return before != after or step.tell is not None

    async def _end(self, session: Session, alert: Alert, moment: datetime) -> None:
        if alert.state == "pending":
            await queries.delete_alert(session, alert)
        else:
            alert.state, alert.open_as, alert.resolved_at = "resolved", None, moment


async def acknowledge(session: Session, alert: Alert, user_id: str) -> Alert:
    """Somebody has taken it on: no more repetitions."""
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now(), user_id
        await session.flush()
        await events.publish(session, STREAM, "alerts.changed", {"firing": await queries.firing_counts(session)})
    return alert


def _standing_of(alert: Alert) -> Standing:
    return Standing(
        state="pending" if alert.state == "pending" else "firing",
        held_seconds=alert.held_seconds,
        untold_seconds=alert.untold_seconds,
        is_told=alert.told_at is not None,
        is_acknowledged=alert.acknowledged_at is not None,
    )


async def _opened(session: Session, rule: AlertRule, reading: Reading | None, moment: datetime) -> Alert:
    subject = reading.subject if reading else ""
    alert = Alert(
        id=new_id("al"),
        open_as=f"{rule.id}:{subject}",
        rule_id=rule.id,
        rule_name=rule.name,
        metric=rule.metric,
        comparison=rule.comparison,
        threshold=rule.threshold,
        severity=rule.severity,
        subject=subject,
        subject_name=(reading.name if reading else "")[:200],
        state="pending",
        value=reading.value if reading else 0.0,
        started_at=moment,
        held_seconds=0.0,
        untold_seconds=0.0,
    )
    return await queries.add_alert(session, alert)


def _note(alert: Alert, standing: Standing, reading: Reading | None, moment: datetime) -> None:
    if standing.state == "firing" and alert.fired_at is None:
        alert.fired_at = moment
    alert.state = standing.state
    alert.held_seconds, alert.untold_seconds = standing.held_seconds, standing.untold_seconds
    if reading is not None:
        alert.value = reading.value
