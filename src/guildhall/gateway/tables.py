"""Tables of the gateway: channels with their keys and models, public models, and dated prices."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from guildhall.core.db import Base, Id, Json, UtcDateTime


class Channel(Base):
    """An upstream account: where to call, with which keys, for which share of the calls and how patiently.

    Switched off by an admin it is not `enabled`; switched off by what its provider said it has an `off_reason`.
    """

    __tablename__ = "channels"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    base_url: Mapped[str] = mapped_column(String(500))
    private: Mapped[bool]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(default=1)
    """Its share of the calls among channels of the same priority."""
    priority: Mapped[int] = mapped_column(default=0)
    """Channels of a lower priority are for when none of a higher one can take the call."""
    calls_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    parallel_calls: Mapped[int | None]
    connect_seconds: Mapped[int | None]
    first_byte_seconds: Mapped[int | None]
    idle_seconds: Mapped[int | None]
    total_seconds: Mapped[int | None]
    headers_sealed: Mapped[dict[str, str]] = mapped_column(Json, default=dict, info={"sealed": "{id}:{field}"})
    """Headers that every request to the provider carries, by name."""
    parameters: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Fields that every request's body gets, whatever the caller sent; null takes a field away."""
    off_reason: Mapped[str | None] = mapped_column(String(300))
    off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    test: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What came of the last test."""
    keys: Mapped[list["ChannelKey"]] = relationship(
        lazy="selectin", order_by="ChannelKey.position", cascade="all, delete-orphan", passive_deletes=True
    )
    models: Mapped[list["ChannelModel"]] = relationship(
        lazy="selectin", order_by="ChannelModel.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def headers(self) -> list[str]:
        """Their names, which may be shown."""
        return sorted(self.headers_sealed)

    @property
    def simulated(self) -> bool:
        """Whether no real model stands behind it."""
        return self.kind == "simulator"


class ChannelKey(Base):
    """One key of a channel. It is sealed; `last4` is what may be shown.

    Switched off by what its provider said it has an `off_reason`.
    """

    __tablename__ = "channel_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    api_key_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "{channel_id}"})
    last4: Mapped[str] = mapped_column(String(4))
    position: Mapped[int]
    off_reason: Mapped[str | None] = mapped_column(String(300))
    off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChannelModel(Base):
    """A model that a channel serves: the name callers use, and the provider's own name for it."""

    __tablename__ = "channel_models"

    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    upstream_model: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Model(Base):
    """What an admin says of a public model; what is None is as the product's own list has it."""

    __tablename__ = "models"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    visible: Mapped[bool]
    """Whether people and programs see it and may call it; else only other models' fallbacks lead to it."""
    context_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    capabilities: Mapped[list[str] | None] = mapped_column(Json)
    fallbacks: Mapped[list[str]] = mapped_column(Json)
    """Models to try, in this order, when no channel of this one can answer."""
    sticky: Mapped[bool] = mapped_column(default=False)
    """Whether calls that begin alike go to the same channel, while it is well."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Price(Base):
    """What a model costs from a moment on. Never changed and never deleted: a call keeps the price it was billed at."""

    __tablename__ = "prices"
    __table_args__ = (UniqueConstraint("model", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    currency: Mapped[str] = mapped_column(String(3))
    """A price in another currency than the hall's is not used."""
    rates: Mapped[dict[str, Any]] = mapped_column(Json)
    """In nano-units of its currency for a million tokens of each kind, or for a call; see `pricing.Rates`."""
    source: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoredResponse(Base):
    """A response that a person may read, continue and delete: kept here with what went into it, or by the provider of
    a channel, of which this is only the address.
    """

    __tablename__ = "responses"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(String(200))
    channel_id: Mapped[str | None] = mapped_column(Id)
    """The channel whose provider keeps it; None when it is kept here."""
    key_id: Mapped[str | None] = mapped_column(Id)
    """The key it was asked with."""
    previous_id: Mapped[str | None] = mapped_column(String(200))
    """The response, kept here too, that it goes on from."""
    status: Mapped[str] = mapped_column(String(20))
    input: Mapped[str | None] = mapped_column(Text)
    """Items in JSON, as text: PostgreSQL's own JSON does not take every string."""
    body: Mapped[str | None] = mapped_column(Text)
    """The response in JSON."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
