"""Agents: tool calls in answers, permissions, rules, and how a session works."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0018"
down_revision = "0017"

_ADDED = ("mode", "workspace_id", "instructions", "todos")


def upgrade() -> None:
    op.add_column("chat_sessions", sa.Column("mode", sa.String(10), nullable=False, server_default="ask"))
    op.add_column("chat_sessions", sa.Column("workspace_id", Id))
    op.add_column("chat_sessions", sa.Column("instructions", sa.Text))
    op.add_column("chat_sessions", sa.Column("todos", Json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("chat_parts", sa.Column("tool", Json))
    op.create_table(
        "chat_permissions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("turn_id", Id, sa.ForeignKey("chat_turns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tool_call_id", sa.String(200), nullable=False),
        sa.Column("tool", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("patterns", Json, nullable=False),
        sa.Column("suggestions", Json, nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("is_opaque", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.UniqueConstraint("turn_id", "tool_call_id"),
    )
    op.create_index("ix_chat_permissions_user_id_status_id", "chat_permissions", ["user_id", "status", "id"])
    op.create_table(
        "chat_rules",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("workspace_id", Id),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE")),
        sa.Column("tool", sa.String(200), nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("chat_rules")
    op.drop_table("chat_permissions")
    op.drop_column("chat_parts", "tool")
    for name in _ADDED:
        op.drop_column("chat_sessions", name)
