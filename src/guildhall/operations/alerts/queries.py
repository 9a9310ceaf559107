"""SQL of alerts: rules, channels, alerts, deliveries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from guildhall.core.db import Session
from guildhall.operations.alerts.tables import Alert, AlertChannel, AlertDelivery, AlertRule, State

OPEN: tuple[State, ...] = ("pending", "firing")


async def rules(session: Session) -> Sequence[AlertRule]:
    """Every rule, by name."""
    return (await session.scalars(select(AlertRule).order_by(AlertRule.name, AlertRule.id))).all()


async def rule_by_id(session: Session, rule_id: str) -> AlertRule | None:
    """The rule of this id."""
    return await session.get(AlertRule, rule_id)


async def rule_names(session: Session) -> set[str]:
    """Names that are taken."""
    return set((await session.scalars(select(AlertRule.name))).all())


async def shipped_rules(session: Session) -> set[str]:
    """Which of the product's own rules are there."""
    return set((await session.scalars(select(AlertRule.shipped).where(AlertRule.shipped.is_not(None)))).all())  # type: ignore[arg-type]


async def add_rule(session: Session, rule: AlertRule) -> AlertRule:
    """Store a new rule. Raises `Conflict` when the name is taken."""
    session.add(rule)
    await session.flush()
    return rule


async def delete_rule(session: Session, rule: AlertRule) -> None:
    """Remove a rule; its alerts stay."""
    await session.delete(rule)
    await session.flush()


async def channels(session: Session) -> Sequence[AlertChannel]:
    """Every channel, oldest first."""
    return (await session.scalars(select(AlertChannel).order_by(AlertChannel.id))).all()


async def channel_by_id(session: Session, channel_id: str) -> AlertChannel | None:
    """The channel of this id."""
    return await session.get(AlertChannel, channel_id)


async def add_channel(session: Session, channel: AlertChannel) -> AlertChannel:
    """Store a new channel. Raises `Conflict` when the name is taken."""
    session.add(channel)
    await session.flush()
    return channel


async def delete_channel(session: Session, channel: AlertChannel) -> None:
    """Remove a channel and the log of what it was sent."""
    await session.delete(channel)
    await session.flush()


async def open_alerts(session: Session) -> Sequence[Alert]:
    """Every alert that is pending or firing, oldest first."""
    return (await session.scalars(select(Alert).where(Alert.state.in_(OPEN)).order_by(Alert.id))).all()


async def open_alerts_of(session: Session, rule_id: str) -> Sequence[Alert]:
    """What is open of one rule."""
    return (await session.scalars(select(Alert).where(Alert.rule_id == rule_id, Alert.state.in_(OPEN)))).all()


async def alerts(session: Session, *, states: Sequence[State], after: str | None, limit: int) -> Sequence[Alert]:
    """Newest first; ids are in order of time."""
    statement = select(Alert).where(Alert.state.in_(states)).order_by(Alert.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(Alert.id < after)
    return (await session.scalars(statement)).all()


async def alert_by_id(session: Session, alert_id: str) -> Alert | None:
    """The alert of this id."""
    return await session.get(Alert, alert_id)


async def add_alert(session: Session, alert: Alert) -> Alert:
    """Store a new alert. Raises `Conflict` when another watcher has opened it."""
    session.add(alert)
    await session.flush()
    return alert


async def delete_alert(session: Session, alert: Alert) -> None:
    """Forget an alert that never fired."""
    await session.delete(alert)
    await session.flush()


async def firing_counts(session: Session) -> dict[str, int]:
    """How many alerts fire now, by severity."""
    statement = select(Alert.severity, func.count()).where(Alert.state == "firing").group_by(Alert.severity)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def add_delivery(session: Session, delivery: AlertDelivery) -> AlertDelivery:
    """Store a message that is to be sent."""
    session.add(delivery)
    await session.flush()
    return delivery


async def delivery_by_id(session: Session, delivery_id: str) -> AlertDelivery | None:
    """The delivery of this id."""
    return await session.get(AlertDelivery, delivery_id)


async def deliveries(
    session: Session, *, alert_id: str | None, channel_id: str | None, after: str | None, limit: int
) -> Sequence[AlertDelivery]:
    """Newest first; ids are in order of time."""
    statement = select(AlertDelivery).order_by(AlertDelivery.id.desc()).limit(limit)
    if alert_id is not None:
        statement = statement.where(AlertDelivery.alert_id == alert_id)
    if channel_id is not None:
        statement = statement.where(AlertDelivery.channel_id == channel_id)
    if after is not None:
        statement = statement.where(AlertDelivery.id < after)
    return (await session.scalars(statement)).all()


async def last_deliveries(session: Session) -> dict[str, AlertDelivery]:
    """The newest delivery of each channel."""
    newest = select(func.max(AlertDelivery.id)).group_by(AlertDelivery.channel_id)
    found = (await session.scalars(select(AlertDelivery).where(AlertDelivery.id.in_(newest)))).all()
    return {delivery.channel_id: delivery for delivery in found}


async def failed_deliveries(session: Session, since: datetime, *, not_about: str) -> int:
    """How many messages were given up since then; those about this metric count for nothing: they would feed it."""
    statement = select(func.count()).select_from(AlertDelivery).join(Alert, Alert.id == AlertDelivery.alert_id)
    statement = statement.where(AlertDelivery.state == "failed", AlertDelivery.ended_at >= since)
    statement = statement.where(Alert.metric != not_about)
    return (await session.execute(statement)).scalar_one()


async def delete_resolved_alerts(session: Session, before: datetime, limit: int) -> int:
    """Forget alerts that were over before then, and what was delivered of them."""
    old = select(Alert.id).where(Alert.state == "resolved", Alert.resolved_at < before).limit(limit)
    return int(getattr(await session.execute(delete(Alert).where(Alert.id.in_(old))), "rowcount", 0) or 0)
