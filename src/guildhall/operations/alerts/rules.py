"""Rules: create, change, silence and retire them; and those that come with the product."""

from datetime import datetime
from typing import Any

from guildhall.accounts import audit
from guildhall.accounts.audit import THE_HALL, Actor
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.operations.alerts import channels, queries
from guildhall.operations.alerts.metrics import AlertMetrics
from guildhall.operations.alerts.schemas import AlertChannelIn, RuleChange, RuleIn, RuleOut
from guildhall.operations.alerts.shipped import SHIPPED
from guildhall.operations.alerts.states import Condition
from guildhall.operations.alerts.tables import AlertRule

_FIELDS = (
    "name", "metric", "comparison", "threshold", "for_seconds", "repeat_seconds", "severity", "enabled", "channel_ids",
)  # fmt: skip


async def get(session: Session, rule_id: str) -> AlertRule:
    """The rule of this id. Raises `NotFoundError`."""
    rule = await queries.rule_by_id(session, rule_id)
    if rule is None:
        raise NotFoundError("alert_rule_not_found", "There is no such rule.")
    return rule


async def create(session: Session, metrics: AlertMetrics, actor: Actor, wanted: RuleIn) -> AlertRule:
    """Add a rule; names are unique."""
    metrics.named(wanted.metric)
    await _require_channels(session, wanted.channel_ids)
    return await _add(session, actor, wanted, shipped=None)


async def change(
    session: Session, metrics: AlertMetrics, actor: Actor, rule: AlertRule, wanted: RuleChange
) -> AlertRule:
    """Change what `wanted` names and leave the rest; what is open goes on under the new words at the next look."""
    if wanted.metric is not None:
        metrics.named(wanted.metric)
    if wanted.channel_ids is not None:
        await _require_channels(session, wanted.channel_ids)
    before = _shown(rule)
    for field in wanted.model_fields_set:
        value = getattr(wanted, field)
        if value is not None:
            setattr(rule, field, value)
    rule.updated_at = now()
    name, after = rule.name, _shown(rule)
    try:
        await session.flush()
    except Conflict:
        raise _name_taken(name) from None
    await audit.record(session, actor, "alert_rule.changed", target=_target(rule), before=before, after=after)
    return rule


async def silence(session: Session, actor: Actor, rule: AlertRule, until: datetime | None) -> AlertRule:
    """Tell nobody until then; None ends a silence."""
    before = {"silenced_until": rule.silenced_until.isoformat() if rule.silenced_until else None}
    rule.silenced_until, rule.updated_at = until, now()
    await session.flush()
    after = {"silenced_until": until.isoformat() if until else None}
    await audit.record(session, actor, "alert_rule.silenced", target=_target(rule), before=before, after=after)
    return rule


async def remove(session: Session, actor: Actor, rule: AlertRule) -> None:
    """Retire a rule; what is open of it is over, and nobody is told. One that came with the product stays."""
    if rule.shipped is not None:
        raise ConflictError("alert_rule_shipped", "This rule came with the product: disable it instead.")
    for alert in await queries.open_alerts_of(session, rule.id):
        if alert.state == "pending":
            await queries.delete_alert(session, alert)
        else:
            alert.state, alert.open_as, alert.resolved_at = "resolved", None, now()
    await audit.record(session, actor, "alert_rule.deleted", target=_target(rule), before=_shown(rule))
    await queries.delete_rule(session, rule)


async def is_shipped(session: Session) -> bool:
    """Whether all of the product's own rules are there."""
    return await queries.shipped_rules(session) >= set(SHIPPED)


async def ship(session: Session, keyring: Keyring, senders: channels.Senders) -> None:
    """Add the product's own rules that are not there yet, and, with the first of them, a channel to every admin."""
    known = await queries.shipped_rules(session)
    names = await queries.rule_names(session)
    if not known and not await queries.channels(session):
        await channels.create(session, keyring, senders, THE_HALL, AlertChannelIn(name="Admins", kind="in_app"))
    for key, wanted in SHIPPED.items():
        if key not in known and wanted.name not in names:
            await _add(session, THE_HALL, wanted, shipped=key)


def shown(rule: AlertRule) -> RuleOut:
    """The rule as the API gives it."""
    values = {name: getattr(rule, name) for name in RuleOut.model_fields if name != "shipped"}
    return RuleOut(**values, shipped=rule.shipped is not None)


def condition_of(rule: AlertRule) -> Condition:
    """The rule as `states.advance` wants it."""
    return Condition(
        comparison=rule.comparison,
        threshold=rule.threshold,
        for_seconds=rule.for_seconds,
        repeat_seconds=rule.repeat_seconds,
        enabled=rule.enabled,
        silenced_until=rule.silenced_until,
    )


async def _add(session: Session, actor: Actor, wanted: RuleIn, *, shipped: str | None) -> AlertRule:
    moment = now()
    values = wanted.model_dump()
    rule = AlertRule(id=new_id("ar"), shipped=shipped, created_at=moment, updated_at=moment, **values)
    rule.silenced_until = None
    try:
        await queries.add_rule(session, rule)
    except Conflict:
        raise _name_taken(wanted.name) from None
    await audit.record(session, actor, "alert_rule.created", target=_target(rule), after=_shown(rule))
    return rule


async def _require_channels(session: Session, wanted: list[str]) -> None:
    known = {channel.id for channel in await queries.channels(session)}
    if missing := [channel_id for channel_id in wanted if channel_id not in known]:
        raise BadRequestError(
            "alert_channel_not_found", f"There is no channel {missing[0]}.", param="channel_ids", missing=missing
        )


def _shown(rule: AlertRule) -> dict[str, Any]:
    return {field: getattr(rule, field) for field in _FIELDS}


def _target(rule: AlertRule) -> str:
    return f"alert_rule:{rule.id}"


def _name_taken(name: str) -> ConflictError:
    return ConflictError("alert_rule_exists", f"A rule named {name!r} exists.")
