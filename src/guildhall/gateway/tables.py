"""Tables of the gateway: channels and the models they serve."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from guildhall.core.db import Base, Id, UtcDateTime


class Channel(Base):
    """An upstream account: where to call, with which key. The key is sealed; `api_key_last4` is what may be shown."""

    __tablename__ = "channels"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    base_url: Mapped[str] = mapped_column(String(500))
    api_key_sealed: Mapped[str | None] = mapped_column(Text, info={"sealed": "{id}"})
    api_key_last4: Mapped[str | None] = mapped_column(String(4))
    private: Mapped[bool]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    models: Mapped[list["ChannelModel"]] = relationship(
        lazy="selectin", order_by="ChannelModel.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def simulated(self) -> bool:
        """Whether no real model stands behind it."""
        return self.kind == "simulator"


class ChannelModel(Base):
    """A model that a channel serves: the name callers use, and the provider's own name for it."""

    __tablename__ = "channel_models"

    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    upstream_model: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
