"""Tables of alerts: rules, where word is sent, what happened, and what was delivered."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime

ChannelKind = Literal["in_app", "email", "webhook", "feishu", "dingtalk", "wecom"]
Comparison = Literal["above", "below"]
Severity = Literal["info", "warning", "critical"]
State = Literal["pending", "firing", "resolved"]
Occasion = Literal["fired", "repeated", "resolved", "test"]
DeliveryState = Literal["waiting", "sent", "failed"]


class AlertChannel(Base):
    """Where word of an alert goes. Addresses of robots hold a token, so every address is sealed."""

    __tablename__ = "alert_channels"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[ChannelKind] = mapped_column(String(20))
    target_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "{id}:target"})
    """Sealed with the associated data `{id}:target`."""
    target_shown: Mapped[str] = mapped_column(String(300))
    secret_sealed: Mapped[str | None] = mapped_column(Text, info={"sealed": "{id}:secret"})
    """Sealed with the associated data `{id}:secret`."""
    private: Mapped[bool]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlertRule(Base):
    """When to raise an alert. `shipped` names a rule that came with the product, so that it comes only once."""

    __tablename__ = "alert_rules"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shipped: Mapped[str | None] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    metric: Mapped[str] = mapped_column(String(60))
    comparison: Mapped[Comparison] = mapped_column(String(10))
    threshold: Mapped[float] = mapped_column(Float)
    for_seconds: Mapped[int] = mapped_column(Integer)
    repeat_seconds: Mapped[int] = mapped_column(Integer)
    severity: Mapped[Severity] = mapped_column(String(10))
    enabled: Mapped[bool]
    channel_ids: Mapped[list[str]] = mapped_column(Json)
    silenced_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alert(Base):
    """One time that a rule held for one subject (a channel, a process, or the whole house: "").

    It copies what the rule said, so that history outlives the rule. `open_as` is unique while it lasts.
    """

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_state_id", "state", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    open_as: Mapped[str | None] = mapped_column(String(200), unique=True)
    rule_id: Mapped[str] = mapped_column(Id, index=True)
    rule_name: Mapped[str] = mapped_column(String(100))
    metric: Mapped[str] = mapped_column(String(60))
    comparison: Mapped[Comparison] = mapped_column(String(10))
    threshold: Mapped[float] = mapped_column(Float)
    severity: Mapped[Severity] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(120))
    subject_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[State] = mapped_column(String(10))
    value: Mapped[float] = mapped_column(Float)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_seconds: Mapped[float] = mapped_column(Float)
    """How long the condition was seen to hold, by clocks that nobody sets."""
    untold_seconds: Mapped[float] = mapped_column(Float)
    """How long ago people were last told, by the same clocks."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(Id)


class AlertDelivery(Base):
    """One message to one channel: what it was about, and how it went, in plain words."""

    __tablename__ = "alert_deliveries"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("alert_channels.id", ondelete="CASCADE"), index=True)
    occasion: Mapped[Occasion] = mapped_column(String(10))
    state: Mapped[DeliveryState] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    error_code: Mapped[str | None] = mapped_column(String(60))
    last_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
