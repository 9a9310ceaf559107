"""Tables of what agents ask their people: leave for calls, answers to questions, and the rules that decide at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, Json, UtcDateTime


class RequestColumns:
    """What permissions and questions have alike: a tool call that waits for its session's owner."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("chat_turns.id", ondelete="CASCADE"))
    tool_call_id: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))  # pending, expired, cancelled, or the owner's word
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PermissionRow(RequestColumns, Base):
    """What a tool call would do; the owner's word is `allowed` or `rejected`."""

    __tablename__ = "chat_permissions"

    tool: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))  # read, edit, run, fetch, other
    patterns: Mapped[list[str]] = mapped_column(Json)
    suggestions: Mapped[list[str]] = mapped_column(Json)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    is_opaque: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(Text)
    """What the agent is told about a refusal."""

    __table_args__ = (
        UniqueConstraint("turn_id", "tool_call_id"),
        Index("ix_chat_permissions_user_id_status_id", "user_id", "status", "id"),
    )


class QuestionRow(RequestColumns, Base):
    """What an agent wants to know; the owner's word is `answered` or `skipped`."""

    __tablename__ = "chat_questions"

    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """`{text, header, options: [{label, description}], is_multiple}` each."""
    answers: Mapped[list[list[str]] | None] = mapped_column(Json)
    """One list for each item."""

    __table_args__ = (
        UniqueConstraint("turn_id", "tool_call_id"),
        Index("ix_chat_questions_user_id_status_id", "user_id", "status", "id"),
    )


class RuleRow(Base):
    """What a person lets agents do, or not, without asking: everywhere, in a workspace, or in a session."""

    __tablename__ = "chat_rules"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    workspace_id: Mapped[str | None] = mapped_column(Id)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"))
    tool: Mapped[str] = mapped_column(String(200))
    pattern: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(10))  # allow, ask, deny
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
