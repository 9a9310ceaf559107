"""The table of MCP servers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime

HALL = "hall"


class McpServer(Base):
    """A server that brings tools: the hall's, for everybody, or one person's own."""

    __tablename__ = "mcp_servers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scope: Mapped[str] = mapped_column(Id)
    """`hall`, or its owner's id: names are unique within it."""
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))  # http, stdio
    url: Mapped[str | None] = mapped_column(String(1000))
    command: Mapped[str | None] = mapped_column(Text)
    secrets_sealed: Mapped[dict[str, str]] = mapped_column(Json, info={"sealed": "{id}:{field}"})
    """Headers of requests, or variables of a program, by name."""
    secrets_shown: Mapped[dict[str, str]] = mapped_column(Json)
    """The last characters of each."""
    is_private: Mapped[bool] = mapped_column(Boolean)
    """Whether its address may be on this machine or its network."""
    has_network: Mapped[bool] = mapped_column(Boolean)
    """Whether the program may use the network."""
    is_enabled: Mapped[bool] = mapped_column(Boolean)
    timeout_seconds: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))  # untried, ok, failed
    reason: Mapped[str] = mapped_column(String(500))
    """Why it failed."""
    tools: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """What it last offered: `{name, title, description, is_read_only}` each."""
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("scope", "name"),)
