"""Notifications, open tabs, and what stands behind a realtime ticket."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "user_notifications",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("link", sa.String(500)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("read_at", UtcDateTime),
    )
    op.create_index("ix_user_notifications_user_id_id", "user_notifications", ["user_id", "id"])
    op.create_table(
        "realtime_tabs",
        sa.Column("user_id", Id, primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("device", sa.String(80), nullable=False),
        sa.Column("carrier", sa.String(10), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_realtime_tabs_seen_at", "realtime_tabs", ["seen_at"])
    op.add_column("realtime_tickets", sa.Column("credential_id", Id))
    op.add_column("realtime_tickets", sa.Column("authorised_until", UtcDateTime))


def downgrade() -> None:
    op.drop_column("realtime_tickets", "authorised_until")
    op.drop_column("realtime_tickets", "credential_id")
    op.drop_table("realtime_tabs")
    op.drop_table("user_notifications")
