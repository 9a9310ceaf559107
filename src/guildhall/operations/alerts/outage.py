"""Outage: the one alert that can't be stored while it lasts, because the database is away.

Rules and channels are remembered from the last good look, so that web hooks, robots and mail still say it. The alert
is stored once the database is back. Nothing durable stands behind these messages: each is tried at every look.
"""

from datetime import datetime

import structlog

from guildhall.core.clock import now
from guildhall.core.db import Session
from guildhall.core.errors import AppError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.operations.alerts import channels, queries, rules, states
from guildhall.operations.alerts.deliveries import Deliveries
from guildhall.operations.alerts.senders import DeliveryError
from guildhall.operations.alerts.tables import Alert, AlertChannel, AlertRule

METRIC = "database.away_seconds"
_log = structlog.get_logger("guildhall.alerts")


class Outage:
    """Watches for the database being away, on the process that watched last."""

    def __init__(self, deliveries: Deliveries, keyring: Keyring, senders: channels.Senders) -> None:
        self._deliveries = deliveries
        self._keyring = keyring
        self._senders = senders
        self._rules: list[AlertRule] = []
        self._channels: list[AlertChannel] = []
        self._away_seconds = 0.0
        self._open: dict[str, tuple[Alert, states.Standing]] = {}
        self._untold: list[tuple[Alert, AlertChannel]] = []

    async def remember(self, session: Session) -> None:
        """Know the rules and channels that count while there is no database."""
        self._rules = [rule for rule in await queries.rules(session) if rule.metric == METRIC]
        self._channels = list(await queries.channels(session))

    async def away(self, elapsed: float) -> None:
        """One look without a database."""
        self._away_seconds += elapsed
        for rule in self._rules:
            alert, standing = self._open.get(rule.id, (None, None))
            moment = now()
            step = states.advance(rules.condition_of(rule), standing, self._away_seconds, elapsed=elapsed, now=moment)
            if step.standing is None:
                continue
            alert = alert or _alert_of(rule, moment)
            alert.value = self._away_seconds
            if step.standing.state == "firing" and alert.fired_at is None:
                alert.state, alert.fired_at = "firing", moment
            self._open[rule.id] = (alert, step.standing)
            if step.tell == "fired":
                alert.told_at = moment
                self._untold += [(alert, channel) for channel in self._channels_of(rule)]
        self._untold = [pair for pair in self._untold if not await self._told(*pair)]

    async def back(self, session: Session) -> None:
        """The database is there again: store what happened, and say that it is over."""
        self._away_seconds, self._untold = 0.0, []
        happened, self._open = self._open, {}
        by_id = {rule.id: rule for rule in self._rules}
        for rule_id, (alert, standing) in happened.items():
            if standing.state != "firing":
                continue
            alert.state, alert.resolved_at, alert.open_as = "resolved", now(), None
            await queries.add_alert(session, alert)
            if standing.is_told:
                await self._deliveries.queue(session, alert, by_id[rule_id].channel_ids, "resolved")

    def _channels_of(self, rule: AlertRule) -> list[AlertChannel]:
        return [
            channel
            for channel in self._channels
            if channel.enabled and channel.kind != "in_app" and (not rule.channel_ids or channel.id in rule.channel_ids)
        ]

    async def _told(self, alert: Alert, channel: AlertChannel) -> bool:
        notice = self._deliveries.notice_of(alert, "fired", f"{alert.id}-{channel.id}")
        try:
            await self._senders[channel.kind].send(channels.opened(self._keyring, channel), notice)
        except (DeliveryError, AppError) as error:
            _log.warning("alert_not_delivered", channel=channel.id, reason=error.message)
            return isinstance(error, DeliveryError) and error.is_final
        return True


def _alert_of(rule: AlertRule, moment: datetime) -> Alert:
    return Alert(
        id=new_id("al"),
        rule_id=rule.id,
        rule_name=rule.name,
        metric=rule.metric,
        comparison=rule.comparison,
        threshold=rule.threshold,
        severity=rule.severity,
        subject="",
        subject_name="",
        state="pending",
        value=0.0,
        started_at=moment,
        held_seconds=0.0,
        untold_seconds=0.0,
    )
