"""SQL of the gateway: channels and their models."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, or_, select, tuple_, update

from guildhall.core.db import Session
from guildhall.gateway.tables import Channel, ChannelKey, ChannelModel


async def channel_by_id(session: Session, channel_id: str) -> Channel | None:
    """The channel of this id."""
    return await session.get(Channel, channel_id)


async def channel_by_name(session: Session, name: str) -> Channel | None:
    """The channel of this name."""
    return await session.scalar(select(Channel).where(Channel.name == name))


async def channels(session: Session, *, limit: int, after: tuple[int, str] | None) -> Sequence[Channel]:
    """In the order that people gave them."""
    statement = select(Channel).order_by(Channel.position, Channel.id).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(Channel.position, Channel.id) > after)
    return (await session.scalars(statement)).all()


async def enabled_channels(session: Session) -> Sequence[Channel]:
    """Every channel that an admin has not switched off, with its keys and models."""
    statement = select(Channel).where(Channel.enabled)
    return (await session.scalars(statement.order_by(Channel.position, Channel.id))).all()


async def channels_off(session: Session) -> Sequence[Channel]:
    """Channels of which something was switched off because a provider refused it."""
    refused = select(ChannelKey.channel_id).where(ChannelKey.off_at.is_not(None))
    statement = select(Channel).where(Channel.enabled, or_(Channel.off_at.is_not(None), Channel.id.in_(refused)))
    return (await session.scalars(statement.order_by(Channel.id))).all()


async def last_position(session: Session) -> int:
    """Where the last channel stands; -1 when there is none."""
    return await session.scalar(select(func.coalesce(func.max(Channel.position), -1))) or 0


async def positions(session: Session) -> dict[str, int]:
    """Where each channel stands, held until commit."""
    rows = await session.execute(select(Channel.id, Channel.position).order_by(Channel.id).with_for_update())
    return {row[0]: row[1] for row in rows}


async def place(session: Session, positions: Mapping[str, int]) -> None:
    """Put channels where they belong."""
    for channel_id, position in positions.items():
        await session.execute(update(Channel).where(Channel.id == channel_id).values(position=position))


async def add_channel(session: Session, channel: Channel) -> Channel:
    """Store a new channel. Raises `Conflict` when the name is taken."""
    session.add(channel)
    await session.flush()
    return channel


async def replace_models(session: Session, channel: Channel, models: Sequence[ChannelModel]) -> None:
    """Let the channel serve exactly these models; the old rows go first, as new ones may bear the same names."""
    await session.execute(delete(ChannelModel).where(ChannelModel.channel_id == channel.id))
    await session.flush()
    session.expire(channel, ["models"])
    session.add_all(models)
    await session.flush()
    await session.refresh(channel, ["models"])


async def delete_channel(session: Session, channel: Channel) -> None:
    """Remove a channel; its models go with it, its calls stay in the log."""
    await session.delete(channel)
    await session.flush()


async def channel_names(session: Session) -> dict[str, str]:
    """The name of every channel, by id."""
    return {row[0]: row[1] for row in await session.execute(select(Channel.id, Channel.name))}
