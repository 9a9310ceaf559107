"""Channels: create, change, put in order and retire upstream accounts. Every process's directory hears of a change."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events, guard
from guildhall.core.clock import now
from guildhall.core.db import Conflict, Session
from guildhall.core.errors import BadRequestError, ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.gateway import channel_keys, queries
from guildhall.gateway.presets import preset_of
from guildhall.gateway.schemas import LIMITS, ChannelChange, ChannelIn, ModelIn, TestOut
from guildhall.gateway.tables import Channel, ChannelModel

_SUFFIXES = ("/chat/completions", "/messages", "/models")
_PLAIN = ("name", "kind", "base_url", "private", "enabled", "weight", "priority", *LIMITS, "parameters")


async def get(session: Session, channel_id: str) -> Channel:
    """The channel of this id. Raises `NotFoundError`."""
    channel = await queries.channel_by_id(session, channel_id)
    if channel is None:
        raise NotFoundError("channel_not_found", "There is no such channel.")
    return channel


async def create(session: Session, keyring: Keyring, actor: Actor, wanted: ChannelIn) -> Channel:
    """Add a channel at the end; names are unique so that logs stay readable."""
    return await _add(session, actor, draft(keyring, wanted), "channel.created")


async def clone(session: Session, keyring: Keyring, actor: Actor, channel: Channel) -> Channel:
    """A copy at the end, switched off, with keys and headers of its own."""
    taken = set((await queries.channel_names(session)).values())
    copies = (f"{channel.name[:80]} ({number})" for number in range(2, len(taken) + 3))
    moment = now()
    copy = Channel(
        **{name: getattr(channel, name) for name in _PLAIN if name not in {"name", "enabled"}},
        id=new_id("ch"),
        name=next(name for name in copies if name not in taken),
        enabled=False,
        created_at=moment,
        updated_at=moment,
    )
    copy.headers_sealed = {
        name: keyring.encrypt(keyring.decrypt(sealed, aad=f"{channel.id}:{name}"), aad=f"{copy.id}:{name}")
        for name, sealed in channel.headers_sealed.items()
    }
    copy.keys = [channel_keys.copied(keyring, key, copy.id) for key in channel.keys]
    copy.models = [
        ChannelModel(channel_id=copy.id, name=each.name, upstream_model=each.upstream_model, position=each.position)
        for each in channel.models
    ]
    return await _add(session, actor, copy, "channel.created")


async def change(session: Session, keyring: Keyring, actor: Actor, channel: Channel, wanted: ChannelChange) -> Channel:
    """Change what `wanted` names and leave the rest. Switched on, or given another key, it is tried again."""
    before = _shown(channel)
    fields = wanted.model_fields_set
    if wanted.name is not None and wanted.name != channel.name and await queries.channel_by_name(session, wanted.name):
        raise _name_taken(wanted.name)
    for name in fields & {*_PLAIN} - {"base_url"}:
        setattr(channel, name, getattr(wanted, name))
    base_url = wanted.base_url if "base_url" in fields else channel.base_url
    channel.base_url = checked_base_url(channel.kind, base_url, private=channel.private)
    if wanted.headers is not None:
        channel.headers_sealed = _sealed_headers(keyring, channel, wanted.headers)
    if wanted.enabled or "api_key" in fields:
        _try_again(channel)
    if "api_key" in fields:
        channel.keys = [channel_keys.sealed(keyring, channel.id, wanted.api_key, 0)] if wanted.api_key else []
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


async def put_in_order(session: Session, actor: Actor, channel_ids: Sequence[str]) -> None:
    """Put these first, in this order; the others keep theirs behind them. Raises `NotFoundError`."""
    before = await queries.positions(session)
    unknown = [channel_id for channel_id in channel_ids if channel_id not in before]
    if unknown:
        raise NotFoundError("channel_not_found", "There is no such channel.")
    others = sorted(set(before) - set(channel_ids), key=lambda channel_id: (before[channel_id], channel_id))
    ordered = [*dict.fromkeys(channel_ids), *others]
    await queries.place(session, {channel_id: place for place, channel_id in enumerate(ordered)})
    await audit.record(session, actor, "channels.ordered", target="channels", after={"order": ordered[:100]})
    await events.publish(session, DIRECTORY_STREAM, "changed", {})


async def note_test(session: Session, channel: Channel, found: TestOut) -> None:
    """Keep what came of the last test."""
    channel.tested_at, channel.test = now(), found.model_dump()
    await session.flush()


def draft(keyring: Keyring, wanted: ChannelIn) -> Channel:
    """A channel that is not stored: to be created, or only to be tried. Raises `BadRequestError`."""
    moment = now()
    channel = Channel(
        **{name: getattr(wanted, name) for name in _PLAIN if name != "base_url"},
        id=new_id("ch"),
        base_url=checked_base_url(wanted.kind, wanted.base_url, private=wanted.private),
        created_at=moment,
        updated_at=moment,
        position=0,
    )
    channel.headers_sealed = _sealed_headers(keyring, channel, wanted.headers)
    channel.keys = [channel_keys.sealed(keyring, channel.id, wanted.api_key, 0)] if wanted.api_key else []
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


async def _add(session: Session, actor: Actor, channel: Channel, action: str) -> Channel:
    if await queries.channel_by_name(session, channel.name):
        raise _name_taken(channel.name)
    channel.position = await queries.last_position(session) + 1
    name = channel.name
    try:
        await queries.add_channel(session, channel)
    except Conflict:
        raise _name_taken(name) from None
    await audit.record(session, actor, action, target=f"channel:{channel.id}", after=_shown(channel))
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
    return channel


def _try_again(channel: Channel) -> None:
    channel.off_reason = channel.off_at = None
    for key in channel.keys:
        key.off_reason = key.off_at = None


def _sealed_headers(keyring: Keyring, channel: Channel, wanted: Mapping[str, SecretStr | None]) -> dict[str, str]:
    """Values that are not given anew stay as they were."""
    before = channel.headers_sealed or {}
    sealed = {}
    for name, value in wanted.items():
        if value is not None:
            sealed[name] = keyring.encrypt(value.get_secret_value(), aad=f"{channel.id}:{name}")
        elif name in before:
            sealed[name] = before[name]
        else:
            raise BadRequestError("invalid_field", f"The header {name} has no value yet.", param="headers")
    return sealed


def _models(channel_id: str, wanted: list[ModelIn]) -> list[ChannelModel]:
    return [
        ChannelModel(
            channel_id=channel_id, name=model.name, upstream_model=model.upstream_model or model.name, position=position
        )
        for position, model in enumerate(wanted)
    ]


def _shown(channel: Channel) -> dict[str, Any]:
    """What the audit log tells of a channel: never a key, nor what a header says."""
    return {
        **{name: getattr(channel, name) for name in _PLAIN},
        "headers": channel.headers,
        "api_key": "set" if channel.keys else "not set",
        "models": [
            model.name if model.name == model.upstream_model else f"{model.name} = {model.upstream_model}"
            for model in channel.models
        ],
    }


def _name_taken(name: str) -> ConflictError:
    return ConflictError("channel_exists", f"A channel named {name!r} exists.")
