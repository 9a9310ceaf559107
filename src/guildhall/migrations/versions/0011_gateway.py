"""Channels in full: keys, shares, limits, patience; models and dated prices; what calls cost and how they went."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0011"
down_revision = "0010"

_LIMITS = (
    "calls_per_minute",
    "tokens_per_minute",
    "parallel_calls",
    "connect_seconds",
    "first_byte_seconds",
    "idle_seconds",
    "total_seconds",
)
_SUMMED = (
    "calls",
    "errors",
    "refused",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cost_nano",
    "unpriced",
    "total_us",
)


def upgrade() -> None:
    _channels()
    _models_and_prices()
    _calls()


def _channels() -> None:
    op.create_table(
        "channel_keys",
        sa.Column("id", Id, primary_key=True),
        sa.Column("channel_id", Id, sa.ForeignKey("channels.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("api_key_sealed", sa.Text, nullable=False),
        sa.Column("last4", sa.String(4), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("off_reason", sa.String(300)),
        sa.Column("off_at", UtcDateTime),
    )
    op.execute(
        "INSERT INTO channel_keys (id, channel_id, api_key_sealed, last4, position)"
        " SELECT 'ck' || substr(id, 3), id, api_key_sealed, coalesce(api_key_last4, '…'), 0"
        " FROM channels WHERE api_key_sealed IS NOT NULL"
    )
    op.drop_column("channels", "api_key_sealed")
    op.drop_column("channels", "api_key_last4")
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("position", sa.Integer, nullable=False, server_default="0"),
        sa.Column("weight", sa.Integer, nullable=False, server_default="1"),
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        *(sa.Column(name, sa.Integer) for name in _LIMITS),
        sa.Column("headers_sealed", Json, nullable=False, server_default="{}"),
        sa.Column("parameters", Json, nullable=False, server_default="{}"),
        sa.Column("off_reason", sa.String(300)),
        sa.Column("off_at", UtcDateTime),
        sa.Column("tested_at", UtcDateTime),
        sa.Column("test", Json),
    )
    for column in columns:
        op.add_column("channels", column)
    op.execute("UPDATE channels SET position = (SELECT count(*) FROM channels AS other WHERE other.id < channels.id)")


def _models_and_prices() -> None:
    op.create_table(
        "models",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("visible", sa.Boolean, nullable=False),
        sa.Column("context_tokens", sa.Integer),
        sa.Column("output_tokens", sa.Integer),
        sa.Column("capabilities", Json),
        sa.Column("fallbacks", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "prices",
        sa.Column("id", Id, primary_key=True),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rates", Json, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("model", "since"),
    )


def _calls() -> None:
    for column in (
        sa.Column("cache_write_tokens", sa.Integer),
        sa.Column("cost_nano", sa.BigInteger),
        sa.Column("price_id", Id),
        sa.Column("message", sa.String(300)),
    ):
        op.add_column("calls", column)
    for name in ("cost_nano", "unpriced"):
        op.add_column("call_sums", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "call_stats",
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, Id, primary_key=True) for name in ("user_id", "key_id", "channel_id")),
        sa.Column("model", sa.String(200), primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in _SUMMED),
    )
    op.create_table(
        "call_times",
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel_id", Id, primary_key=True),
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("measure", sa.String(10), primary_key=True),
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("calls", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("call_times", "call_stats", "prices", "models"):
        op.drop_table(table)
    for name in ("cache_write_tokens", "cost_nano", "price_id", "message"):
        op.drop_column("calls", name)
    for name in ("cost_nano", "unpriced"):
        op.drop_column("call_sums", name)
    for name in ("position", "weight", "priority", *_LIMITS, "headers_sealed", "parameters", "off_reason", "off_at"):
        op.drop_column("channels", name)
    op.drop_column("channels", "tested_at")
    op.drop_column("channels", "test")
    op.add_column("channels", sa.Column("api_key_sealed", sa.Text))
    op.add_column("channels", sa.Column("api_key_last4", sa.String(4)))
    op.execute(
        "UPDATE channels SET (api_key_sealed, api_key_last4) ="
        " (SELECT api_key_sealed, last4 FROM channel_keys WHERE channel_id = channels.id ORDER BY position LIMIT 1)"
    )
    op.drop_table("channel_keys")
