"""What answers took and cost, which files they changed, and how much a turn may take."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Json

revision = "0021"
down_revision = "0020"

_OF_MESSAGES: dict[str, Any] = {
    "calls": sa.Integer,
    "cached_tokens": sa.Integer,
    "reasoning_tokens": sa.Integer,
    "cost_nano": sa.BigInteger,
    "unpriced_calls": sa.Integer,
    "is_estimated": sa.Boolean,
    "model_us": sa.BigInteger,
    "context_tokens": sa.Integer,
    "changes": Json,
}
_OF_SESSIONS = {"most_calls": sa.Integer, "most_cost_nano": sa.BigInteger}


def upgrade() -> None:
    for name, kind in _OF_MESSAGES.items():
        op.add_column("chat_messages", sa.Column(name, kind))
    for name, kind in _OF_SESSIONS.items():
        op.add_column("chat_sessions", sa.Column(name, kind))
    op.add_column("chat_turns", sa.Column("calls", sa.Integer, nullable=False, server_default="0"))
    op.add_column("workspace_versions", sa.Column("is_new", sa.Boolean))


def downgrade() -> None:
    op.drop_column("workspace_versions", "is_new")
    op.drop_column("chat_turns", "calls")
    for name in _OF_SESSIONS:
        op.drop_column("chat_sessions", name)
    for name in _OF_MESSAGES:
        op.drop_column("chat_messages", name)
