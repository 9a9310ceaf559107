"""Channels, the models they serve, and the log of calls."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("base_url", sa.String(500), nullable=False),
        sa.Column("api_key_sealed", sa.Text),
        sa.Column("api_key_last4", sa.String(4)),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "channel_models",
        sa.Column("channel_id", Id, sa.ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("upstream_model", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("key_id", Id),
        sa.Column("user_id", Id),
        sa.Column("channel_id", Id),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("endpoint", sa.String(40), nullable=False),
        sa.Column("stream", sa.Boolean, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("code", sa.String(60)),
        sa.Column("total_us", sa.BigInteger, nullable=False),
        sa.Column("ttft_us", sa.BigInteger),
        sa.Column("overhead_us", sa.BigInteger, nullable=False),
        sa.Column("input_tokens", sa.Integer),
        sa.Column("cached_tokens", sa.Integer),
        sa.Column("output_tokens", sa.Integer),
        sa.Column("reasoning_tokens", sa.Integer),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("session_id", Id),
    )
    op.create_index("ix_calls_user_id_at", "calls", ["user_id", "at"])


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("channel_models")
    op.drop_table("channels")
