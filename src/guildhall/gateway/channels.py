"""Channels: create, change and retire upstream accounts. Every change reaches the directory of every process."""

from typing import Any

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events, guard
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.gateway import queries
from guildhall.gateway.presets import preset_of
from guildhall.gateway.schemas import ChannelChange, ChannelIn, ModelIn
from guildhall.gateway.tables import Channel, ChannelModel

_SUFFIXES = ("/chat/completions", "/models")


async def get(session: Session, channel_id: str) -> Channel:
    """The channel of this id. Raises `NotFoundError`."""
    channel = await queries.channel_by_id(session, channel_id)
    if channel is None:
        raise NotFoundError("channel_not_found", "There is no such channel.")
    return channel


async def create(session: Session, keyring: Keyring, actor: Actor, wanted: ChannelIn) -> Channel:
    """Add a channel; names are unique so that logs stay readable."""
    if await queries.channel_by_name(session, wanted.name):
        raise _name_taken(wanted.name)
    channel = draft(keyring, wanted)
    try:
        await queries.add_channel(session, channel)
    except Conflict:
        raise _name_taken(wanted.name) from None
    await audit.record(session, actor, "channel.created", target=f"channel:{channel.id}", after=_shown(channel))
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return channel


async def change(session: Session, keyring: Keyring, actor: Actor, channel: Channel, wanted: ChannelChange) -> Channel:
    """Change what `wanted` names and leave the rest."""
    before = _shown(channel)
    fields = wanted.model_fields_set
    if wanted.name is not None and wanted.name != channel.name:
        if await queries.channel_by_name(session, wanted.name):
            raise _name_taken(wanted.name)
        channel.name = wanted.name
    channel.kind = wanted.kind or channel.kind
    channel.private = channel.private if wanted.private is None else wanted.private
    channel.enabled = channel.enabled if wanted.enabled is None else wanted.enabled
    base_url = wanted.base_url if "base_url" in fields else channel.base_url
    channel.base_url = checked_base_url(channel.kind, base_url, private=channel.private)
    if "api_key" in fields:
        _seal(keyring, channel, wanted.api_key.get_secret_value() if wanted.api_key else "")
    channel.updated_at = now()
    name = channel.name  # a failed flush leaves nothing of the channel to read
    try:
        await session.flush()
    except Conflict:
        raise _name_taken(name) from None
    if wanted.models is not None:
        await queries.replace_models(session, channel, _models(channel.id, wanted.models))
    after = _shown(channel)
    if wanted.api_key and before["api_key"] == "set":
        after["api_key"] = "set anew"
    await audit.record(session, actor, "channel.changed", target=f"channel:{channel.id}", before=before, after=after)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return channel


async def remove(session: Session, actor: Actor, channel: Channel) -> None:
    """Retire a channel; calls that are under way finish, and its calls stay in the log."""
    await audit.record(session, actor, "channel.deleted", target=f"channel:{channel.id}", before=_shown(channel))
    await queries.delete_channel(session, channel)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})


def draft(keyring: Keyring, wanted: ChannelIn) -> Channel:
    """A channel that is not stored: to be created, or only to be tried. Raises `BadRequestError`."""
    moment = now()
    channel = Channel(
        id=new_id("ch"),
        name=wanted.name,
        kind=wanted.kind,
        base_url=checked_base_url(wanted.kind, wanted.base_url, private=wanted.private),
        private=wanted.private,
        enabled=wanted.enabled,
        created_at=moment,
        updated_at=moment,
    )
    _seal(keyring, channel, wanted.api_key.get_secret_value() if wanted.api_key else "")
    channel.models = _models(channel.id, wanted.models)
    return channel


def checked_base_url(kind: str, base_url: str | None, *, private: bool) -> str:
    """The base URL as it is stored: the preset's when none is given, without what people paste too much."""
    if kind == "simulator":
        return ""
    address = (base_url or preset_of(kind).base_url).strip().rstrip("/")
    for suffix in _SUFFIXES:
        address = address.removesuffix(suffix)
    if not address:
        raise BadRequestError("address_not_allowed", "A channel of this kind needs a base URL.", param="base_url")
    guard.origin_of(address, private=private)
    return address


def _seal(keyring: Keyring, channel: Channel, api_key: str) -> None:
    channel.api_key_sealed = keyring.encrypt(api_key, aad=channel.id) if api_key else None
    channel.api_key_last4 = api_key[-4:] if len(api_key) >= 12 else ("…" if api_key else None)


def _models(channel_id: str, wanted: list[ModelIn]) -> list[ChannelModel]:
    return [
        ChannelModel(
            channel_id=channel_id, name=model.name, upstream_model=model.upstream_model or model.name, position=position
        )
        for position, model in enumerate(wanted)
    ]


def _shown(channel: Channel) -> dict[str, Any]:
    """What the audit log tells of a channel: never its key."""
    columns = ("name", "kind", "base_url", "private", "enabled")
    return {
        **{column: getattr(channel, column) for column in columns},
        "api_key": "set" if channel.api_key_sealed else "not set",
        "models": [
            model.name if model.name == model.upstream_model else f"{model.name} = {model.upstream_model}"
            for model in channel.models
        ],
    }


def _name_taken(name: str) -> ConflictError:
    return ConflictError("channel_exists", f"A channel named {name!r} exists.")
