"""Limits of callers: what a key may call, how much a key or a person may ask for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0013"
down_revision = "0012"

_LISTS = ("models", "endpoints")


def _allowed() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Integer) for name in ("calls_per_minute", "tokens_per_minute", "parallel_calls")),
        *(sa.Column(name, sa.BigInteger) for name in ("quota_nano", "quota_tokens")),
        sa.Column("quota_period", sa.String(8), nullable=False, server_default="month"),
    ]


def upgrade() -> None:
    for column in (*_allowed(), *(sa.Column(name, Json, nullable=False, server_default="[]") for name in _LISTS)):
        op.add_column("api_keys", column)
    op.create_table(
        "user_limits",
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        *_allowed(),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("user_limits")
    for name in (*(column.name for column in _allowed()), *_LISTS):
        op.drop_column("api_keys", name)
