"""The event log, realtime tickets, and the processes that run jobs."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "event_streams",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("floor_seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("stream", sa.String(120), sa.ForeignKey("event_streams.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "executors",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("beat_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_executors_beat_at", "executors", ["beat_at"])
    op.create_table(
        "realtime_tickets",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_realtime_tickets_expires_at", "realtime_tickets", ["expires_at"])


def downgrade() -> None:
    op.drop_table("realtime_tickets")
    op.drop_table("executors")
    op.drop_table("events")
    op.drop_table("event_streams")
