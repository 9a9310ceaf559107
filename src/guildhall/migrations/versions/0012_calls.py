"""Calls with their caller's name for them, failed attempts, prompts and answers; and ways to find rare calls."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id

revision = "0012"
down_revision = "0011"

_PARTIAL = (
    ("ix_calls_failed", ["id"], "status >= 400"),
    ("ix_calls_code", ["code", "id"], "code IS NOT NULL"),
    ("ix_calls_session_id", ["session_id", "id"], "session_id IS NOT NULL"),
    ("ix_calls_client_request_id", ["client_request_id", "id"], "client_request_id IS NOT NULL"),
)
_HOURS = ("user_id", "key_id", "channel_id", "model")


def upgrade() -> None:
    op.add_column("calls", sa.Column("client_request_id", sa.String(64)))
    for name, columns, condition in _PARTIAL:
        op.create_index(name, "calls", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    for column in _HOURS:
        op.create_index(f"ix_call_stats_{column}_hour", "call_stats", [column, "hour"])
    op.create_table(
        "call_attempts",
        sa.Column("call_id", Id, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel_id", Id, nullable=False),
        sa.Column("channel_key_id", Id),
        sa.Column("upstream_model", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("total_us", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("message", sa.String(300), nullable=False),
    )
    op.create_table(
        "call_bodies",
        sa.Column("call_id", Id, primary_key=True),
        sa.Column("user_id", Id, nullable=False, index=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("request_bytes", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("answer_bytes", "request_kept", "answer_kept")),
        sa.Column("is_masked", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("call_bodies")
    op.drop_table("call_attempts")
    for column in _HOURS:
        op.drop_index(f"ix_call_stats_{column}_hour", "call_stats")
    for name, _, _ in _PARTIAL:
        op.drop_index(name, "calls")
    op.drop_column("calls", "client_request_id")
