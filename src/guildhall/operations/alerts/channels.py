"""Channels of alerts: create, change, retire, try. Addresses and secrets are sealed, and never given back."""

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.operations.alerts import queries
from guildhall.operations.alerts.notices import Notice
from guildhall.operations.alerts.schemas import (
    AlertChannelChange,
    AlertChannelIn,
    AlertChannelOut,
    AlertTestOut,
    DeliveryOut,
)
from guildhall.operations.alerts.senders import DeliveryError, Destination, Sender
from guildhall.operations.alerts.tables import AlertChannel, AlertDelivery, ChannelKind

Senders = dict[ChannelKind, Sender]


async def get(session: Session, channel_id: str) -> AlertChannel:
    """The channel of this id. Raises `NotFoundError`."""
    channel = await queries.channel_by_id(session, channel_id)
    if channel is None:
        raise NotFoundError("alert_channel_not_found", "There is no such channel.")
    return channel


async def create(
    session: Session, keyring: Keyring, senders: Senders, actor: Actor, wanted: AlertChannelIn
) -> AlertChannel:
    """Add a channel; names are unique."""
    secret = wanted.secret.get_secret_value() if wanted.secret else ""
    destination = Destination(wanted.target, secret, wanted.private)
    sender = senders[wanted.kind]
    sender.check(destination)
    moment, channel_id = now(), new_id("ac")
    channel = AlertChannel(
        id=channel_id,
        name=wanted.name,
        kind=wanted.kind,
        private=wanted.private,
        enabled=wanted.enabled,
        created_at=moment,
        updated_at=moment,
    )
    _seal(keyring, sender, channel, destination)
    try:
        await queries.add_channel(session, channel)
    except Conflict:
        raise _name_taken(wanted.name) from None
    await audit.record(session, actor, "alert_channel.created", target=_target(channel), after=_shown(channel))
    return channel


async def change(
    session: Session,
    keyring: Keyring,
    senders: Senders,
    actor: Actor,
    channel: AlertChannel,
    wanted: AlertChannelChange,
) -> AlertChannel:
    """Change what `wanted` names and leave the rest."""
    before, fields = _shown(channel), wanted.model_fields_set
    held = opened(keyring, channel)
    destination = Destination(
        held.target if wanted.target is None else wanted.target,
        (wanted.secret.get_secret_value() if wanted.secret else "") if "secret" in fields else held.secret,
        channel.private if wanted.private is None else wanted.private,
    )
    sender = senders[channel.kind]
    sender.check(destination)
    channel.name = name = wanted.name or channel.name
    channel.private = destination.private
    channel.enabled = channel.enabled if wanted.enabled is None else wanted.enabled
    channel.updated_at = now()
    _seal(keyring, sender, channel, destination)
    after = _shown(channel) | ({"secret": "set anew"} if wanted.secret else {})
    try:
        await session.flush()
    except Conflict:
        raise _name_taken(name) from None
    await audit.record(session, actor, "alert_channel.changed", target=_target(channel), before=before, after=after)
    return channel


async def remove(session: Session, actor: Actor, channel: AlertChannel) -> None:
    """Retire a channel; rules that name it simply have one less."""
    await audit.record(session, actor, "alert_channel.deleted", target=_target(channel), before=_shown(channel))
    await queries.delete_channel(session, channel)


def opened(keyring: Keyring, channel: AlertChannel) -> Destination:
    """Where the channel leads. Raises `UndecryptableError`."""
    secret = keyring.decrypt(channel.secret_sealed, aad=f"{channel.id}:secret") if channel.secret_sealed else ""
    return Destination(keyring.decrypt(channel.target_sealed, aad=f"{channel.id}:target"), secret, channel.private)


def shown(channel: AlertChannel, last: AlertDelivery | None) -> AlertChannelOut:
    """The channel as the API gives it."""
    return AlertChannelOut(
        id=channel.id,
        name=channel.name,
        kind=channel.kind,
        target=channel.target_shown,
        has_secret=channel.secret_sealed is not None,
        private=channel.private,
        enabled=channel.enabled,
        created_at=channel.created_at,
        updated_at=channel.updated_at,
        last_delivery=DeliveryOut.model_validate(last, from_attributes=True) if last else None,
    )


async def test(sender: Sender, destination: Destination, link: str) -> AlertTestOut:
    """Send a message that says it is a test; nothing is stored."""
    moment = now()
    notice = Notice(
        id=new_id("ad"),
        alert_id="",
        occasion="test",
        rule="Alerts from Guildhall",
        metric="",
        unit="count",
        comparison="above",
        threshold=0.0,
        value=0.0,
        severity="info",
        subject="",
        subject_name="",
        started_at=moment,
        resolved_at=None,
        link=link,
    )
    try:
        await sender.send(destination, notice)
    except DeliveryError as error:
        return AlertTestOut(ok=False, code=error.code, message=error.message)
    return AlertTestOut(ok=True, code=None, message="The message was delivered.")


def _seal(keyring: Keyring, sender: Sender, channel: AlertChannel, destination: Destination) -> None:
    channel.target_sealed = keyring.encrypt(destination.target, aad=f"{channel.id}:target")
    channel.target_shown = sender.shown(destination.target)[:300]
    channel.secret_sealed = (
        keyring.encrypt(destination.secret, aad=f"{channel.id}:secret") if destination.secret else None
    )


def _shown(channel: AlertChannel) -> dict[str, object]:
    return {
        "name": channel.name,
        "kind": channel.kind,
        "target": channel.target_shown,
        "secret": "set" if channel.secret_sealed else "not set",
        "private": channel.private,
        "enabled": channel.enabled,
    }


def _target(channel: AlertChannel) -> str:
    return f"alert_channel:{channel.id}"


def _name_taken(name: str) -> ConflictError:
    return ConflictError("alert_channel_exists", f"A channel named {name!r} exists.")
