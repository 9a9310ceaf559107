"""Stored responses: what people may read again, continue and delete."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, UtcDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "responses",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("channel_id", Id),
        sa.Column("key_id", Id),
        sa.Column("previous_id", sa.String(200)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("input", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("responses")
