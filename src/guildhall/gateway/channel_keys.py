"""Channel keys: the credentials a channel calls its provider with. Several share its calls; one that fails can rest."""

from pydantic import SecretStr

from guildhall.accounts import audit
from guildhall.accounts.audit import Actor
from guildhall.accounts.keys import DIRECTORY_STREAM
from guildhall.core import events
from guildhall.core.db import Session
from guildhall.core.errors import ConflictError, NotFoundError
from guildhall.core.ids import new_id
from guildhall.core.secrets import Keyring
from guildhall.gateway.tables import Channel, ChannelKey

MOST_KEYS = 50
_LEAST_SHOWN = 12


async def add(session: Session, keyring: Keyring, actor: Actor, channel: Channel, api_key: SecretStr) -> Channel:
    """A further key; calls are shared out among all. Raises `ConflictError`."""
    if len(channel.keys) >= MOST_KEYS:
        raise ConflictError("too_many_channel_keys", f"A channel has at most {MOST_KEYS} keys.")
    position = max((key.position for key in channel.keys), default=-1) + 1
    key = sealed(keyring, channel.id, api_key, position)
    channel.keys.append(key)
    await session.flush()
    await _changed(session, actor, "channel.key_added", channel, key)
    return channel


async def remove(session: Session, actor: Actor, channel: Channel, key_id: str) -> Channel:
    """Forget a key. Raises `NotFoundError`."""
    key = _find(channel, key_id)
    channel.keys.remove(key)
    await session.flush()
    await _changed(session, actor, "channel.key_removed", channel, key)
    return channel


async def switch_on(session: Session, actor: Actor, channel: Channel, key_id: str) -> Channel:
    """Use a key again that was switched off because its provider refused it. Raises `NotFoundError`."""
    key = _find(channel, key_id)
    key.off_reason = key.off_at = None
    await session.flush()
    await _changed(session, actor, "channel.key_switched_on", channel, key)
    return channel


def sealed(keyring: Keyring, channel_id: str, api_key: SecretStr, position: int) -> ChannelKey:
    """A key as it is stored; short ones show nothing of themselves."""
    secret = api_key.get_secret_value()
    return ChannelKey(
        id=new_id("ck"),
        channel_id=channel_id,
        api_key_sealed=keyring.encrypt(secret, aad=channel_id),
        last4=secret[-4:] if len(secret) >= _LEAST_SHOWN else "…",
        position=position,
    )


def copied(keyring: Keyring, key: ChannelKey, channel_id: str) -> ChannelKey:
    """The same key for another channel."""
    secret = keyring.decrypt(key.api_key_sealed, aad=key.channel_id)
    return sealed(keyring, channel_id, SecretStr(secret), key.position)


def _find(channel: Channel, key_id: str) -> ChannelKey:
    for key in channel.keys:
        if key.id == key_id:
            return key
    raise NotFoundError("channel_key_not_found", "There is no such key of this channel.")


async def _changed(session: Session, actor: Actor, action: str, channel: Channel, key: ChannelKey) -> None:
    after = {"key": key.id, "last4": key.last4}
    await audit.record(session, actor, action, target=f"channel:{channel.id}", after=after)
    await events.publish(session, DIRECTORY_STREAM, "changed", {})
