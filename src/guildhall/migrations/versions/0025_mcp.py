"""MCP servers of the hall and of its people, and which of them a session does without."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "mcp_servers",
        sa.Column("id", Id, primary_key=True),
        sa.Column("scope", Id, nullable=False),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), index=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("url", sa.String(1000)),
        sa.Column("command", sa.Text),
        sa.Column("secrets_sealed", Json, nullable=False),
        sa.Column("secrets_shown", Json, nullable=False),
        sa.Column("is_private", sa.Boolean, nullable=False),
        sa.Column("has_network", sa.Boolean, nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("timeout_seconds", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("tools", Json, nullable=False),
        sa.Column("checked_at", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("scope", "name"),
    )
    op.add_column("chat_sessions", sa.Column("servers_off", Json))


def downgrade() -> None:
    op.drop_column("chat_sessions", "servers_off")
    op.drop_table("mcp_servers")
