"""HTTP of alerts: rules, channels, what fires and what did, what was delivered."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request

from guildhall.accounts.web import Acting, Admin
from guildhall.core.db import Database
from guildhall.core.errors import NotFoundError
from guildhall.core.web import DbSession, Page, PageCursor, page_of
from guildhall.operations.alerts import channels, queries, rules, watch
from guildhall.operations.alerts.board import Alerts
from guildhall.operations.alerts.schemas import (
    AlertChannelChange,
    AlertChannelIn,
    AlertChannelOut,
    AlertOut,
    AlertTestOut,
    DeliveryOut,
    MetricOut,
    RuleChange,
    RuleIn,
    RuleOut,
    SilenceIn,
)
from guildhall.operations.alerts.senders import Destination
from guildhall.operations.alerts.tables import AlertDelivery, State

Id = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]
_STATES: dict[str, tuple[State, ...]] = {
    "open": ("pending", "firing"),
    "firing": ("firing",),
    "pending": ("pending",),
    "resolved": ("resolved",),
    "all": ("pending", "firing", "resolved"),
}

router = APIRouter(prefix="/api/v1/operations/alerts", tags=["alerts"])


@router.get("", response_model=Page[AlertOut])
async def list_alerts(
    _: Admin,
    session: DbSession,
    request: Request,
    cursor: PageCursor,
    state: Annotated[Literal["open", "firing", "pending", "resolved", "all"], Query()] = "open",
) -> Mapping[str, Any]:
    """Alerts, newest first: open ones, or the history."""
    position = cursor.position(str)
    rows = await queries.alerts(
        session, states=_STATES[state], after=position[0] if position else None, limit=cursor.limit + 1
    )
    page = page_of(rows, cursor, lambda alert: [alert.id])
    return page | {"items": [_alerts(request).shown(alert) for alert in page["items"]]}


@router.get("/metrics", response_model=list[MetricOut])
async def list_alert_metrics(_: Admin, session: DbSession, request: Request) -> Sequence[MetricOut]:
    """Every figure that a rule can be about, with its value now."""
    return await _alerts(request).current(session)


@router.get("/rules", response_model=list[RuleOut])
async def list_alert_rules(_: Admin, session: DbSession) -> Sequence[RuleOut]:
    """Every rule, by name."""
    return [rules.shown(rule) for rule in await queries.rules(session)]


@router.post("/rules", response_model=RuleOut, status_code=201)
async def create_alert_rule(body: RuleIn, _: Admin, actor: Acting, session: DbSession, request: Request) -> RuleOut:
    """Add a rule."""
    return rules.shown(await rules.create(session, _alerts(request).metrics, actor, body))


@router.get("/rules/{rule_id}", response_model=RuleOut)
async def read_alert_rule(rule_id: Id, _: Admin, session: DbSession) -> RuleOut:
    """One rule."""
    return rules.shown(await rules.get(session, rule_id))


@router.patch("/rules/{rule_id}", response_model=RuleOut)
async def change_alert_rule(
    rule_id: Id, body: RuleChange, _: Admin, actor: Acting, session: DbSession, request: Request
) -> RuleOut:
    """Change a rule; what is absent stays as it is."""
    rule = await rules.get(session, rule_id)
    return rules.shown(await rules.change(session, _alerts(request).metrics, actor, rule, body))


@router.delete("/rules/{rule_id}", status_code=204)
async def delete_alert_rule(rule_id: Id, _: Admin, actor: Acting, session: DbSession) -> None:
    """Retire a rule of your own; what is open of it is over."""
    await rules.remove(session, actor, await rules.get(session, rule_id))


@router.post("/rules/{rule_id}/silence", response_model=RuleOut)
async def silence_alert_rule(rule_id: Id, body: SilenceIn, _: Admin, actor: Acting, session: DbSession) -> RuleOut:
    """Tell nobody until then; null ends the silence."""
    return rules.shown(await rules.silence(session, actor, await rules.get(session, rule_id), body.until))


@router.get("/channels", response_model=list[AlertChannelOut])
async def list_alert_channels(_: Admin, session: DbSession) -> Sequence[AlertChannelOut]:
    """Where word of alerts goes, with what was delivered last."""
    last = await queries.last_deliveries(session)
    return [channels.shown(channel, last.get(channel.id)) for channel in await queries.channels(session)]


@router.post("/channels", response_model=AlertChannelOut, status_code=201)
async def create_alert_channel(
    body: AlertChannelIn, _: Admin, actor: Acting, session: DbSession, request: Request
) -> AlertChannelOut:
    """Add a channel."""
    alerts = _alerts(request)
    return channels.shown(await channels.create(session, alerts.keyring, alerts.senders, actor, body), None)


@router.post("/channels/test", response_model=AlertTestOut)
async def try_new_alert_channel(body: AlertChannelIn, _: Admin, request: Request) -> AlertTestOut:
    """Send a test message to a channel before it is added."""
    alerts = _alerts(request)
    destination = Destination(body.target, body.secret.get_secret_value() if body.secret else "", body.private)
    alerts.senders[body.kind].check(destination)
    return await channels.test(alerts.senders[body.kind], destination, alerts.link)


@router.patch("/channels/{channel_id}", response_model=AlertChannelOut)
async def change_alert_channel(
    channel_id: Id, body: AlertChannelChange, _: Admin, actor: Acting, session: DbSession, request: Request
) -> AlertChannelOut:
    """Change a channel; what is absent stays as it is."""
    alerts = _alerts(request)
    channel = await channels.get(session, channel_id)
    changed = await channels.change(session, alerts.keyring, alerts.senders, actor, channel, body)
    return channels.shown(changed, (await queries.last_deliveries(session)).get(channel_id))


@router.delete("/channels/{channel_id}", status_code=204)
async def delete_alert_channel(channel_id: Id, _: Admin, actor: Acting, session: DbSession) -> None:
    """Retire a channel."""
    await channels.remove(session, actor, await channels.get(session, channel_id))


@router.post("/channels/{channel_id}/test", response_model=AlertTestOut)
async def try_alert_channel(channel_id: Id, _: Admin, request: Request) -> AlertTestOut:
    """Send a test message; no transaction stays open meanwhile."""
    db: Database = request.app.state.db
    alerts = _alerts(request)
    async with db.read() as session:
        channel = await channels.get(session, channel_id)
    return await channels.test(alerts.senders[channel.kind], channels.opened(alerts.keyring, channel), alerts.link)


@router.get("/deliveries", response_model=Page[DeliveryOut])
async def list_alert_deliveries(
    _: Admin,
    session: DbSession,
    cursor: PageCursor,
    alert_id: Annotated[str | None, Query(max_length=32)] = None,
    channel_id: Annotated[str | None, Query(max_length=32)] = None,
) -> Mapping[str, Any]:
    """What was sent, newest first."""
    position = cursor.position(str)
    rows: Sequence[AlertDelivery] = await queries.deliveries(
        session,
        alert_id=alert_id,
        channel_id=channel_id,
        after=position[0] if position else None,
        limit=cursor.limit + 1,
    )
    return page_of(rows, cursor, lambda delivery: [delivery.id])


@router.post("/{alert_id}/acknowledge", response_model=AlertOut)
async def acknowledge_alert(alert_id: Id, admin: Admin, session: DbSession, request: Request) -> AlertOut:
    """Take an alert on: it is not repeated any more."""
    alert = await queries.alert_by_id(session, alert_id)
    if alert is None:
        raise NotFoundError("alert_not_found", "There is no such alert.")
    return _alerts(request).shown(await watch.acknowledge(session, alert, admin.id))


def _alerts(request: Request) -> Alerts:
    alerts: Alerts = request.app.state.alerts
    return alerts
