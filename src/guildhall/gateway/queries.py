"""SQL of the gateway: channels and their models."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from guildhall.core.db import Session
from guildhall.gateway.tables import Channel, ChannelModel


async def channel_by_id(session: Session, channel_id: str) -> Channel | None:
    """The channel of this id."""
    return await session.get(Channel, channel_id)


async def channel_by_name(session: Session, name: str) -> Channel | None:
    """The channel of this name."""
    return await session.scalar(select(Channel).where(Channel.name == name))


async def channels(session: Session, *, limit: int, after: str | None) -> Sequence[Channel]:
    """Oldest first, as people added them; ids are in order of time."""
    statement = select(Channel).order_by(Channel.id).limit(limit)
    if after is not None:
        statement = statement.where(Channel.id > after)
    return (await session.scalars(statement)).all()


async def enabled_channels(session: Session) -> Sequence[Channel]:
    """Every channel that takes calls, with its models."""
    return (await session.scalars(select(Channel).where(Channel.enabled).order_by(Channel.id))).all()


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
